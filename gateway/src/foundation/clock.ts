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
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return { cancel: () => clearTimeout(timer) }
  },
}

/** @param ms milliseconds since the epoch @returns `2026-11-22T21:00:00.000Z` */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
