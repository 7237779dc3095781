// Decides whether a state that failed is run again, and after how long.
import { matchesError } from "./states-error.ts"

export type Retrier = {
  ErrorEquals: string[]
  IntervalSeconds?: number
  MaxAttempts?: number
  BackoffRate?: number
  MaxDelaySeconds?: number
  JitterStrategy?: string
}

/**
 * AWS: a retrier waits 1 second, doubles that each time, and retries 3 times by default (sfn-retry)
 *
 * @param attempts by the index of the retrier; counted here
 * @returns milliseconds, undefined when the error is final
 */
export function retryDelay(
  retriers: readonly Retrier[] | undefined,
  error: string,
  attempts: Map<number, number>,
): number | undefined {
  const index = (retriers ?? []).findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error))
  const retrier = retriers?.[index]
  if (!retrier) return undefined
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds, JitterStrategy } = retrier
  const attempt = attempts.get(index) ?? 0
  if (attempt >= MaxAttempts) return undefined
  attempts.set(index, attempt + 1)
  const seconds = Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds ?? Number.POSITIVE_INFINITY)
  return Math.round(seconds * 1000 * (JitterStrategy === "FULL" ? Math.random() : 1))
}
