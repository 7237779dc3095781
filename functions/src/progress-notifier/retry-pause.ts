// The pauses between the attempts of an end: exponential backoff with full jitter, within a limit for all of them.
import type { Clock } from "../clock.ts"

// Less than what is reserved of an invocation for its end (`reservedMs`).
const retryForMs = 3_000
const firstPauseMs = 100
const longestPauseMs = 1_000

/** Waits before the next attempt; false when the time for retries, which begins with this call, is over. */
export function createRetryPause(clock: Pick<Clock, "now" | "sleep">, random: () => number = Math.random) {
  const endsAt = clock.now() + retryForMs
  return async (attempt: number): Promise<boolean> => {
    const ms = random() * Math.min(firstPauseMs * 2 ** attempt, longestPauseMs)
    if (clock.now() + ms >= endsAt) return false
    await clock.sleep(ms)
    return true
  }
}
