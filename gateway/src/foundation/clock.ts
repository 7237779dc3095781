// The gateway's only source of time, so that ten minutes of idleness or two hours of a connection can be tested in
// milliseconds.

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

/** A class, because every connection has one for as long as it lives: it is smaller than a closure. */
class SystemTimer implements Timer {
  readonly #timeout: NodeJS.Timeout

  constructor(ms: number, run: () => void) {
    this.#timeout = setTimeout(run, ms)
  }

  cancel(): void {
    clearTimeout(this.#timeout)
  }
}

/** @param ms milliseconds since the epoch @returns `2026-11-22T21:00:00.000Z` */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
