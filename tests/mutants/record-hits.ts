// Runs every test file once on instrumented sources: which statements it runs, and how long it takes.
// What a test file ran is cached under node_modules until the test file or anything that is not a test file changes.
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { instrument } from "./instrument.ts"
import type { TestFile, TestHost } from "./test-host.ts"
import type { WorkingCopy } from "./working-copy.ts"

export type TestHits = {
  project: string
  /** Relative to the root, with `/`. */
  file: string
  milliseconds: number
  /** `{file}:{offset}` of each statement that ran; `undefined`: unknown, the test runs for every mutant. */
  points: Set<string> | undefined
}

export type Lane = { copy: WorkingCopy; host: TestHost }

type Recorded = { milliseconds: number; points: string[] | null }

const hitsTimeoutMs = 180_000
const projects = new Set(["unit", "contract"])

export async function recordHits(options: {
  root: string
  files: readonly string[]
  mutable: readonly string[]
  lanes: readonly Lane[]
  onTest(progress: { file: string; done: number; total: number; problem?: string }): void
}): Promise<TestHits[]> {
  const { root, files, mutable, lanes, onTest } = options
  const [first] = lanes
  if (!first) return []
  const listed = await first.host.listTests()
  const tests = listed
    .map((test) => relativeTest(test, first.copy.root))
    // The tests of this tool run none of the mutated code, and start Vitest themselves.
    .filter(({ project, path }) => projects.has(project) && !path.startsWith("tests/mutants/"))
  const cache = new HitsCache(root, files)
  const found: TestHits[] = []
  const waiting = tests.filter((test) => {
    const cached = cache.read(test.path)
    if (cached) found.push(toHits(test, cached))
    return !cached
  })
  let done = tests.length - waiting.length
  await Promise.all(
    lanes.map(async (lane) => {
      const hitsFile = join(lane.copy.root, ".hits")
      if (waiting.length > 0) instrumentAll({ root, mutable, lane, hitsFile })
      for (let test = waiting.shift(); test; test = waiting.shift()) {
        const { recorded, problem } = await recordOne({ test, lane, hitsFile, mutable })
        onTest({ file: test.path, done: ++done, total: tests.length, ...(problem !== undefined && { problem }) })
        if (!recorded) continue
        if (recorded.points) cache.write(test.path, recorded)
        found.push(toHits(test, recorded))
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
}): Promise<{ recorded?: Recorded; problem?: string }> {
  const { test, lane, hitsFile, mutable } = options
  const { copy, host } = lane
  const absolute = { project: test.project, path: join(copy.root, test.path) }
  for (const _attempt of [1, 2]) {
    writeFileSync(hitsFile, "")
    const outcome = await host.run(absolute, [], hitsTimeoutMs)
    const points = [...new Set(readFileSync(hitsFile, "utf8").split("\n"))].filter((point) => point !== "")
    if (outcome !== "timeout" && outcome.passed) return { recorded: { milliseconds: outcome.milliseconds, points } }
  }
  const instrumented = new Map(mutable.map((file) => [file, readFileSync(join(copy.root, file), "utf8")]))
  for (const file of mutable) copy.restore(file)
  // A Vitest that is new has not cached the instrumented sources.
  host.close()
  const plain = await host.run(absolute, [], hitsTimeoutMs)
  for (const [file, text] of instrumented) copy.write(file, text)
  host.close()
  if (plain !== "timeout" && plain.passed) {
    const problem = `${test.path} fails on instrumented sources only, so it runs for every mutant`
    return { recorded: { milliseconds: plain.milliseconds, points: null }, problem }
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

function toHits({ project, path }: TestFile, { milliseconds, points }: Recorded): TestHits {
  return { project, file: path, milliseconds, points: points === null ? undefined : new Set(points) }
}

class HitsCache {
  readonly #folder: string
  readonly #root: string
  readonly #sources: string

  constructor(root: string, files: readonly string[]) {
    this.#root = root
    this.#folder = join(root, "node_modules", ".cache", "mutants")
    const hash = createHash("sha256").update(process.version)
    for (const file of files) {
      if (!/\.test\.tsx?$|\.md$|^tests\/mutants\//.test(file)) hash.update(file).update(readFileSync(join(root, file)))
    }
    this.#sources = hash.digest("hex")
  }

  read(test: string): Recorded | undefined {
    const path = this.#pathOf(test)
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined
  }

  write(test: string, cached: Recorded): void {
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(this.#pathOf(test), JSON.stringify(cached))
  }

  #pathOf(test: string): string {
    const hash = createHash("sha256")
      .update(this.#sources)
      .update(test)
      .update(readFileSync(join(this.#root, test)))
    return join(this.#folder, `${hash.digest("hex")}.json`)
  }
}
