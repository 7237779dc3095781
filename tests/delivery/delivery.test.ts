// The whole system under random faults: every watcher that stays or returns learns how its document ends.
import { expect, test } from "vitest"
import { runs, runsAll } from "../testing/runs.ts"
import { checkHistories } from "./check-histories.ts"
import { runHistory } from "./world.ts"

/** Between the operations that fail. */
const step = runsAll ? 1 : 3

const histories = runs(300)

test(`${histories} histories end with every watcher notified, and with no row, message or timer left`, async () => {
  const seed = Number(process.env.DELIVERY_SEED ?? Date.now() % 1e9)
  const { injected } = await checkHistories({ runs: histories, seed })
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

test("an upload that arrives while its document is deleted is removed, although the deletion dies after the row is gone", async () => {
  const { problems, injected } = await runHistory({
    seed: 0,
    watchers: 6,
    linksAreReliable: false,
    document: { pages: 1, pageMs: 1, failure: "none" },
    limits: { fewWatchers: 300, watchersPerPartition: 2_000 },
    faults: [
      { operation: 3, kind: "crash-after" },
      { operation: 16, kind: "crash-before" },
      { operation: 52, kind: "delay" },
      { operation: 61, kind: "crash-before" },
    ],
    events: [
      { atMs: 1_037, kind: "upload", watcher: 0 },
      { atMs: 0, kind: "delete", watcher: 0 },
      { atMs: 0, kind: "join", watcher: 0 },
      { atMs: 0, kind: "drop", watcher: 0 },
    ],
  })
  expect({ problems, injected }).toEqual({ problems: [], injected: { "crash-before": 2, "crash-after": 1, delay: 1 } })
})

test("the reading of a deleted document ends before it stores text that nothing would remove", async () => {
  for (const kind of ["crash-before", "crash-after"] as const) {
    for (let operation = 20; operation < 110; operation += step) {
      const { problems } = await runHistory({
        seed: 0,
        watchers: 1,
        linksAreReliable: false,
        document: { pages: 2, pageMs: 200_000, failure: "none" },
        limits: { fewWatchers: 300, watchersPerPartition: 2_000 },
        faults: [{ operation, kind }],
        events: [
          { atMs: 0, kind: "upload", watcher: 0 },
          { atMs: 41, kind: "delete", watcher: 0 },
        ],
      })
      expect({ kind, operation, problems }).toEqual({ kind, operation, problems: [] })
    }
  }
})

test("a document of nine minutes is complete, although an invocation of five dies at any of its operations", async () => {
  for (let operation = 10; operation < 120; operation += step) {
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

test("a protected document is read or still asks for its password, although the request with it dies at any operation", async () => {
  const endings = new Set<unknown>()
  const kinds = ["crash-before", "crash-after", "fail-before", "fail-after"] as const
  for (const [index, kind] of kinds.entries()) {
    // Other operations for each kind.
    for (let operation = 20 + (index % step); operation < 60; operation += step) {
      const { problems, ending } = await runHistory({
        seed: operation,
        watchers: 2,
        linksAreReliable: true,
        document: { pages: 1, pageMs: 1, failure: "encrypted" },
        limits: { fewWatchers: 300, watchersPerPartition: 2_000 },
        faults: [{ operation, kind }],
        events: [
          { atMs: 0, kind: "upload", watcher: 0 },
          { atMs: 200_000, kind: "unlock-wrongly", watcher: 0 },
          { atMs: 400_000, kind: "unlock", watcher: 1 },
        ],
      })
      expect({ kind, operation, problems }).toEqual({ kind, operation, problems: [] })
      endings.add(ending)
    }
  }
  expect(endings).toEqual(new Set(["processing_complete", "error"]))
})
