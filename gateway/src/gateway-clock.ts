// The clock of a running gateway, which users move forward. Idle execution environments age with it.
import type { MovableClock } from "./foundation/movable-clock.ts"
import type { OnGatewayEvent } from "./observe/gateway-event.ts"

/** The clock of a gateway. */
export type GatewayClock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** How far it was moved forward in all, in milliseconds. */
  readonly movedMs: number
  /**
   * Moves the clock forward. Idle timeouts, lifetimes, throttles, quotas of API keys, retries of asynchronous
   * invocations, schedules, the waits of state machines, the expiry of DynamoDB items and idle execution environments react
   * at once. What does not move: `Date` inside functions, signatures and their expiry, the time of invocations and
   * integrations that run, S3 and SQS.
   * @throws Error when `ms` is not a positive number of at most 30 days
   */
  advance(ms: number): void
}

const MAX_MS = 30 * 24 * 60 * 60_000

export function createGatewayClock(options: {
  clock: MovableClock
  lambda: { timePassed(ms: number): void }
  report: OnGatewayEvent
}): GatewayClock {
  const { clock, lambda, report } = options
  return {
    now: clock.now,
    get movedMs() {
      return clock.movedMs
    },
    advance(ms) {
      if (!(ms > 0 && ms <= MAX_MS)) {
        throw new Error(`"ms" is ${ms}. Give the milliseconds to move forward, more than 0 and at most 30 days.`)
      }
      clock.advance(ms)
      lambda.timePassed(ms)
      report({ event: "clock", ms, movedMs: clock.movedMs })
    },
  }
}
