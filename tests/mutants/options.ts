// The options of `npm run mutants`.
import { parseArgs } from "node:util"

export type MutantOptions = {
  paths: string[]
  changed: boolean
  /** Mutants per room; `Infinity`: all. */
  sample: number
  seed: number
  workers: number
  json: boolean
  help: boolean
}

export const help = `Changes the code in small ways ("mutants") and reports the changes that no test notices.

  npm run mutants                               a sample of every room of the gateway, and of client, functions, protocol
  npm run mutants -- gateway/src/iam            a sample of one folder, or of one file
  npm run mutants -- gateway/src/iam/guard.ts:40   every mutant of one line
  npm run mutants -- --changed                  the files that differ from the branch main

Options:
  --changed     only files that differ from main, or are not committed
  --sample N    mutants per room, chosen by the seed (default 25); "all" for every one
  --seed S      another choice (default 1)
  --workers N   working copies that run tests at the same time (default 2)
  --json        one JSON object per mutant, then one per room
  --help        this text

Mutants: a negated condition; a swapped comparison, boundary, arithmetic, && or ||; a removed "?? default", "!", "await",
early return, throw, break or continue; a removed call whose result is not used; a changed number, string or boolean.
Not mutated: tests and what only tests use, types, sentences (strings of four words or more), the arguments of errors,
template strings, calls of unref(), and lines with the comment "// mutants: equivalent, <why>" on them or above them.

A mutant is applied in a copy of the sources. The tests that run the changed statement run: unit tests first, then the
contract tests; the end-to-end tests never. It is killed when one fails, and by a timeout when one takes far too long.
The score is the share of mutants that were killed, timeouts included; a mutant in code that no test runs survives.
A test file's statements are recorded once, on instrumented sources, and kept in node_modules/.cache/mutants.
The exit code is 0 however many survive, and 1 when the tool cannot run.
`

const known = {
  changed: { type: "boolean", default: false },
  sample: { type: "string", default: "25" },
  seed: { type: "string", default: "1" },
  workers: { type: "string", default: "2" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const

/** @throws Error with one sentence for an option that is unknown or has a wrong value */
export function readMutantOptions(args: string[]): MutantOptions {
  const { tokens } = parseArgs({ args, options: known, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind === "option" && !Object.hasOwn(known, token.name)) {
      throw new Error(`${token.rawName} is not a known option. Known options: ${namesOf(known)}.`)
    }
  }
  const { values, positionals } = parseArgs({ args, options: known, allowPositionals: true })
  return {
    paths: positionals,
    changed: values.changed,
    sample: values.sample === "all" ? Number.POSITIVE_INFINITY : readCount("sample", values.sample, 1),
    seed: readCount("seed", values.seed, 0),
    workers: readCount("workers", values.workers, 1),
    json: values.json,
    help: values.help,
  }
}

function readCount(name: string, value: string, least: number): number {
  const count = Number(value)
  if (Number.isSafeInteger(count) && count >= least) return count
  throw new Error(`--${name} is "${value}": write a whole number of at least ${least}.`)
}

function namesOf(options: object): string {
  return Object.keys(options)
    .map((name) => `--${name}`)
    .join(", ")
}
