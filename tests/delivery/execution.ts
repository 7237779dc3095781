// An execution environment: its requests take time and fail, it is frozen between invocations, and it dies in a crash.
import type { Clock } from "../../functions/src/clock.ts"
import type { Faults } from "./faults.ts"
import type { SimulatedClock } from "./simulated-clock.ts"

const longestRequestMs = 12
const delayMs = 8_000

export type InvocationResult<Result> = { outcome: "returned"; result: Result } | { outcome: "died" }

export class Execution {
  readonly clock: Clock
  readonly #simulated: SimulatedClock
  readonly #faults: Faults
  readonly #random: () => number
  readonly #timers = new Set<{ stop(): void }>()
  #isAlive = true
  #running: PromiseWithResolvers<void> | undefined
  #thawed = Promise.withResolvers<void>()

  constructor(clock: SimulatedClock, { faults, random }: { faults: Faults; random: () => number }) {
    this.#simulated = clock
    this.#faults = faults
    this.#random = random
    this.clock = {
      now: clock.now,
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal)
        await this.#untilRunning()
      },
      every: (ms, action) => {
        const timer = clock.every(ms, () => this.#running && action())
        const own = {
          stop: () => {
            timer.stop()
            this.#timers.delete(own)
          },
        }
        this.#timers.add(own)
        return own
      },
    }
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Timers that the code has not stopped. */
  get openTimers(): number {
    return this.#timers.size
  }

  async invoke<Result>(run: () => Promise<Result>, timeoutMs: number): Promise<InvocationResult<Result>> {
    const running = Promise.withResolvers<void>()
    this.#running = running
    this.#thawed.resolve()
    const timeout = this.#simulated.after(timeoutMs, () => this.#die())
    const died = running.promise.then((): InvocationResult<Result> => ({ outcome: "died" }))
    const returned = run().then((result): InvocationResult<Result> => ({ outcome: "returned", result }))
    try {
      return await Promise.race([returned, died])
    } finally {
      timeout.cancel()
      this.#running = undefined
      this.#thawed = Promise.withResolvers()
    }
  }

  /** A request to a service. It may be carried out although it fails, and although its caller dies. */
  async request<Result>(operation: () => Result | Promise<Result>): Promise<Result> {
    await this.#untilRunning()
    const fault = this.#faults.next("request")
    if (fault === "crash-before") return this.#crash()
    // Of different lengths, so that requests of two invocations happen in any order.
    await this.#simulated.sleep(fault === "delay" ? delayMs : 1 + Math.floor(this.#random() * longestRequestMs))
    if (fault === "fail-before") {
      await this.#untilRunning()
      throw new Error("ThrottlingException")
    }
    const result = await operation()
    if (fault === "crash-after") return this.#crash()
    await this.#untilRunning()
    if (fault === "fail-after") throw new Error("The response was lost.")
    return result
  }

  #crash(): Promise<never> {
    this.#die()
    return new Promise<never>(() => {})
  }

  #die(): void {
    this.#isAlive = false
    for (const timer of this.#timers) timer.stop()
    this.#timers.clear()
    this.#running?.resolve()
  }

  /** What is still under way when an invocation ends continues with the next one. */
  async #untilRunning(): Promise<void> {
    if (!this.#isAlive) return new Promise<never>(() => {})
    while (!this.#running) await this.#thawed.promise
    if (!this.#isAlive) return new Promise<never>(() => {})
  }
}
