// Loads what the stream left out of entries: at a high rate, it sends summaries.
import type { getJson } from "./api.ts"
import type { Entry } from "./entry.ts"
import type { Row } from "./row.ts"

/** The gateway's limit for one request. */
const MAX_IDS = 200

/** Completes the entries of the rows. Those that the gateway no longer keeps remain summaries. */
export async function loadDetails(rows: readonly Row[], load: typeof getJson): Promise<void> {
  const summaries = new Map<number, Entry>()
  for (const row of rows) for (const one of summariesOf(row)) summaries.set(one.id, one)
  const ids = [...summaries.keys()]
  for (let start = 0; start < ids.length; start += MAX_IDS) {
    const path = `/entries?ids=${ids.slice(start, start + MAX_IDS).join(",")}`
    const { entries } = await load<{ entries: Entry[] }>(path)
    for (const entry of entries) {
      const summary = summaries.get(entry.id)
      if (!summary) continue
      Object.assign(summary, entry)
      delete summary.isSummary
    }
  }
}

/** Of the event and of the log behind it. */
export function summariesOf({ entry, output }: Row): Entry[] {
  return [entry, ...output].filter(({ isSummary }) => isSummary)
}
