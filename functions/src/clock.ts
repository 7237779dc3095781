// Time as the functions use it, so that tests can run hours of retries in milliseconds.
import { setTimeout as wait } from "node:timers/promises"

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number): Promise<void>
  /** Runs `action` every `ms` until it is stopped; the timer does not keep the process alive. */
  every(ms: number, action: () => void): { stop(): void }
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms) => wait(ms),
  every(ms, action) {
    const timer = setInterval(action, ms).unref()
    return { stop: () => clearInterval(timer) }
  },
}
