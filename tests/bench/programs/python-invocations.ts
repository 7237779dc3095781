// Invokes a trivial function in Python, and the same function for Node.js as the floor.
import type { FunctionDefinition } from "../../../gateway/src/definition/lambda.ts"
import { systemClock } from "../../../gateway/src/foundation/clock.ts"
import { silentLog } from "../../../gateway/src/foundation/log.ts"
import { createLambda } from "../../../gateway/src/lambda/lambda-service.ts"
import { defineFunction } from "../../../gateway/testing/lambda-under-test.ts"
import { definePython } from "../../../gateway/testing/python-under-test.ts"
import { message } from "../dialogue.ts"
import { serveRequests } from "../program.ts"

/** Concurrent invocations. */
const CONCURRENCY = 10
const event = JSON.stringify({ body: message, isBase64Encoded: false })

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
const node = defineFunction("export const handler = async () => ({ statusCode: 200 })", { functionName: "node" })
const python = definePython("def handler(event, context):\n    return {'statusCode': 200}", { functionName: "python" })
lambda.deploy([node, python])

/** Invocations per second over `ms` milliseconds. */
async function rateOver(ms: number, { arn }: FunctionDefinition): Promise<number> {
  const startedAt = performance.now()
  let count = 0
  const invokeInTurn = async () => {
    while (performance.now() - startedAt < ms) {
      const { outcome } = await lambda.invoke(arn, event)
      if (outcome !== "responded") throw new Error(`The invocation ended with "${outcome}".`)
      count++
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, invokeInTurn))
  return (count / (performance.now() - startedAt)) * 1000
}

serveRequests(
  {
    floor: ({ ms }: { ms: number }) => rateOver(ms, node),
    ours: ({ ms }: { ms: number }) => rateOver(ms, python),
  },
  () => lambda.close(),
)
