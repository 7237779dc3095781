// Measures how the CPU time of a function grows with the length of its input.

const shortCharacters = 20_000
const growth = 4
/** Quadratic time would grow 16 times. Twice the linear growth and a constant absorb compilation and garbage collection. */
const maxRatio = growth * 2
const constantMs = 60
const attempts = 3

/**
 * @param run processes an input of about this many characters
 * @returns undefined when the time grows at most linearly, else a sentence with the measured times
 */
export async function superlinearGrowth(
  run: (characters: number) => unknown,
  characters = shortCharacters,
): Promise<string | undefined> {
  let sentence: string | undefined
  // A collection of the whole heap may fall into any single measurement.
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const shortMs = await cpuMs(() => run(characters))
    const longMs = await cpuMs(() => run(characters * growth))
    if (longMs <= shortMs * maxRatio + constantMs) return undefined
    sentence = `${characters} characters took ${shortMs.toFixed(0)} ms, ${growth} times as many ${longMs.toFixed(0)} ms`
  }
  return sentence
}

/** CPU time of this thread: other processes of the machine do not change it. */
export async function cpuMs(run: () => unknown): Promise<number> {
  const before = process.threadCpuUsage()
  await run()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
