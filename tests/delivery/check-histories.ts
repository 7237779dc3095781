// Simulates arbitrary histories; one that breaks a promise is shrunk to the events and faults that it needs.
import fc from "fast-check"
import { histories } from "./history.ts"
import { runHistory } from "./world.ts"

export type Checked = { operations: number; hours: number; injected: Record<string, number> }

/**
 * @returns what was simulated
 * @throws with the smallest history that was found, and with what it breaks
 */
export async function checkHistories({ runs, seed }: { runs: number; seed: number }): Promise<Checked> {
  const checked: Checked = { operations: 0, hours: 0, injected: {} }
  const property = fc.asyncProperty(histories, async (history) => {
    const { problems, operations, hours, injected } = await runHistory(history)
    if (problems.length > 0) throw new Error(problems.join("; "))
    checked.operations += operations
    checked.hours += hours
    for (const [kind, count] of Object.entries(injected)) checked.injected[kind] = (checked.injected[kind] ?? 0) + count
  })
  await fc.assert(property, { numRuns: runs, seed })
  return checked
}
