// Applies one mutant after the other in working copies and runs the tests that can notice it.
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
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
  /** A test file may take this long, and four times as long as without a mutant. */
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
    for (const { project, file, milliseconds } of tests) {
      const test = { project, path: join(copy.root, file) }
      const outcome = await host.run(test, [path], timeoutMs + milliseconds * 4)
      if (outcome === "timeout") return { mutant, outcome: "timeout", by: file, milliseconds: elapsed() }
      if (!outcome.passed) {
        return { mutant, outcome: "killed", by: `${file}: ${outcome.failure ?? ""}`, milliseconds: elapsed() }
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
  const point = `${mutant.file}:${pointOf(mutant.file, text)(mutant.start)}`
  const rank = ({ project, file }: TestHits) =>
    (project === "contract" ? 2 : 0) + (dirname(file) === dirname(mutant.file) ? 0 : 1)
  return hits
    .filter(({ points }) => points === undefined || points.has(point))
    .sort((one, other) => rank(one) - rank(other) || one.milliseconds - other.milliseconds)
}
