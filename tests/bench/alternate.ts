// Measures two things in turn, so that whatever else the machine does meanwhile slows down both.

/** `rounds` times the floor, then ours; @returns the median of each */
export async function alternate(
  rounds: number,
  measure: { floor(): Promise<number> | number; ours(): Promise<number> | number },
): Promise<{ floor: number; ours: number }> {
  const floor: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds; round++) {
    floor.push(await measure.floor())
    ours.push(await measure.ours())
  }
  return { floor: median(floor), ours: median(ours) }
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("nothing was measured")
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

/** Calls per second of `run`, called for `ms` milliseconds. */
export function rateOf(ms: number, run: () => void): number {
  const startedAt = performance.now()
  let calls = 0
  let elapsed = 0
  while (elapsed < ms) {
    for (let n = 0; n < 100; n++) run()
    calls += 100
    elapsed = performance.now() - startedAt
  }
  return (calls / elapsed) * 1000
}
