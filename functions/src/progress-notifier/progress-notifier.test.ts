// Tests of notifying the watchers of a document: in the background or to the end, here or shared out.
import { beforeEach, describe, expect, test } from "vitest"
import { silentLogger } from "../../test/lambda-context.ts"
import { progress } from "../../test/progress.ts"
import type { WatcherPage } from "../storage/watchers-table.ts"
import { type ChangedDocument, createProgressNotifier, type ProgressNotifier } from "./progress-notifier.ts"
import { messageOf, type Push } from "./pushes.ts"

const step = (sequence: number): ChangedDocument => ({ progress: { ...progress, sequence }, watchersAreSpread: false })
const end: ChangedDocument = {
  progress: { ...progress, status: "processing_complete", sequence: 99 },
  watchersAreSpread: false,
}

let notifier: ProgressNotifier
let pages: WatcherPage[]
let readFailures: number
let queueFailures: number
let partlyRejected: number
let posted: { sequence: number; pages: WatcherPage[]; signal: AbortSignal | undefined }[]
let undelivered: WatcherPage[]
let ended: string[]
let shared: string[]
let spread: string[]
let pauses: number[]
let completePost: (() => void) | undefined
let isPostHeld: boolean
let now: number

const watching = (count: number, partition = "d1") => {
  pages.push({ partition, connectionIds: Array.from({ length: count }, (_, index) => `c${index}=`) })
}
const turn = () => new Promise(setImmediate)

function pushOf(body: string): Push {
  const message = messageOf(body)
  return "push" in message ? message.push : expect.unreachable("a removal was sent")
}

beforeEach(() => {
  pages = []
  readFailures = 0
  queueFailures = 0
  partlyRejected = 0
  posted = []
  undelivered = []
  ended = []
  shared = []
  spread = []
  pauses = []
  isPostHeld = false
  now = 1_000_000
  notifier = createProgressNotifier({
    postToWatchers: async ({ sequence }, pages, signal) => {
      posted.push({ sequence, pages, signal })
      if (isPostHeld) {
        await new Promise<void>((resolve) => {
          completePost = resolve
        })
      }
      return undelivered
    },
    endSessions: async (connectionIds) => void ended.push(...connectionIds),
    watchers: {
      connectionsWatching: async ({ documentId }) => {
        expect(documentId).toBe("d1")
        if (readFailures-- > 0) throw new Error("ThrottlingException")
        return pages
      },
    },
    documents: { spreadWatchers: async (documentId) => void spread.push(documentId) },
    pushes: {
      sendAll: async (bodies) => {
        if (queueFailures-- > 0) throw new Error("ServiceUnavailable")
        const rejected = bodies.slice(0, partlyRejected)
        partlyRejected = 0
        shared.push(...bodies.slice(rejected.length))
        return rejected
      },
    },
    sharedPostsPerSecond: 1_000,
    logger: silentLogger(),
    clock: {
      now: () => now,
      sleep: (ms, signal) => {
        pauses.push(ms)
        now += ms
        // A pause between rounds ends when it is aborted; one between attempts at once.
        return signal
          ? new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
          : Promise.resolve()
      },
      every: () => ({ stop() {} }),
    },
    random: () => 0.5,
  })
})

describe("announcing", () => {
  test("returns at once, and pushes only the newest of the steps that come meanwhile", async () => {
    watching(2)
    isPostHeld = true
    for (const sequence of [2, 3, 4, 5]) notifier.announce(step(sequence))
    await turn()
    expect(posted.map(({ sequence }) => sequence)).toEqual([2])
    completePost?.()
    await turn()
    expect(posted.map(({ sequence }) => sequence)).toEqual([2, 5])
    const settled = notifier.settle()
    completePost?.()
    await settled
  })

  test("skips a step whose watchers cannot be read", async () => {
    watching(1)
    readFailures = 1
    notifier.announce(step(2))
    await notifier.settle()
    notifier.announce(step(3))
    await notifier.settle()
    expect(posted.map(({ sequence }) => sequence)).toEqual([3])
  })

  test("to more than 300 watchers shares the round out, and begins the next one when its posts are due", async () => {
    watching(300)
    watching(201, "d1#4")
    notifier.announce(step(2))
    await turn()
    notifier.announce(step(3))
    notifier.announce(step(4))
    await turn()
    expect(posted).toEqual([])
    expect(pauses).toEqual([501])
    expect(
      shared
        .map(pushOf)
        .map(({ connectionIds, partition, progress: { sequence } }) => [sequence, partition, connectionIds.length]),
    ).toEqual([
      [2, "d1", 250],
      [2, "d1", 50],
      [2, "d1#4", 201],
    ])
    await notifier.settle()
    expect(shared.slice(3).map((body) => pushOf(body).progress.sequence)).toEqual([4, 4, 4])
  })
})

describe("delivering an end", () => {
  test("aborts the round that is out, drops what waits, and reaches every watcher", async () => {
    watching(2)
    isPostHeld = true
    notifier.announce(step(2))
    notifier.announce(step(3))
    await turn()
    const completeRound = completePost
    isPostHeld = false
    const delivery = notifier.deliver(end)
    await turn()
    expect(posted.map(({ sequence }) => sequence)).toEqual([2, 99])
    expect(posted[0]?.signal?.aborted).toBe(true)
    expect(posted[1]?.signal).toBeUndefined()
    completeRound?.()
    expect(await delivery).toBe("delivered")
    expect(posted).toHaveLength(2)
  })

  test("shares out the watchers that are left, and reports them as undelivered when the queue fails too", async () => {
    watching(2)
    undelivered = [{ partition: "d1", connectionIds: ["c1="] }]
    expect(await notifier.deliver(end)).toBe("delivered")
    expect(shared.map((body) => pushOf(body).connectionIds)).toEqual([["c1="]])
    queueFailures = 100
    expect(await notifier.deliver(end)).toBe("undelivered")
  })

  test("retries reading the watchers, with full jitter", async () => {
    watching(1)
    readFailures = 2
    expect(await notifier.deliver(end)).toBe("delivered")
    // Half of 100 and 200 ms, because `random` is one half.
    expect(pauses).toEqual([50, 100])
    readFailures = 100
    expect(await notifier.deliver(end)).toBe("undelivered")
  })

  test("to many watchers is done when the queue has every page", async () => {
    watching(501)
    queueFailures = 1
    partlyRejected = 1
    expect(await notifier.deliver(end)).toBe("delivered")
    const ids = shared.flatMap((body) => pushOf(body).connectionIds)
    expect(new Set(ids).size).toBe(501)
    expect(shared).toHaveLength(3)
    queueFailures = 100
    expect(await notifier.deliver(end)).toBe("undelivered")
  })
})

test("a document with more than 2,000 watchers in one partition has new ones spread", async () => {
  watching(2_000)
  await notifier.deliver(end)
  expect(spread).toEqual([])
  pages = []
  watching(2_001)
  await notifier.deliver(end)
  expect(spread).toEqual(["d1"])
  await notifier.deliver({ ...end, watchersAreSpread: true })
  expect(spread).toEqual(["d1"])
})

test("ends the sessions that are over before it pushes to the others", async () => {
  watching(1)
  pages.push({ partition: "d1#3", connectionIds: [], endedConnectionIds: ["over="] })
  expect(await notifier.deliver(end)).toBe("delivered")
  expect(ended).toEqual(["over="])
  expect(posted).toHaveLength(1)
})
