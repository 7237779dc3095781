// The whole system under random faults: every watcher that stays or returns learns how its document ends.
import { expect, test } from "vitest"
import { checkHistories } from "./check-histories.ts"
import { runHistory } from "./world.ts"

test("300 histories end with every watcher notified, and with no row, message or timer left", async () => {
  const seed = Number(process.env.DELIVERY_SEED ?? Date.now() % 1e9)
  const { injected } = await checkHistories({ runs: 300, seed })
  for (const kind of ["crash-before", "crash-after", "fail-before", "fail-after", "delay", "lose", "duplicate"]) {
    expect(injected[kind]).toBeGreaterThan(0)
  }
}, 120_000)

test("a watcher learns the end of a document that is deleted between its end and the push of it", async () => {
  const { problems } = await runHistory({
    seed: 0,
    watchers: 3,
    linksAreReliable: true,
    document: { pages: 1, pageMs: 1, failure: "none" },
    limits: { fewWatchers: 300, watchersPerPartition: 2_000 },
    faults: [0, 2, 4, 6, 20].map((operation) => ({ operation, kind: "crash-before" as const })),
    events: [
      { atMs: 32, kind: "upload", watcher: 0 },
      { atMs: 0, kind: "join", watcher: 0 },
      { atMs: 37, kind: "delete", watcher: 0 },
    ],
  })
  expect(problems).toEqual([])
})

test("a document of nine minutes is complete, although an invocation of five dies at any of its operations", async () => {
  for (let operation = 10; operation < 120; operation += 1) {
    const { problems, ending } = await runHistory({
      seed: operation,
      watchers: 2,
      linksAreReliable: true,
      document: { pages: 6, pageMs: 90_000, failure: "none" },
      limits: { fewWatchers: 300, watchersPerPartition: 2_000 },
      faults: [{ operation, kind: "crash-after" }],
      events: [{ atMs: 0, kind: "upload", watcher: 0 }],
    })
    expect({ operation, problems, ending }).toEqual({ operation, problems: [], ending: "processing_complete" })
  }
})
