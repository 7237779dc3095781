// The arbitrary histories: how a document is read, who watches it, what happens, and which operations fail.
import fc from "fast-check"
import { type Fault, faultKinds } from "./faults.ts"
import type { Services } from "./functions.ts"

const eventKinds = [
  "upload",
  "delete",
  "unlock",
  "unlock-wrongly",
  "join",
  "leave",
  "return",
  "drop",
  "vanish",
  "silence",
  "outage",
  "restart",
] as const
export type HistoryEvent = { atMs: number; kind: (typeof eventKinds)[number]; watcher: number }

export type History = Pick<Services, "document" | "limits"> & {
  seed: number
  watchers: number
  /**
   * With links that lose nothing, and clients that never ask by themselves, the functions alone have to notify everybody.
   * Otherwise links fail too, and the clients' questions make up for it.
   */
  linksAreReliable: boolean
  events: HistoryEvent[]
  faults: Fault[]
}

const eventTime = fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 200_000 }))

/** Most documents are uploaded soon, some never. */
const upload = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      atMs: fc.integer({ min: 0, max: 20_000 }),
      kind: fc.constant("upload" as const),
      watcher: fc.constant(0),
    }),
  },
  { weight: 1, arbitrary: fc.constant(undefined) },
)

export const histories: fc.Arbitrary<History> = fc
  .record({
    seed: fc.nat(),
    watchers: fc.integer({ min: 1, max: 6 }),
    linksAreReliable: fc.boolean(),
    document: fc.record({
      pages: fc.integer({ min: 1, max: 6 }),
      // The last ones take several invocations, or more than the document gets.
      pageMs: fc.constantFrom(1, 40, 700, 25_000, 90_000, 200_000, 400_000),
      failure: fc.oneof(
        { weight: 8, arbitrary: fc.constant("none" as const) },
        { weight: 2, arbitrary: fc.constantFrom("corrupt" as const, "passing" as const) },
        { weight: 3, arbitrary: fc.constant("encrypted" as const) },
      ),
    }),
    limits: fc.record({ fewWatchers: fc.constantFrom(300, 0, 2), watchersPerPartition: fc.constantFrom(2_000, 1, 3) }),
    upload,
    events: fc.array(
      fc.record({
        atMs: eventTime,
        // An event that does not happen to a document by itself is rare.
        kind: fc.oneof(
          {
            weight: 12,
            arbitrary: fc.constantFrom("join", "leave", "return", "drop", "vanish", "silence", "outage", "restart"),
          },
          { weight: 1, arbitrary: fc.constantFrom("delete", "upload") },
          { weight: 4, arbitrary: fc.constantFrom("unlock", "unlock", "unlock-wrongly") },
        ) as fc.Arbitrary<HistoryEvent["kind"]>,
        watcher: fc.nat(5),
      }),
      { maxLength: 8 },
    ),
    faults: fc.array(fc.record({ operation: fc.integer({ min: 0, max: 300 }), kind: fc.constantFrom(...faultKinds) }), {
      maxLength: 60,
      size: "max",
    }),
  })
  .map(({ upload, events, ...history }) => ({ ...history, events: upload ? [upload, ...events] : events }))
