// Compares the counts of phrases with those of each phrase on its own.
import fc from "fast-check"
import { expect, test } from "vitest"
import { countPhrases } from "./count-phrases.ts"
import { Vocabulary, type Word } from "./vocabulary.ts"

/** Counts every phrase, frequent or not. */
function countAll(runs: readonly (readonly Word[])[], minCount: number) {
  const phrases = runs.flatMap((run) =>
    run.flatMap((_, start) =>
      [1, 2, 3, 4].filter((length) => start + length <= run.length).map((length) => run.slice(start, start + length)),
    ),
  )
  const keyOf = (words: readonly Word[]) => words.map(({ stem }) => stem).join(" ")
  const counts = new Map<string, number>()
  for (const words of phrases) counts.set(keyOf(words), (counts.get(keyOf(words)) ?? 0) + 1)
  const frequent = phrases
    .filter((words) => (counts.get(keyOf(words)) ?? 0) >= minCount)
    .filter((words) => !words[0]?.isConnector && !words.at(-1)?.isConnector && words.some(({ isLong }) => isLong))
  const uses = Map.groupBy(frequent, keyOf)
  return [...uses].map(([key, found]) => ({ stems: key, count: counts.get(key) ?? 0, uses: found.map(textOf) }))
}

const textOf = (words: readonly Word[]) => words.map(({ text }) => text).join(" ")

test("finds frequent phrases in the order of their first uses", () => {
  const words = fc.constantFrom("sirena", "Sirenas", "de", "río", "nivel", "x", "agua")
  fc.assert(
    fc.property(
      fc.array(fc.array(words, { maxLength: 8 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      (texts, min) => {
        const vocabulary = new Vocabulary("es")
        const runs = texts.map((text) => vocabulary.wordsOf(text.join(" ")))
        const found = countPhrases(runs, min).map(({ stems, count, uses }) => {
          return { stems: stems.join(" "), count, uses: [...uses()].map(textOf) }
        })
        expect(found).toEqual(countAll(runs, min))
      },
    ),
  )
})
