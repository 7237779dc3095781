// Time of each reader and of the insights grows at most linearly with the input, and memory stays bounded, whatever short
// pattern the input repeats: a search with random patterns.
import fc from "fast-check"
import { beforeAll, describe, expect, test } from "vitest"
import { type Language, stories, textOf } from "../../test/corpus/stories.ts"
import { extractInsights } from "../../test/extract-insights.ts"
import { fieldReport } from "../../test/field-report.ts"
import {
  bytesOf,
  formats,
  inText,
  knownInText,
  type Repetition,
  readAll,
  repetition,
  repetitions,
} from "../../test/hostile-files/growing-formats.ts"
import { contentTypes } from "../../test/hostile-files/hostile-file.ts"
import { cpuMs, superlinearGrowth } from "../../test/hostile-files/measure-growth.ts"
import { processDocument } from "./process-document.ts"

const isOutOfTime = () => false
// Seconds of CPU time, which may be a minute on a busy machine.
const timeout = 120_000

describe("time grows at most linearly with the input", () => {
  beforeAll(async () => {
    // Loads and compiles what is loaded lazily.
    await extractInsights({ title: null, pages: [fieldReport], isOutOfTime })
    for (const { type, make } of formats) await readAll(make(repetition("a "), 1_000), type)
  }, timeout)

  test.each(formats)("reading $name", { timeout }, async ({ pieces, type, make, runs, known }) => {
    const read = (input: Repetition) => (bytes: number) => readAll(make(input, bytes), type)
    await fc.assert(
      fc.asyncProperty(repetitions(pieces), async (input) => {
        expect(await superlinearGrowth(read(input))).toBeUndefined()
      }),
      { numRuns: runs, examples: known.map((one) => [one]), endOnFailure: true },
    )
  })

  test("extracting insights", { timeout }, async () => {
    const prose = ["Maria ", "Keller ", "of ", "London ", "the ", "river ", "rose ", "well-known ", "it. ", "He "]
    const extract = (input: Repetition) => (characters: number) =>
      extractInsights({ title: null, pages: [bytesOf(input, characters).toString()], isOutOfTime })
    await fc.assert(
      fc.asyncProperty(fc.oneof(repetitions(inText), repetitions(prose)), async (input) => {
        expect(await superlinearGrowth(extract(input), 10_000)).toBeUndefined()
      }),
      { numRuns: 12, examples: knownInText.map((one) => [one]), endOnFailure: true },
    )
  })
})

test("a hundred pages in each language take at most five times as long as in English", { timeout }, async () => {
  // A sheet of paper has fewer characters in the scripts whose characters are words.
  const charactersPerPage = (language: Language) => (["zh", "ja"].includes(language) ? 900 : 2_800)
  const fastest = async (language: Language) => {
    const text = textOf(stories[language])
    const page = text.repeat(Math.ceil(charactersPerPage(language) / text.length))
    const pages = Array.from({ length: 100 }, (_, number) => `${page.slice(number)}\n\n${page.slice(0, number)}`)
    const extract = () => extractInsights({ title: null, pages, isOutOfTime })
    // The first ones are compiled while they run.
    const times = [await cpuMs(extract), await cpuMs(extract), await cpuMs(extract)]
    return Math.min(...times)
  }
  const english = await fastest("en")
  for (const language of Object.keys(stories) as Language[]) {
    expect(await fastest(language), language).toBeLessThan(5 * english + 60)
  }
})

test.each(formats)("memory stays bounded while 2 MB of $name are read and analyzed", { timeout }, async (format) => {
  const { pieces, type, make, memoryMb = 200 } = format
  await fc.assert(
    fc.asyncProperty(repetitions(pieces).filter(hasFewPages), async (repetition) => {
      const reading = processDocument({
        bytes: make(repetition, 2_000_000),
        contentType: contentTypes[type],
        isOutOfTime,
        limits: { memoryBytes: memoryMb * 2 ** 20 },
      })
      const outcome = await lastStep(reading).catch((error) => error.errorCode)
      // A damaged or empty file is an outcome; running out of memory or time is not.
      expect(["complete", "CORRUPT", "EMPTY", "UNSUPPORTED_TYPE"]).toContain(outcome)
    }),
    { numRuns: 3, endOnFailure: true },
  )
})

async function lastStep(reading: AsyncGenerator): Promise<"complete"> {
  for (let step = await reading.next(); !step.done; step = await reading.next());
  return "complete"
}

/** A million form feeds make more pages than are read. */
function hasFewPages({ pattern }: Repetition): boolean {
  return !pattern.includes("\f")
}
