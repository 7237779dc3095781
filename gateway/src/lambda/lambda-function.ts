// One deployed function: starts and ends its execution environments, and queues the invocations that wait for one.
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { Clock, Timer } from "../foundation/clock.ts"
import { type EnvironmentOwner, type ExecutionEnvironment, INIT_TIMEOUT_MS } from "./execution-environment.ts"
import { Fifo } from "./fifo.ts"
import { functionError, type Invocation } from "./invocation.ts"
import type { SerializedError } from "./runtime/messages.ts"

/** Of an invocation that the close of the gateway ends. */
export const closingError = { errorType: "Runtime.ExitError", errorMessage: "The gateway is closing" }

// Differs: an account runs 1,000 invocations at a time; here each function does, so that none starves another
// (lambda-account-concurrency)
const MAX_CONCURRENT = 1000

/** Warm environments usually end a shorter wait, and a cold start takes longer. */
const SCALE_AFTER_MS = 10

export type LambdaFunctionOptions = {
  definition: FunctionDefinition
  clock: Clock
  maxEnvironments: number
  start(owner: EnvironmentOwner, initTimeoutMs: number): ExecutionEnvironment
}

/** Errors of Lambda and not of the runtime: their message begins with the request id. */
const sandboxErrors = new Set(["Sandbox.Timedout", "Runtime.ExitError", "Runtime.InvalidEntrypoint"])

export class LambdaFunction implements EnvironmentOwner {
  readonly definition: FunctionDefinition
  readonly #options: LambdaFunctionOptions
  readonly #environments = new Set<ExecutionEnvironment>()
  readonly #starting = new Set<ExecutionEnvironment>()
  /** Last in, first out, so that environments which are not needed stay idle and end. */
  readonly #idle: ExecutionEnvironment[] = []
  readonly #waiting = new Fifo<Invocation>()
  #initTimeoutMs = INIT_TIMEOUT_MS
  #scaling: Timer | undefined
  #whenRetired: (() => void) | undefined
  #isTerminated = false

  constructor(options: LambdaFunctionOptions) {
    this.definition = options.definition
    this.#options = options
  }

  get isWarm(): boolean {
    return this.#environments.size > 0
  }

  /** Whether invocations run or wait. */
  get isBusy(): boolean {
    return this.#waiting.length > 0 || [...this.#environments].some(({ load }) => load > 0)
  }

  /** Starts an environment before the first invocation. */
  warmUp(): void {
    if (this.#environments.size < this.#options.maxEnvironments) this.#start()
  }

  /** @returns false when the function's concurrency is used up. */
  invoke(invocation: Invocation): boolean {
    if (!this.#hasRoom()) return false
    // Prefer an environment that is awake, if its handler is quick enough, to one that has to be woken.
    const environment = this.#waiting.length === 0 ? (this.#busyWithRoom() ?? this.#idle.pop()) : undefined
    if (environment) environment.run(invocation)
    else this.#waiting.push(invocation)
    this.#scale()
    return true
  }

  /** The next invocation begins with a cold start. */
  expireEnvironments(): void {
    for (const environment of [...this.#environments]) environment.expire()
  }

  /** The gateway's clock was moved forward. */
  timePassed(ms: number): void {
    for (const environment of [...this.#environments]) environment.timePassed(ms)
  }

  free(environment: ExecutionEnvironment): void {
    if (this.#starting.delete(environment)) this.#initTimeoutMs = INIT_TIMEOUT_MS
    this.#fill(environment)
    if (environment.load > 0) return
    if (this.#whenRetired) void environment.terminate()
    else this.#idle.push(environment)
  }

  #fill(environment: ExecutionEnvironment): void {
    while (environment.hasRoom) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#removeIdle(environment)
      environment.run(next)
    }
  }

  returned(invocations: readonly Invocation[]): void {
    if (invocations.length === 0) return
    this.#waiting.unshift(invocations)
    if (this.#isTerminated) return
    for (const environment of this.#environments) this.#fill(environment)
    this.#scale()
  }

  leaving(environment: ExecutionEnvironment): void {
    this.#removeIdle(environment)
  }

  #removeIdle(environment: ExecutionEnvironment): void {
    const at = this.#idle.indexOf(environment)
    if (at !== -1) this.#idle.splice(at, 1)
  }

  ended(environment: ExecutionEnvironment, initError?: SerializedError): void {
    this.#starting.delete(environment)
    this.#environments.delete(environment)
    this.#removeIdle(environment)
    if (initError) this.#failInit(initError)
    this.#scale()
    if (this.#environments.size === 0) this.#whenRetired?.()
  }

  /** Ends once its invocations are completed. The caller must not invoke it again. */
  retire(): Promise<void> {
    const retired = new Promise<void>((resolve) => {
      this.#whenRetired = resolve
    })
    for (const environment of [...this.#idle]) void environment.terminate()
    if (this.#environments.size === 0) this.#whenRetired?.()
    return retired
  }

  /** Kills every environment; invocations that run or wait fail. */
  async terminate(): Promise<void> {
    this.#isTerminated = true
    this.#scaling?.cancel()
    await Promise.all([...this.#environments].map((environment) => environment.terminate()))
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      next.settle(functionError(next.requestId, closingError))
    }
  }

  // AWS: invocations over the reserved concurrency are throttled (lambda-reserved)
  // Differs: without a reservation an invocation waits for a free execution environment (lambda-scaling)
  #hasRoom(): boolean {
    const { reservedConcurrency = MAX_CONCURRENT } = this.definition
    // As few as usual need not be counted.
    if (this.#waiting.length === 0 && reservedConcurrency >= MAX_CONCURRENT) return true
    let concurrent = this.#waiting.length
    for (const { load } of this.#environments) concurrent += load
    return concurrent < reservedConcurrency
  }

  #busyWithRoom(): ExecutionEnvironment | undefined {
    for (const environment of this.#environments) if (environment.load > 0 && environment.hasRoom) return environment
    return undefined
  }

  // Starts one more at a time, and only while the first invocation in line has waited too long: a burst that the warm
  // environments absorb starts none, and a large burst does not start many at once.
  #scale(): void {
    if (this.#isTerminated) return
    if (this.#waiting.length > 0 && this.#environments.size === 0) this.#start()
    if (this.#scaling || !this.#mayWaitTooLong()) return
    this.#scaling = this.#options.clock.after(SCALE_AFTER_MS, () => {
      this.#scaling = undefined
      for (const environment of this.#environments) environment.unblock(SCALE_AFTER_MS)
      const first = this.#waiting.first
      const waitedMs = first ? this.#options.clock.now() - first.requestedAt : 0
      if (waitedMs >= SCALE_AFTER_MS && !this.#isFull() && this.#starting.size < this.#waiting.length) this.#start()
      this.#scale()
    })
  }

  #mayWaitTooLong(): boolean {
    if (this.#waiting.length > 0 && !this.#isFull()) return true
    for (const { load } of this.#environments) if (load > 1) return true
    return false
  }

  #isFull(): boolean {
    return this.#environments.size >= this.#options.maxEnvironments
  }

  #start(): void {
    const environment = this.#options.start(this, this.#initTimeoutMs)
    this.#environments.add(environment)
    this.#starting.add(environment)
  }

  // AWS: an init that takes too long is repeated with the invocation, under the function's timeout; an init that fails
  // fails the invocation that caused it (lambda-init-timeout, lambda-init-error)
  #failInit(error: SerializedError): void {
    if (error.errorType === "Sandbox.Timedout" && this.#initTimeoutMs === INIT_TIMEOUT_MS) {
      this.#initTimeoutMs = this.definition.timeoutMs
      return
    }
    this.#initTimeoutMs = INIT_TIMEOUT_MS
    const next = this.#waiting.shift()
    if (!next) return
    const prefix = sandboxErrors.has(error.errorType) ? `RequestId: ${next.requestId} ` : ""
    next.settle(functionError(next.requestId, { ...error, errorMessage: prefix + error.errorMessage }))
  }
}
