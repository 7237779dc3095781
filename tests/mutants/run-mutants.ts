// Mutation testing from end to end: select files, find mutants, record what tests run, test each mutant.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { chooseSample } from "./choose-sample.ts"
import { findMutants, type Mutant } from "./find-mutants.ts"
import { type Lane, type Level, recordHits } from "./record-hits.ts"
import { isMutable } from "./rooms.ts"
import { selectFiles } from "./select-files.ts"
import { TestHost } from "./test-host.ts"
import { type MutantResult, testMutants } from "./test-mutants.ts"
import { createWorkingCopy, listFiles } from "./working-copy.ts"

export type MutantRun = { results: MutantResult[]; ignored: number }

export async function runMutants(options: {
  root: string
  paths?: readonly string[]
  changed?: boolean
  sample?: number
  seed?: number
  workers?: number
  timeoutMs?: number
  /** Of the tests that run; both by default. */
  levels?: readonly Level[]
  /** Records again what the tests run. */
  record?: boolean
  onNote?(note: string): void
  onResult?(result: MutantResult, total: number): void
  /** Ends the run: what is open is closed, and no result is reported any more. */
  signal?: AbortSignal
}): Promise<MutantRun> {
  const { root, paths = [], changed = false, sample = 25, seed = 1, workers = 2, timeoutMs = 10_000 } = options
  const { levels = ["unit", "contract"], record = false, onNote = () => {}, onResult = () => {}, signal } = options
  const files = listFiles(root)
  const selected = selectFiles({ root, files, paths, changed })
  let ignored = 0
  const all = selected.flatMap(({ file, line }) => {
    const found = findMutants(file, readFileSync(join(root, file), "utf8"))
    ignored += found.ignored
    return found.mutants.filter((mutant) => line === undefined || mutant.line === line)
  })
  const isOneLine = selected.length > 0 && selected.every(({ line }) => line !== undefined)
  const mutants = chooseSample(all, isOneLine ? all.length : sample, seed)
  onNote(`${mutants.length} of ${all.length} mutants in ${selected.length} files, seed ${seed}`)
  if (mutants.length === 0) return { results: [], ignored }

  const lanes: Lane[] = []
  const close = () => {
    for (const { host } of lanes) host.close()
    for (const { copy } of lanes) copy.remove()
  }
  signal?.addEventListener("abort", close)
  try {
    while (lanes.length < Math.min(workers, mutants.length)) {
      const copy = createWorkingCopy(root, files)
      lanes.push({ copy, host: new TestHost(copy.root) })
    }
    const mutable = files.filter(isMutable)
    const onTest = ({ file, done, total, problem }: { file: string; done: number; total: number; problem?: string }) =>
      onNote(problem ?? `recorded ${done} of ${total} test files: ${file}`)
    const results: MutantResult[] = []
    const complete = (result: MutantResult) => {
      results.push(result)
      onResult(result, mutants.length)
    }
    /** Not noticed by the levels before. What the next level runs is recorded for these only. */
    let left = new Map<Mutant, MutantResult | undefined>(mutants.map((mutant) => [mutant, undefined]))
    for (const level of levels) {
      const waiting = [...left.keys()]
      if (waiting.length === 0) break
      const mutated = new Set(waiting.map(({ file }) => file))
      const hits = await recordHits({ root, files, mutable, mutated, lanes, level, again: record, onTest })
      const before = left
      left = new Map()
      await testMutants({
        root,
        mutants: waiting,
        hits,
        lanes,
        timeoutMs,
        onResult(result) {
          if (result.outcome === "killed" || result.outcome === "timeout") return complete(result)
          const earlier = before.get(result.mutant)
          left.set(result.mutant, earlier?.outcome === "survived" ? earlier : result)
        },
      })
    }
    for (const result of left.values()) if (result) complete(result)
    return { results, ignored }
  } finally {
    close()
  }
}
