// The runtime of an execution environment: loads the handler, then runs one invocation at a time.
import nodeModule from "node:module"
import { exceedsUtf8Size } from "../../foundation/utf8-size.ts"
import { callWithCallback } from "./call-with-callback.ts"
import { openChannel, send, sendResult } from "./channel.ts"
import { captureOutput } from "./console.ts"
import { createContext } from "./context.ts"
import { acceptsCallbacks, type Handler, loadHandler } from "./load-handler.ts"
import type { InvokeMessage, SerializedError } from "./messages.ts"
import { installModuleResolution } from "./module-resolution.ts"
import { monotonicTime } from "./monotonic-time.ts"
import { installNetwork } from "./network.ts"
import { installResponseStream, type StreamSink, streamTo } from "./response-stream.ts"
import { limitError, runtimeError, serializeError } from "./serialize-error.ts"
import { readsSourceMap } from "./source-maps.ts"
import { suggestFix } from "./suggest-fix.ts"
import { installTraceId } from "./trace-id.ts"

// AWS: a synchronous response has at most 6 MB, plus a kilobyte of the runtime's own (lambda-answer-size)
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100
const MEMORY_SAMPLE_MS = 1000
const MEMORY_REPORT_MS = 50
// AWS: an error outside the handler's promise ends the process with this status (lambda-uncaught-exception)
const FATAL_ERROR_STATUS = 129

// Not imported: that would open the standard streams, which makes their descriptors non-blocking. A handler may delete
// the global.
const { process: ownProcess, setImmediate } = globalThis

type Event = { message: InvokeMessage; payload: string }

const startedAt = monotonicTime()
const channel = openChannel()
const { settings } = channel
const waiting: Event[] = []
let current: InvokeMessage | undefined
/** What a handler loads when it is needed is usually loaded by its first invocation. */
let hasRun = false
let begunAt = startedAt
let requestId: string | undefined
/** Continues the response that is streamed. */
let resumeStream: (() => void) | undefined
let memoryBytes = 0
let memorySampledAt = Number.NEGATIVE_INFINITY

// Differs: on by default; Lambda needs NODE_OPTIONS=--enable-source-maps (lambda-source-maps)
if (readsSourceMap(settings.taskRoot, settings.handler)) ownProcess.setSourceMapsEnabled(true)
captureOutput({
  logFormat: settings.logFormat,
  requestId: () => requestId,
  print: (kind, text, cutBytes) => send({ type: "output", kind, ...(cutBytes > 0 ? { cutBytes } : {}) }, text),
})
installNetwork(settings.network, ownProcess.env)
installModuleResolution(settings)
installResponseStream(globalThis)
const beginTrace = installTraceId(ownProcess)
if (settings.reportsMemory) {
  setInterval(() => send({ type: "memory", bytes: ownProcess.memoryUsage.rss() }), MEMORY_REPORT_MS).unref()
}

ownProcess.on("exit", () => send({ type: "exiting", ...runningId() }))
ownProcess.on("uncaughtException", (error) => exit(serializeError(error), "Uncaught Exception"))
ownProcess.on("unhandledRejection", (reason) => {
  const { trace, errorMessage } = serializeError(reason)
  const error = runtimeError(
    "Runtime.UnhandledPromiseRejection",
    reason instanceof Error ? String(reason) : errorMessage,
  )
  exit({ ...serializeError(error), ...(trace ? { trace } : {}) }, "Unhandled Promise Rejection")
})

const withCallback = acceptsCallbacks(settings.runtime)
const handler = await initialize()
if (handler) {
  channel.receive((message, payload) => {
    if (message.type === "recall") {
      send({ type: "recalled", count: waiting.splice(0).length })
      return
    }
    if (message.type === "acknowledge") {
      const resume = resumeStream
      resumeStream = undefined
      resume?.()
      return
    }
    waiting.push({ message, payload })
    if (!current) runNext(handler)
  })
  send({ type: "ready", initMs: monotonicTime() - startedAt, readsInvokeFrames: true })
  keepCompiledCode()
}

async function initialize(): Promise<Handler | undefined> {
  try {
    return await loadHandler(settings.taskRoot, settings.handler, settings.runtime)
  } catch (thrown) {
    const error = serializeError(thrown)
    logError("Uncaught Exception", error)
    const fix = suggestFix(thrown, settings)
    if (fix !== undefined) send({ type: "output", kind: "stderr" }, fix)
    send({ type: "init-failed", error: limitError(error), initMs: monotonicTime() - startedAt })
  }
}

function runNext(handler: Handler): void {
  const next = waiting.shift()
  if (next) void run(handler, next)
}

async function run(handler: Handler, { message, payload }: Event): Promise<void> {
  begunAt = monotonicTime()
  current = message
  requestId = message.requestId
  beginTrace(message.requestId)
  streamTo(message.streams ? sinkOf(message) : undefined)
  try {
    const context = createContext(settings, message, begunAt)
    const event: unknown = JSON.parse(payload)
    // Calls the handler from an empty stack: its traces end with this function and not with those that read the message.
    await undefined
    const result = withCallback
      ? await callWithCallback(handler, { event, context, channel })
      : await handler(event, context)
    succeed(message, serialize(result))
  } catch (thrown) {
    const error = serializeError(thrown)
    logError("Invoke Error", error)
    fail(message, error, false)
  }
  if (!hasRun) setImmediate(keepCompiledCode)
  hasRun = true
  if (!current) runNext(handler)
}

/** For the processes that start while this one runs, which is killed in the end. Without new code it costs nothing. */
function keepCompiledCode(): void {
  nodeModule.flushCompileCache?.()
}

function sinkOf(invocation: InvokeMessage): StreamSink {
  const { requestId } = invocation
  return {
    begin(head) {
      if (current === invocation) send({ type: "stream-began", requestId }, head)
    },
    write(part, done) {
      // What is written after the result is lost.
      if (current === invocation) {
        resumeStream = done
        send({ type: "stream-part", requestId }, part.toString("base64"))
      } else done()
    },
  }
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

// Differs: work after the response continues, because the process is not frozen (lambda-frozen)
function succeed(invocation: InvokeMessage, payload: string): void {
  if (current !== invocation) return
  current = undefined
  const endedAt = monotonicTime()
  const { requestId } = invocation
  sendResult({ requestId, durationMs: endedAt - begunAt, memoryBytes: sampleMemory(endedAt) }, payload)
}

function fail(invocation: InvokeMessage | undefined, error: SerializedError, fatal: boolean): void {
  if (current !== invocation) return
  const running = runningId()
  current = undefined
  const endedAt = monotonicTime()
  const measured = { durationMs: endedAt - begunAt, memoryBytes: sampleMemory(endedAt) }
  send({ type: "failed", ...running, error: limitError(error), ...measured, fatal })
}

// AWS: an error outside the handler's promise fails the running invocation and ends the process
// (lambda-uncaught-exception, lambda-unhandled-rejection)
function exit(error: SerializedError, title: string): void {
  logError(title, error)
  fail(current, error, true)
  ownProcess.exit(FATAL_ERROR_STATUS)
}

function runningId(): { requestId?: string } {
  return current ? { requestId: current.requestId } : {}
}

// AWS: the runtime logs an error as a title, a tab and JSON (lambda-log-error)
function logError(title: string, { errorType, errorMessage, trace }: SerializedError): void {
  console.error(title, `\t${JSON.stringify({ errorType, errorMessage, stack: trace })}`)
}

function sampleMemory(time: number): number {
  if (time - memorySampledAt < MEMORY_SAMPLE_MS) return memoryBytes
  memorySampledAt = time
  memoryBytes = Math.max(memoryBytes, ownProcess.memoryUsage.rss())
  return memoryBytes
}
