// Summaries of a busy gateway are completed, in requests of at most 200 entries.
import { expect, test } from "vitest"
import type { Entry } from "./entry.ts"
import { loadDetails, summariesOf } from "./load-details.ts"
import { createTimeline } from "./timeline.ts"

function summary(id: number): Entry {
  const common = { id, time: id, kind: "event", apiId: "a", stage: "dev", eventType: "MESSAGE" } as const
  return { ...common, requestId: `r-${id}`, durationMs: 1, isSummary: true, frame: "start… (9 characters)" }
}

test("completes the entries that are kept, and leaves the others as they are", async () => {
  const timeline = createTimeline()
  for (let id = 1; id <= 250; id++) timeline.add(summary(id))
  timeline.add({ ...summary(251), isSummary: false } as never)
  const asked: string[] = []
  await loadDetails(timeline.rows(), async <Value>(path: string) => {
    const ids = path.slice("/entries?ids=".length).split(",").map(Number)
    asked.push(`${ids[0]} to ${ids.at(-1)}`)
    const kept = ids.filter((id) => id !== 7)
    return { entries: kept.map((id) => ({ id, frame: "the frame", event: "{}" })) } as Value
  })
  expect(asked).toEqual(["1 to 200", "201 to 250"])
  const rows = timeline.rows()
  expect(rows.filter((row) => summariesOf(row).length > 0).map(({ entry }) => entry.id)).toEqual([7])
  expect(rows[0]?.entry).toEqual({ ...summary(1), frame: "the frame", event: "{}", isSummary: undefined })
  expect(rows[6]?.entry).toEqual(summary(7))
})

test("nothing is requested for entries that are whole", async () => {
  const timeline = createTimeline()
  timeline.add({ ...summary(1), isSummary: false } as never)
  await loadDetails(timeline.rows(), () => Promise.reject(new Error("requested")))
})
