// `npm run mutants`: mutation testing of changed or chosen files; see `npm run mutants -- --help`.
import { join } from "node:path"
import { runCommand } from "../../scripts/run-command.ts"
import { type MutantOptions, mutantsCommand, readMutantOptions } from "./options.ts"
import { formatSurvivor, formatTable, scoreRooms, toJson } from "./report.ts"
import { runMutants } from "./run-mutants.ts"

const root = join(import.meta.dirname, "..", "..")

async function run(options: MutantOptions): Promise<void> {
  const { json } = options
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort()
      process.exit(1)
    })
  }
  const startedAt = performance.now()
  let done = 0
  const { results, ignored } = await runMutants({
    ...options,
    root,
    signal: stop.signal,
    onNote: (note) => process.stderr.write(`${note}\n`),
    onResult(result, total) {
      done++
      const { mutant, outcome, by = "" } = result
      if (json) return console.log(toJson(result))
      console.log(`${done}/${total}  ${outcome.padEnd(11)}  ${mutant.file}:${mutant.line}  ${mutant.operator}  ${by}`)
    },
  })
  if (json) {
    for (const score of scoreRooms(results)) console.log(JSON.stringify(score))
    return
  }
  const survivors = results.filter(({ outcome }) => outcome === "survived" || outcome === "not-covered")
  if (survivors.length > 0) console.log(`\nSurvivors:\n${survivors.map(formatSurvivor).sort().join("\n")}`)
  console.log(`\n${formatTable(results)}`)
  console.log(`\n${ignored} ignored as equivalent; ${Math.round((performance.now() - startedAt) / 1000)} s`)
}

await runCommand(mutantsCommand, async (args) => {
  await run(readMutantOptions(args))
  return 0
})
