// The options of `npm run mutants`.
import { type Arguments, CommandError } from "../../scripts/run-command.ts"
import type { Level } from "./record-hits.ts"

export type MutantOptions = {
  paths: string[]
  changed: boolean
  /** Mutants per room; `Infinity`: all. */
  sample: number
  seed: number
  workers: number
  levels: Level[]
  record: boolean
  json: boolean
}

export const mutantsCommand = {
  usage: "npm run mutants -- [PATH[:LINE]...] [options]",
  summary: 'Changes the code in small ways ("mutants") and reports the changes that no test notices.',
  options: {
    changed: { type: "boolean", help: "only files that differ from main, or are not committed" },
    sample: {
      type: "string",
      value: "N",
      help: 'mutants per room, chosen by the seed (default 25); "all" for every one',
    },
    seed: { type: "string", value: "S", help: "another choice (default 1)" },
    workers: { type: "string", value: "N", help: "working copies that run tests at the same time (default 2)" },
    unit: { type: "boolean", help: "only the unit tests, which need no recording of the contract tests" },
    record: { type: "boolean", help: "record again what each test file runs" },
    json: { type: "boolean", help: "one JSON object per mutant, then one per room" },
  },
  positionals: [
    "PATH[:LINE]...",
    "only these folders, files or lines (default: the gateway, client, functions and protocol)",
  ],
  details: `
Mutants: a negated condition; a swapped comparison, boundary, arithmetic, && or ||; a removed "?? default", "!", "await",
early return, throw, break or continue; a removed call whose result is not used; a changed number, string or boolean.
Not mutated: tests and what only tests use, types, sentences (strings of four words or more), the arguments of errors,
template strings, calls of unref(), and lines with the comment "// mutants: equivalent, <why>" on them or above them.

A mutant is applied in a copy of the sources. The tests that run the changed statement run: unit tests first, then the
contract tests for what those do not notice; the end-to-end tests never. It is killed when one fails, and by a timeout when
one takes far too long.
The score is the share of mutants that were killed, timeouts included; a mutant in code that no test runs survives.
What a test file runs is recorded once, on instrumented sources, and kept in node_modules/.cache/mutants until that test
file changes. A run that was interrupted while it recorded continues there. In a source file that has changed since, every
statement counts as run by its tests; --record makes that exact again.
The exit code is 0 however many survive, and 1 when the tool cannot run.`,
} as const

/** @throws CommandError for a wrong value of an option */
export function readMutantOptions({ values, positionals }: Arguments<typeof mutantsCommand.options>): MutantOptions {
  const {
    changed = false,
    sample = "25",
    seed = "1",
    workers = "2",
    unit = false,
    record = false,
    json = false,
  } = values
  return {
    paths: positionals,
    changed,
    sample: sample === "all" ? Number.POSITIVE_INFINITY : readCount("sample", sample, 1),
    seed: readCount("seed", seed, 0),
    workers: readCount("workers", workers, 1),
    levels: unit ? ["unit"] : ["unit", "contract"],
    record,
    json,
  }
}

function readCount(name: string, value: string, least: number): number {
  const count = Number(value)
  if (Number.isSafeInteger(count) && count >= least) return count
  throw new CommandError(`--${name} is "${value}".`, `Write a whole number of at least ${least}.`)
}
