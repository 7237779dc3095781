// Queues and functions together: the real stand-in, real pollers, real execution environments.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, expect, onTestFinished, test } from "vitest"
import type { EventSourceMappingDefinition } from "../definition/lambda.ts"
import { systemClock } from "../foundation/clock.ts"
import { silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { createServices, type Services } from "../services/services.ts"
import { acceptAll } from "../services/testing/accept-all.ts"
import { definitionOf } from "../services/testing/definition-of.ts"
import { createEventSourceMappings } from "./event-source-mapping.ts"
import type { PollerOptions } from "./queue-poller.ts"
import { arnOf, closeLambdas, defineFunction, region, startLambda } from "./testing/lambda-under-test.ts"

const origin = { logicalId: "It", stackName: "Stack" }
const queueArn = (name: string) => `arn:aws:sqs:${region}:123456789012:${name}`
const uploadsMapping: EventSourceMappingDefinition = {
  ...origin,
  functionArn: arnOf("f"),
  queueArn: queueArn("uploads"),
  enabled: true,
  batchSize: 10,
  batchingWindowSeconds: 0,
  filters: [],
  reportBatchItemFailures: false,
}
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await closeLambdas()
})

/** With one batch at a time, a queue may show a message again at once: it is not received before the batch has ended. */
const oneByOne = { batchSize: 10, maximumConcurrency: 1 }

const report = "const ids = (event) => event.Records.map(({ body }) => body);"

test("messages reach the function in batches of at most BatchSize, and are deleted", async () => {
  const { send, output, left } = await start(
    `${report} export const handler = async (event) => console.log(ids(event).join())`,
    {
      batchSize: 2,
    },
  )
  for (const body of ["a", "b", "c", "d", "e"]) await send(body)
  const batches = await output((lines) => lines.join().split(",").length === 5)
  expect(batches.join().split(",").sort()).toEqual(["a", "b", "c", "d", "e"])
  expect(batches.every((batch) => batch.split(",").length <= 2)).toBe(true)
  expect(await left()).toEqual([])
})

test("a message that fails each time goes to the dead-letter queue, and each of the others is processed once", async () => {
  const source = `${report} export const handler = async (event) => {
    const failed = event.Records.filter(({ body }) => body === "poison")
    console.log(ids(event).join())
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
  }`
  const { send, output, dead } = await start(source, { ...oneByOne, reportBatchItemFailures: true }, "0")
  for (const body of ["a", "poison", "b", "c"]) await send(body)
  expect(await dead()).toBe("poison")
  const seen = (await output(() => true)).join().split(",").sort()
  expect(seen).toEqual(["a", "b", "c", "poison", "poison"])
})

test("a batch whose function fails is received again as a whole", async () => {
  const source = `${report} export const handler = async (event) => { console.log(ids(event).join()); throw new Error("no") }`
  const { send, output, dead } = await start(source, oneByOne, "0")
  await send("only")
  expect(await dead()).toBe("only")
  expect(await output(() => true)).toEqual(["only", "only"])
})

test("a window collects messages until the batch is full", async () => {
  const { send, output } = await start(
    `${report} export const handler = async (event) => console.log(ids(event).join())`,
    {
      batchSize: 3,
      batchingWindowSeconds: 20,
    },
  )
  for (const body of ["a", "b", "c"]) await send(body)
  expect((await output((lines) => lines.length > 0))[0]?.split(",").sort()).toEqual(["a", "b", "c"])
})

test("messages that no filter matches are deleted, and never reach the function", async () => {
  const { send, output, left, receiveDead } = await start(
    `${report} export const handler = async (event) => { for (const id of ids(event)) console.log(id) }`,
    { ...oneByOne, filters: [{ body: { kind: ["a"] } }, { body: ["plain"] }] },
    "0",
  )
  for (const body of ['{"kind":"b"}', "other", '{"kind":"a","n":1}', "plain"]) await send(body)
  expect((await output((lines) => lines.length === 2)).toSorted()).toEqual(["plain", '{"kind":"a","n":1}'])
  expect([...(await left()), ...(await receiveDead())]).toEqual([])
})

test("60 messages at once are each processed once, by no more environments than batches may run at once", async () => {
  const source = `${report} export const handler = async (event) => {
    await new Promise((r) => setTimeout(r, 5)); for (const id of ids(event)) console.log(id)
  }`
  const { send, output, environmentIds, left } = await start(source, { batchSize: 10 })
  const bodies = Array.from({ length: 60 }, (_, i) => String(i))
  await Promise.all(bodies.map(send))
  const seen = await output((lines) => lines.length >= 60)
  expect(seen.toSorted()).toEqual(bodies.toSorted())
  expect(environmentIds.size).toBeLessThanOrEqual(5)
  expect(await left()).toEqual([])
})

test("no more batches run at once than the mapping's maximum concurrency", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lambda-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  // The first invocation waits until a second one has begun, and each leaves time for one too many to begin.
  const source = `import { readdirSync, writeFileSync } from "node:fs"
    import { join } from "node:path"
    import { hrtime } from "node:process"
    import { setTimeout as pause } from "node:timers/promises"
    export const handler = async (event, context) => {
      const begin = hrtime.bigint()
      writeFileSync(join(${JSON.stringify(folder)}, context.awsRequestId), "")
      while (readdirSync(${JSON.stringify(folder)}).length < 2) await pause(1)
      await pause(100)
      console.log(begin + "-" + hrtime.bigint())
    }`
  const { send, output } = await start(source, { batchSize: 1, maximumConcurrency: 2 })
  for (let i = 0; i < 6; i++) await send(String(i))
  const spans = (await output((lines) => lines.length === 6)).map((line) => line.split("-").map(BigInt))
  // Two processes write their output independently, so its order does not show what ran at once.
  const most = Math.max(
    ...spans.map(([at = 0n]) => spans.filter(([begin = 0n, end = 0n]) => begin <= at && at <= end).length),
  )
  expect(most).toBe(2)
})

test.each([
  ["five batches without a maximum concurrency", undefined, 5],
  ["as many batches as the maximum concurrency", 3, 3],
])("at most %s are given to the function while none has ended", async (_title, maximumConcurrency, limit) => {
  const limitReached = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const allBegun = Promise.withResolvers<void>()
  let begun = 0
  const { send, receiveDead } = await start("", {
    batchSize: 1,
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
    invoke: async () => {
      begun++
      if (begun === limit) limitReached.resolve()
      if (begun === limit + 2) allBegun.resolve()
      await ended.promise
      return { outcome: "responded", payload: "null", requestId: "r" }
    },
  })
  for (let i = 0; i < limit + 2; i++) await send(String(i))
  try {
    await limitReached.promise
    // One batch too many would have been received before these requests have responses.
    for (let i = 0; i < 3; i++) await receiveDead()
    expect(begun).toBe(limit)
  } finally {
    ended.resolve()
  }
  await allBegun.promise
})

test("a queue that cannot be reached is reported, and is received from again after a second", async () => {
  const clock = new ManualClock()
  const reported = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
  let failures = 0
  const mappings = createEventSourceMappings({
    region,
    endpoint: () => "http://127.0.0.1:1",
    credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
    queueUrl: () => "http://127.0.0.1:1/uploads",
    invoke: () => Promise.reject(new Error("Nothing was received")),
    clock,
    log: { ...silentLog, error: (event) => reported[failures++]?.resolve(event) },
  })
  closers.push(mappings.close)
  mappings.update([uploadsMapping])
  expect(await reported[0]?.promise).toBe("Queue not reached")
  expect(clock.pending).toBe(1)
  clock.advance(999)
  expect(clock.pending).toBe(1)
  clock.advance(1)
  expect(await reported[1]?.promise).toBe("Queue not reached")
  await mappings.close()
  expect(clock.pending).toBe(0)
})

test("a disabled mapping receives nothing, and an update enables it", async () => {
  const { send, output, update, left } = await start(
    "export const handler = async () => console.log('ran')",
    {
      enabled: false,
    },
    "0",
  )
  await send("a")
  expect(await left()).toEqual(["a"])
  await update({ enabled: true })
  expect(await output((lines) => lines.length > 0)).toEqual(["ran"])
})

// One stand-in has the queues of all tests, because starting it takes longer than most of them.
let shared: Services | undefined
afterAll(() => shared?.close())
let queuePairs = 0

function sharedServices(): Services {
  shared ??= createServices({
    region,
    urlSuffix: "amazonaws.com",
    clock: systemClock,
    log: silentLog,
    authenticate: acceptAll,
    administrator: { accessKeyId: "AKIA", secretAccessKey: "secret" },
  })
  return shared
}

type Overrides = Partial<EventSourceMappingDefinition> & {
  /** Instead of the function. */
  invoke?: PollerOptions["invoke"]
}

async function start(source: string, { invoke, ...overrides }: Overrides, visibilityTimeout = "30") {
  const pair = ++queuePairs
  const [uploads, dead] = [`uploads-${pair}`, `dead-${pair}`]
  const redrive = { deadLetterTargetArn: queueArn(dead), maxReceiveCount: 2 }
  const attributes = { VisibilityTimeout: visibilityTimeout, RedrivePolicy: JSON.stringify(redrive) }
  const queue = (queueName: string, own = {}) => ({ ...origin, queueName, arn: queueArn(queueName), attributes: own })
  const definition = definitionOf({ region, queues: [queue(uploads, attributes), queue(dead)] })
  const services = sharedServices()
  await services.createResources(definition)
  services.use(definition)
  const lines: string[] = []
  const environmentIds = new Set<string>()
  const waiting = new Set<() => void>()
  const lambda = startLambda([defineFunction(source)], {
    onOutput({ kind, text, environmentId }) {
      environmentIds.add(environmentId)
      if (kind !== "stdout" || !text.includes("\tINFO\t")) return
      lines.push(text.split("\t").at(-1) ?? "")
      for (const look of waiting) look()
    },
  })
  const mapping = (changes: Partial<EventSourceMappingDefinition>): EventSourceMappingDefinition => ({
    ...uploadsMapping,
    queueArn: queueArn(uploads),
    ...overrides,
    ...changes,
  })
  const mappings = createEventSourceMappings({
    region,
    endpoint: () => services.endpoints.sqs!,
    credentials: services.credentials,
    queueUrl: services.queueUrl,
    invoke: invoke ?? lambda.invoke,
    clock: systemClock,
    log: silentLog,
  })
  mappings.update([mapping({})])
  closers.push(mappings.close)
  return {
    environmentIds,
    send: (body: string) => services.deliver(queueArn(uploads), body),
    update: (changes: Partial<EventSourceMappingDefinition>) => mappings.update([mapping(changes)]),
    /** Printed lines, once they are enough. */
    output: (enough: (lines: string[]) => boolean) =>
      new Promise<string[]>((resolve) => {
        const look = () => {
          if (!enough(lines)) return
          waiting.delete(look)
          resolve(lines)
        }
        waiting.add(look)
        look()
      }),
    /** The first message of the dead-letter queue, as soon as there is one. */
    dead: async () => (await receive(dead, 20))[0],
    receiveDead: () => receive(dead, 0),
    /** What the queue holds once the pollers have stopped. */
    async left() {
      await mappings.close()
      return receive(uploads, 0)
    },
  }

  async function receive(name: string, WaitTimeSeconds: number): Promise<(string | undefined)[]> {
    const { ReceiveMessageCommand, SQSClient } = await import("@aws-sdk/client-sqs")
    const client = new SQSClient({ region, endpoint: services.endpoints.sqs!, credentials: services.credentials })
    const QueueUrl = services.queueUrl(queueArn(name))
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }))
    client.destroy()
    return Messages.map(({ Body }) => Body)
  }
}
