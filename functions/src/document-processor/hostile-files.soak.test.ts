// Files that are made to exhaust the reader end in their own outcome, in time and memory that are bounded.
//
// HOSTILE_FILES=all runs all 200 in full size, each in a child process whose CPU time and peak memory are measured, and
// prints a table. Otherwise a sample of them is read in this process.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { describe, expect, onTestFinished, test } from "vitest"
import { type HostileFile, seededRandom } from "../../test/hostile-files/hostile-file.ts"
import { hostileFiles } from "../../test/hostile-files/hostile-files.ts"
import type { Measurement } from "../../test/hostile-files/measure-reading.ts"
import { outcomeOf } from "../../test/hostile-files/outcome-of.ts"

// biome-ignore lint/style/noProcessEnv: chooses between the two runs
const runsAll = process.env.HOSTILE_FILES === "all"

const maxSeconds = 20
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
    const folder = await mkdtemp(join(tmpdir(), "hostile-files-"))
    onTestFinished(() => rm(folder, { recursive: true }))
    const violations: string[] = []
    for (const file of hostileFiles()) {
      const { outcome, detail, seconds, cpuSeconds, peakMb } = await measure(file, folder)
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

/** In a process of its own, because peak memory is a figure of the process. */
async function measure(file: HostileFile, folder: string): Promise<Measurement> {
  const path = join(folder, "file")
  await writeFile(path, await file.make())
  const script = join(import.meta.dirname, "../../test/hostile-files/measure-reading.ts")
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, path, file.contentType])
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")])
  if (output === "") return { outcome: "FAILED", detail: errors, seconds: 0, cpuSeconds: 0, peakMb: 0 }
  return JSON.parse(output)
}
