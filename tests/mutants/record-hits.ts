// Runs each test file once on instrumented sources: which statements it runs, and how long it takes.
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { type FileHits, HitsCache, offsetsByFile, type Recorded } from "./hits-cache.ts"
import { instrument } from "./instrument.ts"
import { reachableTests } from "./reachable-tests.ts"
import type { TestFile, TestHost } from "./test-host.ts"
import { readWorkspaces, type WorkingCopy } from "./working-copy.ts"

export type TestHits = {
  project: string
  /** Relative to the root, with `/`. */
  file: string
  milliseconds: number
  /** Which statements the test runs; `undefined`: unknown, the test runs for every mutant. */
  hits: FileHits | undefined
}

export type Lane = { copy: WorkingCopy; host: TestHost }

const hitsTimeoutMs = 180_000
/** The tests of this tool start Vitest themselves, and those of the repository read files and need git. */
const runsNoMutants = /^tests\/(mutants|repository)\//
export type Level = "unit" | "contract"

export async function recordHits(options: {
  root: string
  files: readonly string[]
  mutable: readonly string[]
  /** The files with mutants: tests that run none of them are left out. */
  mutated: ReadonlySet<string>
  lanes: readonly Lane[]
  level: Level
  /** Records again what is cached. */
  again: boolean
  onTest(progress: { file: string; done: number; total: number; problem?: string }): void
}): Promise<TestHits[]> {
  const { root, files, mutable, mutated, lanes, level, again, onTest } = options
  const [first] = lanes
  if (!first) return []
  const listed = await first.host.listTests()
  const candidates = listed
    .map((test) => relativeTest(test, first.copy.root))
    .filter(({ project, path }) => project === level && !runsNoMutants.test(path))
  const reachable = reachableTests({
    tests: candidates.map(({ path }) => path),
    files,
    workspaces: readWorkspaces(root),
    mutated,
    read: (file) => readFileSync(join(root, file), "utf8"),
  })
  const tests = candidates.filter(({ path }) => reachable.has(path))
  const cache = new HitsCache(root, mutable)
  const found: TestHits[] = []
  const waiting = tests.filter((test) => {
    const cached = again ? undefined : cache.read(test.path)
    if (cached) found.push({ project: test.project, file: test.path, ...cached })
    return !cached
  })
  let done = tests.length - waiting.length
  await Promise.all(
    lanes.map(async (lane) => {
      const hitsFile = join(lane.copy.root, ".hits")
      if (waiting.length === 0) return
      instrumentAll({ root, mutable, lane, hitsFile })
      for (let test = waiting.shift(); test; test = waiting.shift()) {
        const { milliseconds, points, problem } = await recordOne({ test, lane, hitsFile, mutable })
        onTest({ file: test.path, done: ++done, total: tests.length, ...(problem !== undefined && { problem }) })
        if (milliseconds === undefined) continue
        cache.write(test.path, { milliseconds, points })
        const hits = points && offsetsByFile(points)
        found.push({ project: test.project, file: test.path, milliseconds, hits })
      }
      for (const file of mutable) lane.copy.restore(file)
      lane.host.close()
      rmSync(hitsFile, { force: true })
    }),
  )
  return found
}

/**
 * A failure can come from the load of the machine, so a test gets a second attempt. A test that fails only with
 * instrumented sources runs for every mutant; one that fails without as well is left out.
 */
async function recordOne(options: {
  test: TestFile
  lane: Lane
  hitsFile: string
  mutable: readonly string[]
}): Promise<Partial<Recorded> & { problem?: string }> {
  const { test, lane, hitsFile, mutable } = options
  const { copy, host } = lane
  const absolute = { project: test.project, path: join(copy.root, test.path) }
  for (const _attempt of [1, 2]) {
    writeFileSync(hitsFile, "")
    const outcome = await host.run([absolute], [], hitsTimeoutMs)
    const points = new Set(
      readFileSync(hitsFile, "utf8")
        .split("\n")
        .filter((point) => point !== ""),
    )
    if (outcome !== "timeout" && outcome.passed) return { milliseconds: outcome.milliseconds, points }
  }
  const instrumented = new Map(mutable.map((file) => [file, readFileSync(join(copy.root, file), "utf8")]))
  for (const file of mutable) copy.restore(file)
  // A Vitest that is new has not cached the instrumented sources.
  host.close()
  const plain = await host.run([absolute], [], hitsTimeoutMs)
  for (const [file, text] of instrumented) copy.write(file, text)
  host.close()
  if (plain !== "timeout" && plain.passed) {
    const problem = `${test.path} fails on instrumented sources only, so it runs for every mutant`
    return { milliseconds: plain.milliseconds, points: undefined, problem }
  }
  const why = plain === "timeout" ? "it does not end" : `${plain.failure ?? ""} ${plain.message ?? ""}`.trim()
  return { problem: `${test.path} fails without a mutant and is left out: ${why}` }
}

function instrumentAll(options: { root: string; mutable: readonly string[]; lane: Lane; hitsFile: string }): void {
  const { root, mutable, lane, hitsFile } = options
  for (const file of mutable) {
    lane.copy.write(file, instrument(file, readFileSync(join(root, file), "utf8"), hitsFile))
  }
  // Vitest has not read any of them yet, unless it only listed the tests.
  lane.host.close()
}

function relativeTest({ project, path }: TestFile, root: string): TestFile {
  return { project, path: relative(root, path).split(sep).join("/") }
}
