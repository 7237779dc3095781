// Files that are made to exhaust the reader end in their own outcome, in time and memory that are bounded.
//
// HOSTILE_FILES=all runs all 200 in full size, each in a child process whose CPU time and peak memory are measured, and
// prints a table. Otherwise a sample of them is read in this process.
import { describe, expect, test } from "vitest"
import { type HostileFile, seededRandom } from "../../test/hostile-files/hostile-file.ts"
import { hostileFiles } from "../../test/hostile-files/hostile-files.ts"
import { measureFile } from "../../test/hostile-files/measure-file.ts"
import { outcomeOf } from "../../test/hostile-files/outcome-of.ts"

// biome-ignore lint/style/noProcessEnv: chooses between the two runs
const runsAll = process.env.HOSTILE_FILES === "all"

// Ten seconds, and ten more per MB.
const maxSeconds = 40
const maxPeakMb = 1_000

describe.skipIf(runsAll)("a sample", () => {
  const others = hostileFiles(0.02).filter(({ name }) => !/[0-9] GB/.test(name))

  test.each(sampleOf(others, 16))("$name, in a fiftieth of its size", async (file) => {
    // A smaller file may be within the limits.
    expect([...file.outcomes, "complete"]).toContain(await outcomeOf(file))
  })
})

describe.runIf(runsAll)("all files", () => {
  test(`each ends in its outcome within ${maxSeconds} s and ${maxPeakMb} MB`, { timeout: 3_600_000 }, async () => {
    const violations: string[] = []
    for (const file of hostileFiles()) {
      const { outcome, detail, seconds, cpuSeconds, peakMb } = await measureFile(file)
      const columns = [file.name, outcome, `${seconds.toFixed(1)} s`, `${cpuSeconds.toFixed(1)} s`, `${peakMb} MB`]
      process.stdout.write(`| ${columns.join(" | ")} |\n`)
      const isWithinLimits = cpuSeconds < maxSeconds && peakMb < maxPeakMb
      const isExpected = outcome !== "FAILED" && file.outcomes.includes(outcome)
      if (!isWithinLimits || !isExpected) violations.push(`${columns.join(", ")} (${detail})`)
    }
    expect(violations).toEqual([])
  })
})

/** The same files in each run. */
function sampleOf(files: readonly HostileFile[], count: number): HostileFile[] {
  const random = seededRandom(count)
  return files
    .map((file) => ({ file, order: random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ file }) => file)
}
