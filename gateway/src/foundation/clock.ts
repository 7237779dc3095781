// The only source of time in the gateway, so that tests can pass ten idle minutes or two hours in milliseconds.

export type Timer = { cancel(): void }

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `run` once, `ms` milliseconds from now, unless cancelled. */
  after(ms: number, run: () => void): Timer
}

export const systemClock: Clock = {
  now: Date.now,
  after: (ms, run) => new SystemTimer(ms, run),
}

// 24.8 days. With a longer delay, a timer of Node.js fires after a millisecond.
const MAX_DELAY_MS = 2 ** 31 - 1

/** A class, because every open connection has one: it is smaller than a closure. */
class SystemTimer implements Timer {
  #timeout: NodeJS.Timeout

  constructor(ms: number, run: () => void) {
    this.#timeout = this.#start(ms, run)
  }

  #start(ms: number, run: () => void): NodeJS.Timeout {
    if (ms <= MAX_DELAY_MS) return setTimeout(run, ms)
    return setTimeout(() => {
      this.#timeout = this.#start(ms - MAX_DELAY_MS, run)
    }, MAX_DELAY_MS)
  }

  cancel(): void {
    clearTimeout(this.#timeout)
  }
}

/** @param ms milliseconds since the epoch @returns `2026-11-22T21:00:00.000Z` */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** @param isoTime as `isoTime` writes it */
export function dateOf(isoTime: string): Date {
  return new Date(isoTime)
}
