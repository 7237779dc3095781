// Mutation testing from end to end: select files, find mutants, record what tests run, test each mutant.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { chooseSample } from "./choose-sample.ts"
import { findMutants } from "./find-mutants.ts"
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
    const mutated = new Set(mutants.map(({ file }) => file))
    const hits = await recordHits({ root, files, mutable, mutated, lanes, levels, again: record, onTest })
    const results = await testMutants({
      root,
      mutants,
      hits,
      lanes,
      timeoutMs,
      onResult: (result) => onResult(result, mutants.length),
    })
    return { results, ignored }
  } finally {
    close()
  }
}
