// Stands for the gateway's process: runs hostile functions, each as a deployment of its own, next to a quick neighbour.
import type { InvocationResult } from "../../gateway/src/definition/invocation.ts"
import { arnOf, defineFunction, startLambda } from "../../gateway/testing/lambda-under-test.ts"
import { answer } from "./child.ts"
import { measureLatency, now } from "./latency.ts"
import { type Program, sourceOf } from "./program.ts"

export type Ended = { result: InvocationResult; startedAt: number; neighbourMs: number; closeMs: number; lines: number }

const neighbour = startLambda("export const handler = async (event) => event")
await neighbour.call()
const latency = measureLatency(() => neighbour.call({ n: 1 }))

const DEFAULT_TIMEOUT_MS = 15_000

function deploy(program: Program, onOutput: () => void) {
  const definition = defineFunction(sourceOf(program), {
    timeoutMs: program.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    memoryMb: program.memoryMb ?? 128,
    runtime: program.runtime ?? "nodejs24.x",
    environment: program.environment ?? {},
  })
  return startLambda([definition], { onOutput })
}

async function run(program: Program): Promise<Ended> {
  // Counted and not kept: the memory of this process is measured.
  let lines = 0
  const lambda = deploy(program, () => lines++)
  const startedAt = now()
  const result = await lambda.invoke(arnOf("f"), "{}")
  const closingAt = now()
  await lambda.close()
  const closeMs = now() - closingAt
  return { result, startedAt, neighbourMs: await latency.worstSince(startedAt), closeMs, lines }
}

/** Invokes each program without waiting for it, closes once all of them run, and reports how long that takes. */
async function closeWhileRunning(programs: Program[]): Promise<{ closeMs: number; results: InvocationResult[] }> {
  const begun = programs.map((program) => {
    const started = Promise.withResolvers<void>()
    const lambda = startLambda([defineFunction(`console.log("begun")\n${sourceOf(program)}`, { timeoutMs: 60_000 })], {
      onOutput: ({ kind }) => kind === "platform" && started.resolve(),
    })
    return { lambda, started: started.promise, result: lambda.invoke(arnOf("f"), "{}") }
  })
  await Promise.all(begun.map(({ started }) => started))
  const closingAt = now()
  await Promise.all(begun.map(({ lambda }) => lambda.close({ drainMs: 200 })))
  return { closeMs: now() - closingAt, results: await Promise.all(begun.map(({ result }) => result)) }
}

/** How long a throttled invocation takes while each environment of its function is blocked. */
async function throttle(program: Program): Promise<{ result: InvocationResult; ms: number; startedAt: number }> {
  const reservedConcurrency = 2
  let begun = 0
  const allBegun = Promise.withResolvers<void>()
  const lambda = startLambda([defineFunction(`${sourceOf(program)}`, { timeoutMs: 60_000, reservedConcurrency })], {
    onOutput: ({ text }) => {
      if (text.startsWith("START") && ++begun === reservedConcurrency) allBegun.resolve()
    },
  })
  const blocked = [lambda.invoke(arnOf("f"), "{}"), lambda.invoke(arnOf("f"), "{}")]
  await allBegun.promise
  const startedAt = now()
  const result = await lambda.invoke(arnOf("f"), "{}")
  const ms = now() - startedAt
  await lambda.close()
  await Promise.all(blocked)
  return { result, ms, startedAt }
}

async function residentBytes(): Promise<number> {
  for (let pass = 0; pass < 2; pass++) {
    await globalThis.gc?.({ type: "major", execution: "async", flavor: "last-resort" })
    await new Promise(setImmediate)
  }
  return process.memoryUsage.rss()
}

answer({ run, closeWhileRunning, throttle, residentBytes }, async () => {
  await latency.stop()
  await neighbour.close()
})
