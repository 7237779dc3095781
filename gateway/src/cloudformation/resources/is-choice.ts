// Narrows a text of the template to the values that a property may have.

export function isChoice<const T extends string>(value: string | undefined, choices: readonly T[]): value is T {
  return value !== undefined && (choices as readonly string[]).includes(value)
}
