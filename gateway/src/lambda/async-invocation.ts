// Events whose sender does not wait: kept, retried when the function fails, and sent to the dead-letter queue at last.
import { randomUUID } from "node:crypto"
import type { Clock, Timer } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import type { FunctionDefinition } from "../template/definition.ts"
import type { InvocationResult } from "./invocation.ts"

/** @param attributes string attributes of the message */
export type SendToQueue = (queueArn: string, body: string, attributes: Record<string, string>) => Promise<void>

// AWS: one minute before the first retry, two before the second. [doc: Lambda, asynchronous invocation errors]
const RETRY_DELAYS_MS = [60_000, 120_000]
// AWS: throttled events are tried again after 1 second at first, up to every 5 minutes, until they are too old.
// [doc: Lambda, asynchronous invocation errors]
const FIRST_THROTTLE_DELAY_MS = 1000
const MAX_THROTTLE_DELAY_MS = 5 * 60_000

type AsyncEvent = {
  functionArn: string
  payload: string
  /** The same for every attempt. */
  requestId: string
  acceptedAt: number
  failures: number
  throttles: number
}

export type AsyncInvocationOptions = {
  invoke(functionArn: string, payload: string, requestId: string): Promise<InvocationResult>
  definitionOf(functionArn: string): FunctionDefinition | undefined
  sendToQueue: SendToQueue | undefined
  clock: Clock
  log: Log
}

export class AsyncInvocations {
  readonly #options: AsyncInvocationOptions
  readonly #retries = new Set<Timer>()
  #closed = false

  constructor(options: AsyncInvocationOptions) {
    this.#options = options
  }

  add(functionArn: string, payload: string): void {
    const acceptedAt = this.#options.clock.now()
    void this.#attempt({ functionArn, payload, requestId: randomUUID(), acceptedAt, failures: 0, throttles: 0 })
  }

  /** Forgets what waits for a retry. */
  close(): void {
    this.#closed = true
    for (const timer of this.#retries) timer.cancel()
    this.#retries.clear()
  }

  async #attempt(event: AsyncEvent): Promise<void> {
    const result = await this.#options.invoke(event.functionArn, event.payload, event.requestId)
    if (this.#closed || result.outcome === "answered") return
    const definition = this.#options.definitionOf(event.functionArn)
    if (!definition || result.outcome === "not-found") {
      const { functionArn, requestId } = event
      return this.#options.log.error("asynchronous event lost: no such function", { functionArn, requestId })
    }
    const delayMs = this.#retryDelay(event, definition, result)
    if (delayMs === undefined) return this.#giveUp(event, definition, result)
    const timer = this.#options.clock.after(delayMs, () => {
      this.#retries.delete(timer)
      void this.#attempt(event)
    })
    this.#retries.add(timer)
  }

  /** Undefined: no more retries. */
  #retryDelay(event: AsyncEvent, definition: FunctionDefinition, result: InvocationResult): number | undefined {
    const throttled = result.outcome === "throttled"
    if (!throttled && event.failures >= definition.maximumRetryAttempts) return undefined
    const delayMs = throttled
      ? Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** event.throttles++, MAX_THROTTLE_DELAY_MS)
      : (RETRY_DELAYS_MS[event.failures++] ?? MAX_THROTTLE_DELAY_MS)
    const ageMs = this.#options.clock.now() + delayMs - event.acceptedAt
    return ageMs > definition.maximumEventAgeSeconds * 1000 ? undefined : delayMs
  }

  async #giveUp(event: AsyncEvent, definition: FunctionDefinition, result: InvocationResult): Promise<void> {
    const { log, sendToQueue } = this.#options
    const { requestId, payload } = event
    const { functionName, deadLetterArn } = definition
    const errorMessage = result.outcome === "function-error" ? result.errorMessage : result.outcome
    log.error("asynchronous event failed for good", { functionName, requestId, errorMessage, deadLetterArn })
    if (!deadLetterArn || !sendToQueue) return
    try {
      // AWS: the event as it was, with three attributes; the message is cut at 1 KB. [doc: Lambda, dead-letter queues]
      await sendToQueue(deadLetterArn, payload, {
        RequestID: requestId,
        ErrorCode: result.outcome === "throttled" ? "429" : "200",
        ErrorMessage: errorMessage.slice(0, 1024),
      })
    } catch (cause) {
      log.error("dead-letter queue not reached", { functionName, requestId, deadLetterArn, cause })
    }
  }
}
