// Invokes functions asynchronously: retries an event when the function fails, then reports it to the dead-letter queue and
// the destinations.
import { randomUUID } from "node:crypto"
import type { InvocationResult } from "../definition/invocation.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { Clock, Timer } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import { busEvent, type InvocationRecord, invocationRecord } from "./destination.ts"

/** Sends to a queue, topic or bus. @param options.attributes of the message */
export type DeliverRecord = (
  targetArn: string,
  body: string,
  options: { attributes: Record<string, { DataType: "String"; StringValue: string }> },
) => Promise<void>

// AWS: one minute before the first retry, two before the second (lambda-async-retries)
const RETRY_DELAYS_MS = [60_000, 120_000]
// AWS: a throttled event is retried after one second, then at growing intervals up to five minutes
// (lambda-async-throttled)
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
  attempts: number
  /** Called when the event was processed or given up. */
  settle(): void
}

/** An event that was processed or given up. */
type CompletedEvent = {
  event: AsyncEvent
  definition: FunctionDefinition
  result: InvocationResult
  condition: InvocationRecord["condition"]
}

export type AsyncInvocationOptions = {
  invoke(functionArn: string, payload: string, requestId: string): Promise<InvocationResult>
  definitionOf(functionArn: string): FunctionDefinition | undefined
  deliver: DeliverRecord | undefined
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

  /** @returns resolves when the event is processed, or given up; never for an event that closing drops */
  add(functionArn: string, payload: string): Promise<void> {
    const acceptedAt = this.#options.clock.now()
    return new Promise((settle) => {
      void this.#attempt({
        functionArn,
        payload,
        requestId: randomUUID(),
        acceptedAt,
        failures: 0,
        throttles: 0,
        attempts: 0,
        settle,
      })
    })
  }

  /** Drops the events that wait for a retry. */
  close(): void {
    this.#closed = true
    for (const timer of this.#retries) timer.cancel()
    this.#retries.clear()
  }

  async #attempt(event: AsyncEvent): Promise<void> {
    event.attempts++
    const result = await this.#options.invoke(event.functionArn, event.payload, event.requestId)
    if (this.#closed) {
      if (result.outcome === "responded") event.settle()
      return
    }
    const retry = await this.#finish(event, result)
    if (retry === undefined) return event.settle()
    const timer = this.#options.clock.after(retry, () => {
      this.#retries.delete(timer)
      void this.#attempt(event)
    })
    this.#retries.add(timer)
  }

  /** @returns milliseconds until the next attempt; undefined when there is none */
  async #finish(event: AsyncEvent, result: InvocationResult): Promise<number | undefined> {
    const { functionArn, requestId } = event
    const definition = this.#options.definitionOf(functionArn)
    if (!definition || result.outcome === "not-found") {
      this.#options.log.error("Asynchronous event lost: no such function", { functionArn, requestId })
      return undefined
    }
    if (result.outcome === "responded") {
      await this.#report(definition.onSuccessArn, { event, definition, result, condition: "Success" })
      return undefined
    }
    const retry = this.#planRetry(event, definition, result)
    if (typeof retry === "number") return retry
    await this.#giveUp({ event, definition, result, condition: retry })
    return undefined
  }

  /** @returns milliseconds until the next attempt, or why there is none */
  #planRetry(
    event: AsyncEvent,
    definition: FunctionDefinition,
    result: InvocationResult,
  ): number | "RetriesExhausted" | "EventAgeExceeded" {
    const throttled = result.outcome === "throttled"
    if (!throttled && event.failures >= definition.maximumRetryAttempts) return "RetriesExhausted"
    const delayMs = throttled
      ? Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** event.throttles++, MAX_THROTTLE_DELAY_MS)
      : (RETRY_DELAYS_MS[event.failures++] ?? MAX_THROTTLE_DELAY_MS)
    const ageMs = this.#options.clock.now() + delayMs - event.acceptedAt
    return ageMs > definition.maximumEventAgeSeconds * 1000 ? "EventAgeExceeded" : delayMs
  }

  async #giveUp(completed: CompletedEvent): Promise<void> {
    const { event, definition, result } = completed
    const { requestId, payload } = event
    const { functionName, deadLetterArn, onFailureArn } = definition
    const errorMessage = result.outcome === "function-error" ? result.errorMessage : result.outcome
    const failure = { functionName, requestId, errorMessage, deadLetterArn, onFailureArn }
    this.#options.log.error("Asynchronous event given up", failure)
    // AWS?: a dead-letter queue and a destination are both used (lambda-async-both)
    await this.#send(deadLetterArn, payload, {
      completed,
      // AWS: the queue gets the event with three attributes; the error message is cut at 1 KB (lambda-dead-letter)
      attributes: {
        RequestID: requestId,
        ErrorCode: result.outcome === "throttled" ? "429" : "200",
        ErrorMessage: errorMessage.slice(0, 1024),
      },
    })
    await this.#report(onFailureArn, completed)
  }

  /** Sends the record of the event to a destination. */
  async #report(arn: string | undefined, completed: CompletedEvent): Promise<void> {
    if (arn === undefined) return
    const { event, definition, result, condition } = completed
    const time = this.#options.clock.now()
    const record = { condition, time, attempts: event.attempts, payload: event.payload, result }
    const body = invocationRecord(definition, record)
    // AWS: a bus receives the record as the detail of an event (lambda-async-bus)
    await this.#send(arn, serviceOf(arn) === "events" ? busEvent(definition, record, body) : body, { completed })
  }

  async #send(
    arn: string | undefined,
    body: string,
    { completed, attributes = {} }: { completed: CompletedEvent; attributes?: Record<string, string> },
  ): Promise<void> {
    if (arn === undefined) return
    if (serviceOf(arn) === "lambda") {
      void this.add(arn, body)
      return
    }
    try {
      const named = Object.entries(attributes).map(
        ([name, StringValue]) => [name, { DataType: "String", StringValue }] as const,
      )
      await this.#options.deliver?.(arn, body, { attributes: Object.fromEntries(named) })
    } catch (cause) {
      const { event, definition } = completed
      const target = { functionName: definition.functionName, requestId: event.requestId, arn, cause }
      this.#options.log.error("Target of asynchronous events not reached", target)
    }
  }
}

function serviceOf(arn: string): string | undefined {
  return arn.split(":")[2]
}
