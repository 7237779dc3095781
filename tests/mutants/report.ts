// Prints the results of mutation testing: a line per survivor, a table per room.
import { roomOf } from "./rooms.ts"
import type { MutantResult } from "./test-mutants.ts"

export type RoomScore = {
  room: string
  mutants: number
  killed: number
  timeout: number
  survived: number
  notCovered: number
  /** The share of mutants that were noticed, in percent with one decimal. */
  score: number
}

export function scoreRooms(results: readonly MutantResult[]): RoomScore[] {
  const rooms = Map.groupBy(results, ({ mutant }) => roomOf(mutant.file))
  return [...rooms]
    .map(([room, inRoom]) => scoreOf(room, inRoom))
    .sort((one, other) => (one.room < other.room ? -1 : 1))
}

export function scoreOf(room: string, results: readonly MutantResult[]): RoomScore {
  const count = (outcome: MutantResult["outcome"]) => results.filter((result) => result.outcome === outcome).length
  const killed = count("killed")
  const timeout = count("timeout")
  return {
    room,
    mutants: results.length,
    killed,
    timeout,
    survived: count("survived"),
    notCovered: count("not-covered"),
    score: results.length === 0 ? 100 : Math.round(((killed + timeout) / results.length) * 1000) / 10,
  }
}

export function formatSurvivor({ mutant, outcome }: MutantResult): string {
  const note = outcome === "not-covered" ? "  (no test runs this)" : ""
  return `${mutant.file}:${mutant.line}  ${mutant.before}  ->  ${mutant.after}${note}`
}

export function formatTable(results: readonly MutantResult[]): string {
  const lines = ["room                     mutants  killed  timeout  survived  not covered  score"]
  for (const score of [...scoreRooms(results), scoreOf("all", results)]) {
    const { room, mutants, killed, timeout, survived, notCovered } = score
    const cells = [
      room.padEnd(23),
      String(mutants).padStart(9),
      String(killed).padStart(8),
      String(timeout).padStart(9),
      String(survived).padStart(10),
      String(notCovered).padStart(13),
      `${score.score.toFixed(1)} %`.padStart(9),
    ]
    lines.push(cells.join(""))
  }
  return lines.join("\n")
}

export function toJson({ mutant, outcome, by, milliseconds }: MutantResult): string {
  const { file, line, operator, before, after } = mutant
  return JSON.stringify({ room: roomOf(file), file, line, operator, before, after, outcome, by, milliseconds })
}
