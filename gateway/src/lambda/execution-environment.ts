// One execution environment: a process that has loaded a function's code and runs one invocation at a time.
import { randomUUID } from "node:crypto"
import type { InvocationResult } from "../definition/invocation.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { isoTime } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import { Deadline } from "./deadline.ts"
import { EnvironmentProcess, type ProcessExit, type ProcessOptions } from "./environment-process.ts"
import { exitError, killed, loadFailure, outOfMemory } from "./exit-error.ts"
import { functionError, type Invocation, timeoutText } from "./invocation.ts"
import { cutLine, type LineSource, type OutputLine, reportLines, startLine } from "./invocation-log.ts"
import { MemoryWatch } from "./memory-watch.ts"
import { PrefetchQueue } from "./prefetch-queue.ts"
import type { FromRuntime, SerializedError, StreamMessage } from "./runtime/messages.ts"

/** AWS: an init over ten seconds is repeated with the function's timeout (lambda-init-timeout) */
export const INIT_TIMEOUT_MS = 10_000
/** AWS?: an idle execution environment is kept for minutes (lambda-idle) */
const IDLE_TIMEOUT_MS = 5 * 60_000
/** AWS: a busy execution environment is ended every few hours, before its keys expire (lambda-recycled) */
const MAX_AGE_MS = 2 * 60 * 60_000

// A quick handler is sent invocations ahead, as many as it should complete within this time: waking its process for each
// would take as long as running it. AWS: one invocation at a time, also when others are ready (lambda-one-at-a-time)
const AHEAD_MS = 2
const MAX_AHEAD = 512
// How much of a longer run counts: a process that had to wait for a core is not a slow handler.
const LONGER_RUN_SHARE = 1 / 8

/** The events that an environment reports to its function. */
export type EnvironmentOwner = {
  /** It accepts more: after init and after every invocation it survived. */
  free(environment: ExecutionEnvironment): void
  /** Invocations that it was sent and will not begin: they wait again, before all others. */
  returned(invocations: readonly Invocation[]): void
  /** It is about to end: no invocation may be sent to it. */
  leaving(environment: ExecutionEnvironment): void
  /** It has ended. With an error: before it was ready. */
  ended(environment: ExecutionEnvironment, initError?: SerializedError): void
}

export type EnvironmentOptions = ProcessOptions & {
  definition: FunctionDefinition
  initTimeoutMs: number
  /** Whether its runtime can be sent invocations ahead, and returns them on request. */
  runsAhead: boolean
  log: Log
  output(line: OutputLine): void
}

export class ExecutionEnvironment {
  readonly id = randomUUID()
  /** Resolves when the process has exited. */
  readonly exited: Promise<void>
  readonly #options: EnvironmentOptions
  readonly #lineSource: LineSource
  readonly #owner: EnvironmentOwner
  readonly #process: EnvironmentProcess
  readonly #memory: MemoryWatch
  readonly #deadline: Deadline
  readonly #queue = new PrefetchQueue()
  /** How long the next run should take. */
  #expectedRunMs = Number.POSITIVE_INFINITY
  #phase: "init" | "ready" = "init"
  #isLeaving = false
  #initMs: number | undefined
  #memoryBytes = 0
  #startedAt: number
  #hasSettled = false
  /** The process announced its exit while no invocation ran. */
  #exitedIdle = false
  #isHeapExhausted = false
  #endError: SerializedError | undefined

  constructor(options: EnvironmentOptions, owner: EnvironmentOwner) {
    const { clock, definition } = options
    const exited = Promise.withResolvers<void>()
    this.exited = exited.promise
    this.#options = options
    this.#lineSource = { definition, environmentId: this.id }
    this.#owner = owner
    this.#startedAt = clock.now()
    this.#memory = new MemoryWatch({
      pid: () => this.#process.pid,
      memoryMb: definition.memoryMb,
      clock,
      onExceeded: (bytes) => {
        this.#memoryBytes = bytes
        this.#leave(outOfMemory)
      },
    })
    this.#deadline = new Deadline(clock, () => this.#timeOut())
    this.#process = new EnvironmentProcess(options, {
      message: (message, payload) => this.#receive(message, payload),
      line: (kind, text, cutBytes) => this.#readLine(kind, text, cutBytes),
      invalid: (reason) => this.#reject(reason),
      exited: (exit) => {
        this.#end(exit)
        exited.resolve()
      },
    })
    this.#deadline.start(options.initTimeoutMs)
    this.#memory.start()
  }

  /** Invocations that run or wait in the process. */
  get load(): number {
    return this.#queue.length
  }

  /** Whether it accepts one more. */
  get hasRoom(): boolean {
    if (this.#phase === "init" || this.#isLeaving || this.#queue.isRecalling || this.#isOld()) return false
    if (this.load === 0) return true
    return this.#options.runsAhead && this.load * this.#expectedRunMs < AHEAD_MS && this.load < MAX_AHEAD
  }

  /** Only while it has room. */
  run(invocation: Invocation): void {
    this.#queue.add(invocation)
    if (this.load === 1) this.#begin(invocation)
    const { requestId, invokedFunctionArn, payload, stream } = invocation
    this.#process.send({ type: "invoke", requestId, invokedFunctionArn, ...(stream && { streams: true }) }, payload)
  }

  /** Takes back what waits behind an invocation that has run for `ms` milliseconds or more. */
  unblock(ms: number): void {
    if (this.load < 2 || this.#isLeaving || this.#queue.isRecalling || this.#deadline.elapsedMs < ms) return
    this.#expectedRunMs = this.#deadline.elapsedMs
    this.#queue.recall()
    this.#process.send({ type: "recall" })
  }

  /** Ends the process at once; a running invocation fails. */
  terminate(): Promise<void> {
    this.#leave(killed)
    return this.exited
  }

  /** Ends the process once the invocations that it has are completed, as if it were too old. */
  expire(): void {
    this.#startedAt = Number.NEGATIVE_INFINITY
    if (this.#phase === "ready" && this.load === 0) this.#leave()
  }

  /** The gateway's clock was moved forward: the environment has been idle for longer. A running invocation is not affected. */
  timePassed(ms: number): void {
    this.#startedAt -= ms
    if (this.#phase === "ready" && this.load === 0) this.#deadline.skip(ms)
  }

  #begin({ requestId }: Invocation): void {
    const { clock, definition, output } = this.#options
    this.#deadline.start(definition.timeoutMs)
    this.#memory.start()
    output(startLine(this.#lineSource, requestId, clock.now()))
  }

  #leave(error?: SerializedError): void {
    this.#endError ??= error
    if (!this.#isLeaving) this.#owner.leaving(this)
    this.#isLeaving = true
    this.#process.kill()
  }

  #receive(message: FromRuntime, payload: string): void {
    switch (message.type) {
      case "output":
        this.#readLine(message.kind, payload, message.cutBytes ?? 0)
        break
      case "ready":
        this.#becomeReady(message.initMs)
        break
      case "init-failed":
        if (this.#phase === "init") this.#leave(message.error)
        break
      case "responded": {
        const { requestId, durationMs, memoryBytes } = message
        if (this.#isAsked(requestId)) {
          this.#memoryBytes = memoryBytes
          this.#settle({ outcome: "responded", payload, requestId }, durationMs, "success")
          this.#next()
        }
        break
      }
      case "stream-began":
      case "stream-part":
        this.#stream(message, payload)
        break
      case "failed":
        this.#fail(message)
        break
      case "recalled": {
        const invocations = this.#queue.recalled(message.count)
        if (invocations) this.#owner.returned(invocations)
        else this.#reject("it returned invocations that it was not asked for")
        if (!this.#isLeaving) this.#owner.free(this)
        break
      }
      case "memory":
        this.#memory.report(message.bytes)
        break
      case "exiting":
        this.#exitedIdle = message.requestId === undefined && this.#hasSettled
    }
  }

  #becomeReady(initMs: number): void {
    if (this.#phase === "ready") this.#reject("it was ready twice")
    if (this.#isLeaving) return
    this.#phase = "ready"
    this.#initMs = initMs
    this.#rest()
    this.#owner.free(this)
  }

  #fail({ requestId, error, durationMs, memoryBytes, fatal }: Extract<FromRuntime, { type: "failed" }>): void {
    if (requestId === undefined) {
      // Between invocations there is no caller: the process only ends.
      if (!fatal) this.#reject("it failed without an invocation")
      this.#exitedIdle = fatal && this.#hasSettled
      this.#leave()
      return
    }
    if (!this.#isAsked(requestId)) return
    this.#memoryBytes = memoryBytes
    this.#settle(functionError(requestId, error), durationMs, fatal ? "error" : "success")
    if (fatal) this.#leave()
    else this.#next()
  }

  #stream({ type, requestId }: StreamMessage, payload: string): void {
    if (!this.#isAsked(requestId)) return
    const stream = this.#queue.current?.stream
    if (!stream) this.#reject("it streamed a response that was not asked for")
    else if (type === "stream-began") stream.begin(payload)
    else void stream.write(Buffer.from(payload, "base64")).then(() => this.#process.send({ type: "acknowledge" }))
  }

  /** A result may arrive just after its invocation timed out, which does not break the protocol. */
  #isAsked(requestId: string): boolean {
    if (this.#queue.current?.requestId === requestId) return true
    if (!this.#isLeaving) this.#reject("it sent a result that it was not asked for")
    // After that result the runtime has begun the next one.
    this.#exitedIdle = false
    return false
  }

  #reject(reason: string): void {
    if (this.#isLeaving) return
    const { log, definition } = this.#options
    const { functionName, logicalId } = definition
    const fields = { functionName, logicalId, environmentId: this.id, reason }
    log.error("Execution environment ended: its process broke the protocol of the runtime", fields)
    this.#leave(killed)
  }

  #next(): void {
    if (this.#isLeaving) return
    const next = this.#queue.current
    if (next) this.#begin(next)
    else if (this.#isOld()) this.#leave()
    else this.#rest()
    if (!this.#isLeaving && !this.#queue.isRecalling) this.#owner.free(this)
  }

  #isOld(): boolean {
    return this.#options.clock.now() - this.#startedAt >= MAX_AGE_MS
  }

  #rest(): void {
    this.#memory.pause()
    this.#deadline.start(IDLE_TIMEOUT_MS)
  }

  #timeOut(): void {
    const { current } = this.#queue
    const { durationMs: timeoutMs } = this.#deadline
    const text = timeoutText(timeoutMs)
    if (this.#phase === "init") {
      this.#endError = { errorType: "Sandbox.Timedout", errorMessage: `Error: ${text}` }
    } else if (current) {
      const { requestId } = current
      this.#print("platform", `${isoTime(this.#options.clock.now())} ${requestId} ${text}`)
      // AWS: a function over its timeout fails with this type and message (lambda-timeout)
      const error = { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${text}` }
      this.#memoryBytes = Math.max(this.#memoryBytes, this.#memory.lastBytes)
      this.#settle(functionError(requestId, error), timeoutMs, "timeout")
      // The next one has not begun: the runtime would have sent the result before it.
      if (this.#queue.current) this.#exitedIdle = true
    }
    this.#leave()
  }

  #end(exit: ProcessExit): void {
    this.#deadline.stop()
    this.#memory.stop()
    if (!this.#isLeaving) this.#owner.leaving(this)
    this.#isLeaving = true
    const error = this.#endError ?? exitError(exit, this.#isHeapExhausted)
    const failure = this.#phase === "init" ? loadFailure(error, this.#memoryBytes, this.#options.definition) : undefined
    if (failure !== undefined) this.#print("stderr", failure)
    const { current } = this.#queue
    const rest = this.#queue.takeRest()
    if (current && this.#exitedIdle) {
      this.#queue.shift()
      rest.unshift(current)
    } else if (current) {
      const named = { ...error, errorMessage: `RequestId: ${current.requestId} ${error.errorMessage}` }
      this.#settle(functionError(current.requestId, named), this.#deadline.elapsedMs, "error")
    }
    this.#owner.returned(rest)
    this.#owner.ended(this, this.#phase === "init" ? error : undefined)
  }

  #settle(result: InvocationResult, durationMs: number, status: "success" | "error" | "timeout"): void {
    const invocation = this.#queue.current
    if (!invocation) return
    const { clock, output } = this.#options
    const report = {
      requestId: invocation.requestId,
      durationMs,
      memoryBytes: this.#memoryBytes,
      status,
      initMs: this.#initMs,
      errorType: result.outcome === "function-error" ? result.errorType : undefined,
    }
    for (const line of reportLines(this.#lineSource, report, clock.now())) output(line)
    this.#initMs = undefined
    const longerMs = durationMs - this.#expectedRunMs
    this.#expectedRunMs = longerMs > 0 ? this.#expectedRunMs + longerMs * LONGER_RUN_SHARE : durationMs
    this.#hasSettled = true
    this.#queue.shift()
    invocation.settle(result)
  }

  #readLine(kind: "stdout" | "stderr", text: string, cutBytes: number): void {
    if (kind === "stderr" && text.includes("JavaScript heap out of memory")) this.#isHeapExhausted = true
    this.#print(kind, cutBytes > 0 ? cutLine(text, cutBytes) : text)
  }

  #print(kind: OutputLine["kind"], text: string): void {
    const { definition, clock, output } = this.#options
    output({
      functionName: definition.functionName,
      logicalId: definition.logicalId,
      requestId: this.#queue.current?.requestId ?? "",
      environmentId: this.id,
      time: clock.now(),
      text,
      kind,
    })
  }
}
