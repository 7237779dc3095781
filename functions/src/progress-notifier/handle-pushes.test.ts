// Tests of the queue of pushes: which pages are posted, which return to the queue, and which are dropped.
import type { Progress } from "@document-insight/protocol"
import type { SQSEvent } from "aws-lambda"
import { beforeEach, expect, test } from "vitest"
import { lambdaContext, silentLogger } from "../../test/lambda-context.ts"
import { progress } from "../../test/progress.ts"
import type { WatcherPage } from "../storage/watchers-table.ts"
import { createPushHandler } from "./handle-pushes.ts"
import { messageOf, removalOf, sharedRound } from "./pushes.ts"

const end: Progress = { ...progress, status: "processing_complete" }

let now: number
let posted: { progress: Progress; pages: WatcherPage[] }[]
let undelivered: WatcherPage[]
let removed: WatcherPage[]
let unwatchAll: (page: WatcherPage) => Promise<void>
let sent: { body: string; delaySeconds: number }[]
let send: (body: string, delaySeconds: number) => Promise<void>

beforeEach(() => {
  now = 1_000_000
  posted = []
  undelivered = []
  removed = []
  unwatchAll = async (page) => void removed.push(page)
  sent = []
  send = async (body, delaySeconds) => void sent.push({ body, delaySeconds })
})

/** @returns the indexes of the messages that stay in the queue */
async function receive(...bodies: string[]): Promise<string[]> {
  const handler = createPushHandler({
    postToWatchers: async (progress, pages) => {
      posted.push({ progress, pages })
      return undelivered
    },
    pushes: { send: (body, delaySeconds) => send(body, delaySeconds) },
    watchers: { unwatchAll: (page) => unwatchAll(page) },
    logger: silentLogger(),
    clock: { now: () => now },
  })
  const records = bodies.map((body, index) => ({ messageId: `${index}`, body }))
  const { batchItemFailures } = await handler({ Records: records } as SQSEvent, lambdaContext())
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `c${index}=`)
const round = (progress: Progress, ...pages: WatcherPage[]) =>
  sharedRound({ progress, pages, roundMs: 2_000, nowMs: now })

test("a round has pages of at most 250 connections of one partition, with every connection once", async () => {
  const pages = [
    { partition: "d1", connectionIds: ids(600) },
    { partition: "d1#3", connectionIds: ["x="] },
  ]
  expect(await receive(...round(progress, ...pages))).toEqual([])
  expect(posted.map(({ pages: [page] }) => [page?.partition, page?.connectionIds.length])).toEqual([
    ["d1", 250],
    ["d1", 250],
    ["d1", 100],
    ["d1#3", 1],
  ])
  expect(posted.flatMap(({ pages }) => pages).flatMap(({ connectionIds }) => connectionIds)).toEqual([
    ...ids(600),
    "x=",
  ])
  expect(posted[0]?.progress).toEqual(progress)
})

test("a progress is dropped when it is overdue by its round and five seconds", async () => {
  const [body = ""] = round(progress, { partition: "d1", connectionIds: ["a="] })
  now += 8_999
  await receive(body)
  expect(posted).toHaveLength(1)
  now += 1
  expect(await receive(body)).toEqual([])
  expect(posted).toHaveLength(1)
})

test("an end returns to the queue with the connections that are left, later each time", async () => {
  const [body = ""] = round(end, { partition: "d1", connectionIds: ["a=", "b=", "c="] })
  undelivered = [{ partition: "d1", connectionIds: ["b="] }]
  expect(await receive(body)).toEqual([])
  expect(await receive(sent[0]?.body ?? "")).toEqual([])
  expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual([30, 60])
  expect(sent.map(({ body }) => messageOf(body))).toMatchObject([
    { push: { progress: end, partition: "d1", connectionIds: ["b="], attempts: 1 } },
    { push: { progress: end, partition: "d1", connectionIds: ["b="], attempts: 2 } },
  ])
})

test("an end is pushed for as long as a connection can exist", async () => {
  const [body = ""] = round(end, { partition: "d1", connectionIds: ["a="] })
  now += 2 * 3_600_000
  await receive(body)
  expect(posted).toHaveLength(1)
  now += 300_000
  await receive(body)
  expect(posted).toHaveLength(1)
})

test("an end whose rest cannot be sent back stays in the queue as it is", async () => {
  const [body = ""] = round(end, { partition: "d1", connectionIds: ["a="] })
  undelivered = [{ partition: "d1", connectionIds: ["a="] }]
  send = () => Promise.reject(new Error("ServiceUnavailable"))
  expect(await receive(body, body)).toEqual(["0", "1"])
})

test("a removal removes the watchers of its page, and posts nothing", async () => {
  const page = { partition: "d1#3", connectionIds: ["a=", "b="] }
  expect(await receive(removalOf(page))).toEqual([])
  expect(removed).toEqual([page])
  expect(posted).toEqual([])
})

test("a removal that fails stays in the queue", async () => {
  unwatchAll = () => Promise.reject(new Error("ThrottlingException"))
  expect(await receive(removalOf({ partition: "d1", connectionIds: ["a="] }))).toEqual(["0"])
})

test("a message that is neither stays in the queue, and harms no other", async () => {
  const [body = ""] = round(progress, { partition: "d1", connectionIds: ["a="] })
  expect(await receive("not JSON", `{"push":{}}`, `{"removal":{}}`, body)).toEqual(["0", "1", "2"])
  expect(posted).toHaveLength(1)
})
