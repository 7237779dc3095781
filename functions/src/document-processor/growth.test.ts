// Time of each reader and of the insights grows at most linearly with the input: with the patterns that once took quadratic
// time, and a few random ones. growth.soak.test.ts has many, and the memory.
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { runs } from "../../../tests/testing/runs.ts"
import { extractInsights } from "../../test/extract-insights.ts"
import { fieldReport } from "../../test/field-report.ts"
import {
  bytesOf,
  formats,
  knownInText,
  type Repetition,
  readAll,
  repetition,
  repetitions,
} from "../../test/hostile-files/growing-formats.ts"
import { superlinearGrowth } from "../../test/hostile-files/measure-growth.ts"
import { findAmounts } from "./insights/find-amounts.ts"
import { findDates } from "./insights/find-dates.ts"
import { findLinks } from "./insights/find-links.ts"

const isOutOfTime = () => false
// Seconds of CPU time, which may be a minute on a busy machine.
const timeout = 120_000
const RANDOM_RUNS = runs(2)

beforeAll(async () => {
  // Loads and compiles what is loaded lazily.
  await extractInsights({ title: null, pages: [fieldReport], isOutOfTime })
  for (const { type, make } of formats) await readAll(make(repetition("a "), 1_000), type)
}, timeout)

test.each(formats)("the time of reading $name grows at most linearly", { timeout }, async (format) => {
  const { pieces, type, make, known } = format
  const read = (input: Repetition) => (bytes: number) => readAll(make(input, bytes), type)
  await fc.assert(
    fc.asyncProperty(repetitions(pieces), async (input) => {
      expect(await superlinearGrowth(read(input))).toBeUndefined()
    }),
    { numRuns: known.length + RANDOM_RUNS, examples: known.map((one) => [one]), endOnFailure: true },
  )
})

test.each([
  ["dates", findDates, ["2026-", "1.1.2026 ", "1 May ", "1 May 2026", "2026", "9999"]],
  ["amounts", findAmounts, ["$", "$1", "1 ", "1.000", "€ 1 ", "EUR", "EUR 1.000,", "1'000 €", "$1 million "]],
  ["links", findLinks, ["http://", "https://a.b)", "https://a.b/((", "@", "a@", "a@b.c", "a.", "https://a.b ", "'"]],
] as const)("the time of finding %s grows at most linearly", { timeout }, async (_, find, patterns) => {
  for (const pattern of patterns) {
    const run = (characters: number) => [...find(bytesOf(repetition(pattern), characters).toString())].length
    expect(await superlinearGrowth(run, 50_000), pattern).toBeUndefined()
  }
})

test("the time of extracting insights grows at most linearly", { timeout }, async () => {
  const extract = (input: Repetition) => (characters: number) =>
    extractInsights({ title: null, pages: [bytesOf(input, characters).toString()], isOutOfTime })
  for (const known of knownInText) expect(await superlinearGrowth(extract(known), 10_000)).toBeUndefined()
})
