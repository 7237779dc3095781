// Applies one mutant after the other in working copies and runs the tests that can notice it.
import { readFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { applyMutant, type Mutant } from "./find-mutants.ts"
import { pointOf } from "./instrument.ts"
import type { Lane, TestHits } from "./record-hits.ts"

export type MutantResult = {
  mutant: Mutant
  outcome: "killed" | "timeout" | "survived" | "not-covered"
  /** The test that noticed the mutant. */
  by?: string
  milliseconds: number
}

export async function testMutants(options: {
  root: string
  mutants: readonly Mutant[]
  hits: readonly TestHits[]
  lanes: readonly Lane[]
  /** A test file may take this long, and four times as long as the slowest one takes without a mutant. */
  timeoutMs: number
  onResult(result: MutantResult): void
}): Promise<MutantResult[]> {
  const { root, mutants, hits, lanes, timeoutMs, onResult } = options
  const waiting = [...mutants]
  const results: MutantResult[] = []
  await Promise.all(
    lanes.map(async (lane) => {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const result = await testMutant({ root, mutant, hits, lane, timeoutMs })
        results.push(result)
        onResult(result)
      }
    }),
  )
  return results
}

async function testMutant(options: {
  root: string
  mutant: Mutant
  hits: readonly TestHits[]
  lane: Lane
  timeoutMs: number
}): Promise<MutantResult> {
  const { root, mutant, hits, lane, timeoutMs } = options
  const { copy, host } = lane
  const startedAt = performance.now()
  const elapsed = () => Math.round(performance.now() - startedAt)
  const text = readFileSync(join(root, mutant.file), "utf8")
  const tests = testsOf({ mutant, text, hits })
  if (tests.length === 0) return { mutant, outcome: "not-covered", milliseconds: elapsed() }
  const path = join(copy.root, mutant.file)
  copy.write(mutant.file, applyMutant(text, mutant))
  try {
    for (const batch of inBatches(tests, mutant)) {
      const files = batch.map(({ project, file }) => ({ project, path: join(copy.root, file) }))
      const longestMs = Math.max(...batch.map(({ milliseconds }) => milliseconds))
      const outcome = await host.run(files, [path], timeoutMs + longestMs * 4)
      if (outcome === "timeout") return { mutant, outcome: "timeout", milliseconds: elapsed() }
      if (!outcome.passed) {
        const by = outcome.file === undefined ? "" : `${relative(copy.root, outcome.file).split(sep).join("/")}: `
        return { mutant, outcome: "killed", by: `${by}${outcome.failure ?? ""}`, milliseconds: elapsed() }
      }
    }
    return { mutant, outcome: "survived", milliseconds: elapsed() }
  } finally {
    copy.restore(mutant.file)
    host.forget(path)
  }
}

/** Unit tests before contract tests; tests of the same folder first, then the fastest. */
export function testsOf(options: { mutant: Mutant; text: string; hits: readonly TestHits[] }): TestHits[] {
  const { mutant, text, hits } = options
  const point = pointOf(mutant.file, text)(mutant.start)
  return hits
    .filter((test) => mayRun(test, mutant.file, point))
    .sort((one, other) => rank(one, mutant) - rank(other, mutant) || one.milliseconds - other.milliseconds)
}

function mayRun({ hits }: TestHits, file: string, point: number): boolean {
  if (hits === undefined) return true
  const statements = hits.get(file)
  return statements === "unknown" || (statements?.has(point) ?? false)
}

/** The tests of a batch run in one process. The first batches are small, because most mutants end there. */
function inBatches(tests: readonly TestHits[], mutant: Mutant): TestHits[][] {
  return [...Map.groupBy(tests, (test) => rank(test, mutant)).values()]
}

function rank({ project, file }: TestHits, mutant: Mutant): number {
  if (project === "contract") return 2
  return dirname(file) === dirname(mutant.file) ? 0 : 1
}
