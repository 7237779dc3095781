// Time as the functions use it, so that tests can run hours of retries in milliseconds.
import { setTimeout as wait } from "node:timers/promises"

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Ends early when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Runs `action` every `ms` until it is stopped; the timer does not keep the process alive. */
  every(ms: number, action: () => void): { stop(): void }
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => wait(ms, undefined, signal && { signal }).catch(() => {}),
  every(ms, action) {
    const timer = setInterval(action, ms).unref()
    return { stop: () => clearInterval(timer) }
  },
}
