// Chooses mutants by a seed. The choice depends on the changed lines and not on their position in the file or the
// file's name, so that an edit elsewhere, or a renamed file, leaves the rest of the sample as it was.
import { createHash } from "node:crypto"
import type { Mutant } from "./find-mutants.ts"
import { roomOf } from "./rooms.ts"

export function chooseSample(mutants: readonly Mutant[], perRoom: number, seed: number): Mutant[] {
  const rooms = Map.groupBy(mutants, ({ file }) => roomOf(file))
  return [...rooms.values()].flatMap((room) => chooseFromRoom(room, perRoom, seed))
}

function chooseFromRoom(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  if (mutants.length <= count) return [...mutants]
  const occurrences = new Map<string, number>()
  const ranked = mutants.map((mutant) => {
    const change = `${mutant.operator}\n${mutant.before}\n${mutant.after}`
    const occurrence = occurrences.get(change) ?? 0
    occurrences.set(change, occurrence + 1)
    return { mutant, rank: createHash("sha256").update(`${seed}\n${change}\n${occurrence}`).digest("hex") }
  })
  ranked.sort((one, other) => (one.rank < other.rank ? -1 : 1))
  const chosen = ranked.slice(0, count).map(({ mutant }) => mutant)
  return chosen.sort((one, other) => compare(one.file, other.file) || one.start - other.start)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
