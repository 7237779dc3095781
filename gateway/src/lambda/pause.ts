// Waits between the attempts of a poller.
import type { Clock } from "../foundation/clock.ts"

/** Ends early when the signal is aborted. */
export async function pause(ms: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = () => resolve()
  const timer = clock.after(ms, wake)
  signal.addEventListener("abort", wake)
  await promise
  timer.cancel()
  signal.removeEventListener("abort", wake)
}
