// Which files are mutated, and the room or package that each belongs to.
export const defaultFolders = ["gateway/src", "client/src", "functions/src", "protocol/src"]

/** Not mutated: tests, what only tests use, declarations, and components and hooks, which run in a browser. */
const excluded = [
  /\.test\.tsx?$/,
  /\.d\.ts$/,
  /\/testing\//,
  /\/manual-clock\.ts$/,
  /-under-test\.ts$/,
  /\/src\/console\/(components\/|main\.tsx$)/,
  /^web\/src\/(gallery\/|.+\.tsx$|.+\/use-[^/]+\.ts$)/,
]

export function isMutable(file: string): boolean {
  return /^[^/]+\/src\/.+\.tsx?$/.test(file) && !excluded.some((pattern) => pattern.test(file))
}

/** `gateway/iam` for `gateway/src/iam/access.ts`, `gateway` for a file next to the rooms, `client` for the client. */
export function roomOf(file: string): string {
  const [workspace = "", , room = "", ...rest] = file.split("/")
  return workspace === "gateway" && rest.length > 0 ? `${workspace}/${room}` : workspace
}
