// Invokes a trivial function: in the gateway's Lambda service, and in a bare worker thread as the floor.
import { Worker } from "node:worker_threads"
import { createBenchLambda, event, invokeOnce, rateOver } from "../invocation-rate.ts"
import { serveRequests } from "../program.ts"

const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:trivial"
const lambda = createBenchLambda()
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

function invokeFloor(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    bare.postMessage(event)
  })
}

serveRequests(
  {
    floor: ({ ms }: { ms: number }) => rateOver(ms, invokeFloor),
    ours: ({ ms }: { ms: number }) => rateOver(ms, () => invokeOnce(lambda, functionArn)),
  },
  async () => {
    await bare.terminate()
    await lambda.close()
  },
)
