// Keeps the results of Lambda authorizers for as long as each authorizer allows.
import { BoundedMap } from "../foundation/bounded-map.ts"
import type { Clock } from "../foundation/clock.ts"

/** The keys come from clients, so the number of results is bounded. */
const MAX_RESULTS = 10_000

export type AuthorizerCache<Result> = {
  get(key: string): Result | undefined
  set(key: string, result: Result, ttlMs: number): void
}

export function createAuthorizerCache<Result>(clock: Pick<Clock, "now">): AuthorizerCache<Result> {
  const results = new BoundedMap<{ result: Result; expiresAt: number }>(MAX_RESULTS)
  return {
    get(key) {
      const kept = results.get(key)
      return kept && clock.now() < kept.expiresAt ? kept.result : undefined
    },
    set(key, result, ttlMs) {
      if (ttlMs > 0) results.set(key, { result, expiresAt: clock.now() + ttlMs })
    },
  }
}
