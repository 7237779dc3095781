// Identifies the resource of the template that a definition was read from.

/** The resource that an error message or a suggested fix names. */
export type Origin = { logicalId: string; stackName: string; constructPath?: string }

/** The same in each version of the template. */
export function keyOf({ stackName, logicalId }: Origin): string {
  return `${stackName}/${logicalId}`
}
