// Measures how many invocations a function completes per second.
import { systemClock } from "../../gateway/src/foundation/clock.ts"
import { silentLog } from "../../gateway/src/foundation/log.ts"
import { createLambda } from "../../gateway/src/lambda/lambda-service.ts"
import { message } from "./dialogue.ts"

/** Concurrent invocations. */
const CONCURRENCY = 10

export const event = JSON.stringify({ body: message, isBase64Encoded: false })

/** A Lambda service without an API, whose functions call nothing. */
export function createBenchLambda() {
  return createLambda({
    region: "eu-west-1",
    accountId: "123456789012",
    clock: systemClock,
    log: silentLog,
    endpoints: () => ({}),
    credentials: () => ({ accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" }),
    network: () => ({}),
    onOutput() {},
  })
}

/** @throws Error for an invocation that does not respond */
export async function invokeOnce(lambda: ReturnType<typeof createBenchLambda>, functionArn: string): Promise<void> {
  const { outcome } = await lambda.invoke(functionArn, event)
  if (outcome !== "responded") throw new Error(`The invocation ended with "${outcome}".`)
}

/** Invocations per second over `ms` milliseconds. */
export async function rateOver(ms: number, invoke: () => Promise<void>): Promise<number> {
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
