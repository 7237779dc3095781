// Limits the rate of posts, so that all functions together stay within their share of the account's quota.
import type { Clock } from "../clock.ts"

/** Resolves when the next post may be sent; undefined when it may be sent at once. */
export type RateLimit = () => Promise<void> | undefined

/** A token bucket. It holds half a second's posts, the proportion of rate and burst in the quota of an account. */
export function createRateLimit(perSecond: number, clock: Pick<Clock, "now" | "sleep">): RateLimit {
  const perMs = perSecond / 1000
  const burst = Math.max(1, perSecond / 2)
  let tokens = burst
  let filledAt = clock.now()

  return () => {
    const now = clock.now()
    tokens = Math.min(burst, tokens + (now - filledAt) * perMs)
    filledAt = now
    tokens -= 1
    // Below zero, each caller waits until its own token is due.
    return tokens >= 0 ? undefined : clock.sleep(Math.ceil(-tokens / perMs))
  }
}
