// Measures several things alternately, so that other load on the machine affects all of them.

/** Measures each of them in turn, `rounds` times. @returns the median of each */
export async function alternate<Name extends string>(
  rounds: number,
  measure: Readonly<Record<Name, () => Promise<number> | number>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(measure) as Name[]
  const values = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) values.get(name)?.push(await measure[name]())
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<Name, number>
}

/** For an even number of values the mean of the middle two. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("There are no values.")
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
