// Invokes a trivial function: in the gateway's Lambda service, and in a bare worker thread as the floor.
import { Worker } from "node:worker_threads"
import { systemClock } from "../../../gateway/src/foundation/clock.ts"
import { silentLog } from "../../../gateway/src/foundation/log.ts"
import { createLambda } from "../../../gateway/src/lambda/lambda-service.ts"
import { message } from "../dialogue.ts"
import { serveRequests } from "../program.ts"

/** Concurrent invocations. */
const CONCURRENCY = 10
const event = JSON.stringify({ body: message, isBase64Encoded: false })
const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:trivial"

const lambda = createLambda({
  region: "eu-west-1",
  accountId: "123456789012",
  clock: systemClock,
  log: silentLog,
  endpoints: () => ({}),
  credentials: () => ({ accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" }),
  network: () => ({}),
  onOutput() {},
})
lambda.deploy([
  {
    logicalId: "Trivial",
    stackName: "bench",
    functionName: "trivial",
    arn: functionArn,
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: { form: "inline", source: "export const handler = async () => ({ statusCode: 200 })" },
    layers: [],
    environment: {},
    timeoutMs: 3000,
    memoryMb: 128,
    roleArn: "arn:aws:iam::123456789012:role/trivial",
    logGroupName: "/aws/lambda/trivial",
    logFormat: "Text",
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 21_600,
  },
])

const bare = new Worker(
  `const { parentPort } = require("node:worker_threads")
   const handler = async () => ({ statusCode: 200 })
   parentPort.on("message", async (text) => parentPort.postMessage(JSON.stringify(await handler(JSON.parse(text)))))`,
  { eval: true },
)
const waiting: (() => void)[] = []
bare.on("message", () => waiting.shift()?.())

async function invokeOurs(): Promise<void> {
  const result = await lambda.invoke(functionArn, event)
  if (result.outcome !== "responded") throw new Error(`The invocation ended with "${result.outcome}".`)
}

function invokeFloor(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    bare.postMessage(event)
  })
}

/** Invocations per second over `ms` milliseconds. */
async function rateOver(ms: number, invoke: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  let count = 0
  const invokeInTurn = async () => {
    while (performance.now() - startedAt < ms) {
      await invoke()
      count++
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, invokeInTurn))
  return (count / (performance.now() - startedAt)) * 1000
}

serveRequests(
  {
    floor: ({ ms }: { ms: number }) => rateOver(ms, invokeFloor),
    ours: ({ ms }: { ms: number }) => rateOver(ms, invokeOurs),
  },
  async () => {
    await bare.terminate()
    await lambda.close()
  },
)
