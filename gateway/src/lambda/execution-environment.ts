// One execution environment: a thread that has loaded a function's code and runs one invocation at a time.

import { randomUUID } from "node:crypto"
import { Worker } from "node:worker_threads"
import type { InvocationResult } from "../definition/invocation.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { type Clock, isoTime, type Timer } from "../foundation/clock.ts"
import { HandedOver } from "./handed-over.ts"
import { functionError, type Invocation } from "./invocation.ts"
import { type OutputLine, reportLines, startLine } from "./invocation-log.ts"
import { MemoryWatch } from "./memory-watch.ts"
import type { FromThread, SerializedError, ThreadSettings, ToThread } from "./worker/messages.ts"

/** AWS: an init over ten seconds is repeated with the function's timeout (lambda-init-timeout) */
export const INIT_TIMEOUT_MS = 10_000
/** AWS?: an idle execution environment is kept for minutes (lambda-idle) */
const IDLE_TIMEOUT_MS = 5 * 60_000
/** AWS: a busy execution environment is ended every few hours, before its keys expire (lambda-recycled) */
const MAX_AGE_MS = 2 * 60 * 60_000
// A handler's memory is watched (memory-watch.ts); V8's own limit is the net below, with room for what one step of a
// growing array may allocate.
const HEAP_LIMIT_FACTOR = 4
// A thread that reaches that limit gets 16 MB more to end in; if one collection promotes more than that, V8 ends the
// whole process. So the young space has to stay well below.
const YOUNG_SPACE_MB = 24

// A quick handler is given invocations ahead, as many as it should answer within this time: waking its thread for each
// would take as long as running it. AWS: one invocation at a time, also when others are ready (lambda-one-at-a-time)
const AHEAD_MS = 2
const MAX_HANDED_OVER = 64

const workerFile = new URL(`./worker/worker.${import.meta.url.endsWith(".ts") ? "ts" : "mjs"}`, import.meta.url)

/** What an environment tells the function that owns it. */
export type EnvironmentOwner = {
  /** It can be given more: after init and after every invocation it survived. */
  free(environment: ExecutionEnvironment): void
  /** Invocations that it was given and will not begin: they wait again, first in line. */
  returned(invocations: readonly Invocation[]): void
  /** It is about to end: nothing may be run in it any more. */
  leaving(environment: ExecutionEnvironment): void
  /** It is gone. With an error: gone before it ever was ready. */
  ended(environment: ExecutionEnvironment, initError?: SerializedError): void
}

export type EnvironmentOptions = {
  definition: FunctionDefinition
  settings: Omit<ThreadSettings, "begun">
  variables: Record<string, string>
  /** A folder in which threads keep compiled code for each other: later cold starts take half as long. */
  compileCache: string
  clock: Clock
  initTimeoutMs: number
  output(line: OutputLine): void
}

export class ExecutionEnvironment {
  readonly id = randomUUID()
  /** Resolves when the thread has ended. */
  readonly exited: Promise<void>
  readonly #options: EnvironmentOptions
  readonly #owner: EnvironmentOwner
  readonly #worker: Worker
  readonly #memory: MemoryWatch
  readonly #handedOver = new HandedOver()
  readonly #outbox: ToThread[] = []
  #lastRunMs = Number.POSITIVE_INFINITY
  #phase: "init" | "ready" = "init"
  #leaving = false
  #initMs: number | undefined
  #memoryBytes = 0
  readonly #bornAt: number
  /** When the current wait (init, invocation or idleness) began and how long it may last. */
  #since: number
  #patienceMs: number
  #timer: Timer | undefined
  #timerEndsAt = 0
  #endError: SerializedError | undefined

  constructor(options: EnvironmentOptions, owner: EnvironmentOwner) {
    this.#options = options
    this.#owner = owner
    this.#worker = new Worker(workerFile, {
      name: options.definition.functionName,
      workerData: { ...options.settings, begun: this.#handedOver.begun } satisfies ThreadSettings,
      // The thread takes the cache's variable away before the handler could see it.
      env: { ...options.variables, NODE_COMPILE_CACHE: options.compileCache },
      argv: [],
      // The gateway's own flags are not the function's; type stripping still announces itself on some versions.
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: {
        maxOldGenerationSizeMb: options.definition.memoryMb * HEAP_LIMIT_FACTOR,
        maxYoungGenerationSizeMb: YOUNG_SPACE_MB,
      },
    })
    this.#memory = new MemoryWatch({
      worker: this.#worker,
      memoryMb: options.definition.memoryMb,
      clock: options.clock,
      onExceeded: (bytes) => this.#exceedMemory(bytes),
    })
    this.#bornAt = options.clock.now()
    this.#since = this.#bornAt
    this.#patienceMs = options.initTimeoutMs
    this.#watch()
    this.#memory.start()
    this.#worker.on("message", (message: FromThread) => this.#receive(message))
    this.#worker.on("error", (error) => this.#crashed(error))
    this.exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#end(this.#endError ?? exitError(code))
        resolve()
      })
    })
  }

  /** Invocations that run or lie ready in the thread. */
  get load(): number {
    return this.#handedOver.length
  }

  /** Whether it may be given one more. */
  get hasRoom(): boolean {
    if (this.#phase === "init" || this.#leaving || this.#isOld()) return false
    return this.load === 0 || (this.load * this.#lastRunMs < AHEAD_MS && this.load < MAX_HANDED_OVER)
  }

  /** Only while it has room. */
  run(invocation: Invocation): void {
    this.#handedOver.add(invocation)
    if (this.load === 1) this.#begin(invocation)
    const { requestId, invokedFunctionArn, payload } = invocation
    // What comes within one turn of the event loop crosses over together: each crossing wakes the thread.
    if (this.#outbox.length === 0) setImmediate(() => this.#worker.postMessage(this.#outbox.splice(0)))
    this.#outbox.push({ requestId, invokedFunctionArn, payload })
  }

  /** Returns what lies ready behind an invocation that has run for `ms` milliseconds or more. */
  unblock(ms: number): void {
    const runMs = this.#options.clock.now() - this.#since
    if (this.load < 2 || runMs < ms) return
    this.#lastRunMs = runMs
    this.#owner.returned(this.#handedOver.takeBack())
  }

  #begin({ requestId }: Invocation): void {
    const { clock, definition } = this.#options
    this.#since = clock.now()
    this.#patienceMs = definition.timeoutMs
    this.#watch()
    this.#memory.start()
    this.#print("platform", startLine(definition, requestId, this.#since))
  }

  /** Ends the thread at once; a running invocation fails. */
  terminate(): Promise<void> {
    this.#leave({ errorType: "Runtime.ExitError", errorMessage: "Error: Runtime exited with error: signal: killed" })
    return this.exited
  }

  #leave(error?: SerializedError): void {
    this.#leaving = true
    this.#endError ??= error
    this.#owner.leaving(this)
    this.#owner.returned(this.#handedOver.takeBack())
    void this.#worker.terminate()
  }

  #receive(message: FromThread): void {
    // A thread may have answered in the moment it was given up.
    if (this.#leaving && message.type !== "output") return
    switch (message.type) {
      case "output":
        this.#print(message.kind, message.text)
        break
      case "ready":
        this.#phase = "ready"
        this.#initMs = message.initMs
        this.#rest()
        this.#owner.free(this)
        break
      case "init-failed":
        this.#leave(message.error)
        break
      case "answered": {
        const { requestId } = this.#handedOver.current ?? unexpected()
        this.#memoryBytes = message.memoryBytes
        this.#settle({ outcome: "answered", payload: message.payload, requestId }, message.durationMs, "success")
        this.#next()
        break
      }
      case "failed": {
        // Between invocations there is nobody to tell: the thread only ends.
        if (message.fatal) this.#owner.returned(this.#handedOver.takeBack())
        const requestId = this.#handedOver.current?.requestId
        this.#memoryBytes = message.memoryBytes
        const { error, durationMs, fatal } = message
        if (requestId !== undefined)
          this.#settle(functionError(requestId, error), durationMs, fatal ? "error" : "success")
        if (fatal) this.#leave()
        else this.#next()
      }
    }
  }

  #next(): void {
    const next = this.#handedOver.current
    if (next) this.#begin(next)
    else if (this.#isOld()) this.#leave()
    else this.#rest()
    if (!this.#leaving) this.#owner.free(this)
  }

  #isOld(): boolean {
    return this.#options.clock.now() - this.#bornAt >= MAX_AGE_MS
  }

  #rest(): void {
    this.#memory.pause()
    this.#since = this.#options.clock.now()
    this.#patienceMs = IDLE_TIMEOUT_MS
    this.#watch()
  }

  // One timer for init, invocations and idleness: it fires when the earliest wait it was set for could be over, and
  // looks then. An invocation that ends in time costs two assignments and no timer.
  #watch(): void {
    if (this.#timer && this.#timerEndsAt <= this.#since + this.#patienceMs) return
    this.#timer?.cancel()
    this.#setTimer(this.#patienceMs)
  }

  #setTimer(ms: number): void {
    this.#timerEndsAt = this.#options.clock.now() + ms
    this.#timer = this.#options.clock.after(ms, () => this.#look())
  }

  #look(): void {
    this.#timer = undefined
    const leftMs = this.#since + this.#patienceMs - this.#options.clock.now()
    if (leftMs > 0) {
      this.#setTimer(leftMs)
      return
    }
    if (this.#phase === "init") {
      this.#endError = { errorType: "Sandbox.Timedout", errorMessage: `Error: ${timeoutText(this.#patienceMs)}` }
    } else if (this.#handedOver.current) {
      const { requestId } = this.#handedOver.current
      const text = timeoutText(this.#patienceMs)
      this.#print("platform", `${isoTime(this.#options.clock.now())} ${requestId} ${text}`)
      // AWS: a function over its timeout fails with this type and message (lambda-timeout)
      const error = { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${text}` }
      this.#settle(functionError(requestId, error), this.#patienceMs, "timeout")
    }
    this.#leave()
  }

  #exceedMemory(bytes: number): void {
    this.#memoryBytes = bytes
    this.#leave(outOfMemory)
  }

  #crashed(error: Error): void {
    this.#endError =
      (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY"
        ? outOfMemory
        : { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
  }

  #end(error: SerializedError): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#memory.stop()
    this.#leaving = true
    this.#owner.returned(this.#handedOver.takeBack())
    // More than one only if the thread began the next before we heard of the one before.
    while (this.#handedOver.current) {
      const { requestId } = this.#handedOver.current
      const named = { ...error, errorMessage: `RequestId: ${requestId} ${error.errorMessage}` }
      this.#settle(functionError(requestId, named), this.#options.clock.now() - this.#since, "error")
    }
    this.#owner.ended(this, this.#phase === "init" ? error : undefined)
  }

  #settle(result: InvocationResult, durationMs: number, status: "success" | "error" | "timeout"): void {
    const invocation = this.#handedOver.current ?? unexpected()
    const { definition, clock } = this.#options
    const time = clock.now()
    const report = {
      requestId: invocation.requestId,
      durationMs,
      memoryBytes: this.#memoryBytes,
      status,
      initMs: this.#initMs,
      errorType: result.outcome === "function-error" ? result.errorType : undefined,
    }
    for (const line of reportLines(definition, report, time)) this.#print("platform", line)
    this.#initMs = undefined
    this.#lastRunMs = durationMs
    this.#handedOver.shift()
    invocation.settle(result)
  }

  #print(kind: OutputLine["kind"], text: string): void {
    const { definition, clock, output } = this.#options
    output({
      functionName: definition.functionName,
      logicalId: definition.logicalId,
      requestId: this.#handedOver.current?.requestId ?? "",
      environmentId: this.id,
      time: clock.now(),
      text,
      kind,
    })
  }
}

// AWS: a function over its memory is killed with these texts (lambda-out-of-memory)
const outOfMemory: SerializedError = {
  errorType: "Runtime.OutOfMemory",
  errorMessage: "Error: Runtime exited with error: signal: killed",
}

function timeoutText(ms: number): string {
  return `Task timed out after ${(ms / 1000).toFixed(2)} seconds`
}

// AWS: process.exit fails the invocation with the exit status (lambda-exit)
function exitError(code: number): SerializedError {
  const reason = code === 0 ? "exited without providing a reason" : `exited with error: exit status ${code}`
  return { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime ${reason}` }
}

function unexpected(): never {
  throw new Error("an execution environment answered without having been asked")
}
