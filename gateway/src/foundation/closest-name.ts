// Finds the known name that a mistyped one most likely means.

/** Two edits: one swap of letters, or two letters that are wrong, missing or too many. */
const MAX_EDITS = 2

/** @returns undefined when no name is similar, so that a suggestion is never a guess */
export function closestName(given: string, names: readonly string[]): string | undefined {
  // A name has its first letter right nearly always, and short names are within two edits of anything.
  const similar = names
    .filter((name) => name[0] === given[0])
    .map((name) => ({ name, edits: editsBetween(given, name) }))
    .filter(({ name, edits }) => edits <= MAX_EDITS && edits <= name.length / 2)
  return similar.sort((a, b) => a.edits - b.edits)[0]?.name
}

/** The Levenshtein distance, in rows of its matrix. Only lengths that are within two edits are compared. */
function editsBetween(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_EDITS) return Number.POSITIVE_INFINITY
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    above = current
  }
  return above[to.length] ?? 0
}
