// Measures how fast an upload or the processing of a document advances, and estimates the time that is left.

/** How much was done at a time: bytes or pages. */
export type Sample = { at: number; done: number }

export type Pace = { perSecond: number; secondsLeft: number }

const windowMs = 10_000
// Below this a rate is a guess.
const minimumMs = 800

/** Adds a sample, and drops those that are older than the window, except the newest of them. */
export function addSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1)
  // Less than before: another upload, or processing starts again.
  if (last === undefined || sample.done < last.done) return [sample]
  if (sample.done === last.done) return samples
  const firstInWindow = samples.findIndex(({ at }) => at >= sample.at - windowMs)
  const kept = firstInWindow === -1 ? [last] : samples.slice(Math.max(0, firstInWindow - 1))
  return [...kept, sample]
}

/** @returns undefined while it cannot be known. A standstill lowers the rate as time passes. */
export function paceOf(samples: readonly Sample[], total: number, now: number): Pace | undefined {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.done === first.done || last.at - first.at < minimumMs) return
  const perSecond = ((last.done - first.done) / (Math.max(now, last.at) - first.at)) * 1000
  return { perSecond, secondsLeft: Math.max(0, total - last.done) / perSecond }
}
