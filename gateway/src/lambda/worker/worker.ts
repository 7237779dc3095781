// Runs inside the thread of one execution environment: loads the handler, then answers one invocation at a time.

import { flushCompileCache } from "node:module"
import { getHeapStatistics } from "node:v8"
import { parentPort, workerData } from "node:worker_threads"
import { exceedsUtf8Size } from "../../foundation/utf8-size.ts"
import { tryToBegin } from "../handed-over.ts"
import { captureOutput } from "./console.ts"
import { type Context, createContext } from "./context.ts"
import { acceptsCallbacks, type Handler, loadHandler } from "./load-handler.ts"
import type { FromThread, SerializedError, ThreadSettings, ToThread } from "./messages.ts"
import { installModuleResolution } from "./module-resolution.ts"
import { installNetwork } from "./network.ts"
import { isolateProcess } from "./process.ts"
import { runtimeError, serializeError } from "./serialize-error.ts"

// AWS: a synchronous response has at most 6 MB, plus a kilobyte of the runtime's own (lambda-answer-size)
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100
const MEMORY_SAMPLE_MS = 1000

if (!parentPort) throw new Error("worker.ts runs in a worker thread only")
const port = parentPort
const settings = workerData as ThreadSettings
const post = (message: FromThread) => port.postMessage(message)

const handedOver: ToThread[] = []
/** Of the first one in `handedOver`, counted from the thread's start. */
let number = 0
let current: ToThread | undefined
let startedAt = performance.now()
let requestId: string | undefined
let memoryBytes = 0
let memorySampledAt = Number.NEGATIVE_INFINITY

// Differs: always on; Lambda needs NODE_OPTIONS=--enable-source-maps, which a thread does not read (lambda-source-maps)
process.setSourceMapsEnabled(true)
isolateProcess(settings.taskRoot)
delete process.env.NODE_COMPILE_CACHE
captureOutput(
  settings.logFormat,
  () => requestId,
  (kind, text) => post({ type: "output", kind, text }),
)
installNetwork(settings.network, process.env)
installModuleResolution(settings.layerModules)

process.on("uncaughtException", (error) => endThread(serializeError(error), "Uncaught Exception"))
process.on("unhandledRejection", (reason) => {
  const { trace, errorMessage } = serializeError(reason)
  const error = runtimeError(
    "Runtime.UnhandledPromiseRejection",
    reason instanceof Error ? String(reason) : errorMessage,
  )
  endThread({ ...serializeError(error), ...(trace ? { trace } : {}) }, "Unhandled Promise Rejection")
})

const withCallback = acceptsCallbacks(settings.runtime)
const handler = await initialize()
if (handler) {
  port.on("message", (invocations: ToThread[]) => {
    handedOver.push(...invocations)
    if (!current) runNext(handler)
  })
  post({ type: "ready", initMs: performance.now() - startedAt })
  // Now, for the threads that start while this one runs; it costs nothing when there is nothing new.
  flushCompileCache()
}

async function initialize(): Promise<Handler | undefined> {
  try {
    return await loadHandler(settings.taskRoot, settings.handler, settings.runtime)
  } catch (thrown) {
    const error = serializeError(thrown)
    logError("Uncaught Exception", error)
    post({ type: "init-failed", error, initMs: performance.now() - startedAt })
  }
}

function runNext(handler: Handler): void {
  for (let next = handedOver.shift(); next; next = handedOver.shift()) {
    const isOurs = tryToBegin(settings.begun, number)
    number = (number + 1) | 0
    if (isOurs) {
      void run(handler, next)
      return
    }
  }
}

async function run(handler: Handler, invocation: ToThread): Promise<void> {
  startedAt = performance.now()
  current = invocation
  requestId = invocation.requestId
  process.env._X_AMZN_TRACE_ID = traceId(invocation.requestId)
  try {
    const context = createContext(settings, invocation, startedAt)
    const event: unknown = JSON.parse(invocation.payload)
    const result = withCallback ? await callWithCallback(handler, event, context) : await handler(event, context)
    answer(invocation, serialize(result))
  } catch (thrown) {
    const error = serializeError(thrown)
    logError("Invoke Error", error)
    fail(invocation, error, false)
  }
  if (!current) runNext(handler)
}

// AWS: on runtimes before nodejs24.x a handler returns a promise, calls back, or returns nothing until its event loop
// is empty (lambda-callback, lambda-callback-waits)
function callWithCallback(handler: Handler, event: unknown, context: Context): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const whenIdle = (settle: () => void) => {
      if (context.callbackWaitsForEmptyEventLoop === false) return settle()
      // The port alone would keep the loop alive: let go of it until everything else has ended.
      port.unref()
      process.once("beforeExit", () => {
        port.ref()
        settle()
      })
    }
    context.callbackWaitsForEmptyEventLoop = true
    const callback = (error?: unknown, result?: unknown) => {
      whenIdle(() => (error === undefined || error === null ? resolve(result) : reject(error)))
    }
    Object.assign(context, {
      done: callback,
      fail: (error: unknown) => callback(error ?? "handled"),
      succeed: (result: unknown) => callback(null, result),
    })
    const returned = handler(event, context, callback)
    if (isPromise(returned)) returned.then(resolve, reject)
    else if (handler.length < 3) whenIdle(() => resolve(null))
  })
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as Promise<unknown>).then === "function"
}

function serialize(result: unknown): string {
  let payload: string
  try {
    payload = JSON.stringify(result) ?? "null"
  } catch {
    // AWS: a result with cycles or BigInts fails with this error (lambda-answer-unserializable)
    throw runtimeError("Runtime.JSONStringifyError", "Unable to stringify response body")
  }
  if (!exceedsUtf8Size(payload, MAX_RESPONSE_BYTES)) return payload
  throw runtimeError(
    "Function.ResponseSizeTooLarge",
    `Response payload size (${Buffer.byteLength(payload)} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  )
}

// Differs: work after the response continues, because a thread cannot be frozen (lambda-frozen)
function answer(invocation: ToThread, payload: string): void {
  if (current !== invocation) return
  current = undefined
  const endedAt = performance.now()
  post({ type: "answered", payload, durationMs: endedAt - startedAt, memoryBytes: sampleMemory(endedAt) })
}

function fail(invocation: ToThread | undefined, error: SerializedError, fatal: boolean): void {
  if (current !== invocation) return
  current = undefined
  const endedAt = performance.now()
  post({ type: "failed", error, durationMs: endedAt - startedAt, memoryBytes: sampleMemory(endedAt), fatal })
}

// AWS: an error outside the handler's promise fails the running invocation and ends the process
// (lambda-uncaught-exception, lambda-unhandled-rejection)
function endThread(error: SerializedError, title: string): void {
  logError(title, error)
  fail(current, error, true)
  process.exit(129)
}

// AWS: the runtime logs an error as a title, a tab and JSON (lambda-log-error)
function logError(title: string, { errorType, errorMessage, trace }: SerializedError): void {
  console.error(title, `\t${JSON.stringify({ errorType, errorMessage, stack: trace })}`)
}

function sampleMemory(now: number): number {
  if (now - memorySampledAt < MEMORY_SAMPLE_MS) return memoryBytes
  memorySampledAt = now
  const heap = getHeapStatistics()
  memoryBytes = Math.max(memoryBytes, heap.total_heap_size + heap.external_memory)
  return memoryBytes
}

// AWS: Root=1-{8 hex digits of time}-{24 hex digits};Parent={16};Sampled={0|1} (lambda-trace-id)
function traceId(requestId: string): string {
  const digits = requestId.replaceAll("-", "")
  const seconds = Math.floor(Date.now() / 1000).toString(16)
  return `Root=1-${seconds}-${digits.slice(0, 24)};Parent=${digits.slice(16)};Sampled=0`
}
