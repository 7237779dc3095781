// Counts the phrases of one to four words in runs of words.
import { PairNumbers } from "./pair-numbers.ts"
import type { Word } from "./vocabulary.ts"

const maxPhraseWords = 4

export type Phrase = {
  /** Of its words, in any spelling. */
  stems: readonly string[]
  /** Of its uses in the text, in any spelling. */
  count: number
  /** The words of each use, in the order of the text. */
  uses(): Iterable<readonly Word[]>
}

/**
 * A phrase is frequent only if its parts are. So longer phrases are counted where both parts, without the last and without
 * the first word, are frequent: of random words each phrase is a candidate, and to count all takes gigabytes.
 *
 * @returns the phrases that occur `minCount` times or more, in the order of their first uses
 */
export function countPhrases(runs: readonly (readonly Word[])[], minCount: number): Phrase[] {
  const words: (Word | undefined)[] = []
  for (const run of runs) {
    for (const word of run) words.push(word)
    // Phrases do not cross the end of a run.
    words.push(undefined)
  }
  const counts: Counts[] = []
  for (let length = 1; length <= maxPhraseWords; length += 1) counts.push(countOfLength(words, counts.at(-1), minCount))
  const phrases: FoundPhrase[] = []
  const found = counts.map(({ countOf }) => new Array<FoundPhrase | undefined>(countOf.length))
  for (let start = 0; start < words.length; start += 1) {
    for (let length = 1; length <= maxPhraseWords; length += 1) {
      const { phraseAt, countOf } = counts[length - 1] as Counts
      const number = phraseAt[start] as number
      const count = number === -1 ? 0 : (countOf[number] as number)
      if (count < minCount) break
      if (!isCandidate(words, start, start + length)) continue
      const ofLength = found[length - 1] as (FoundPhrase | undefined)[]
      const known = ofLength[number]
      if (known) {
        known.starts.push(start)
        continue
      }
      const phrase: FoundPhrase = { length, count, starts: [start] }
      ofLength[number] = phrase
      phrases.push(phrase)
    }
  }
  const wordsAt = (start: number, length: number) => words.slice(start, start + length) as Word[]
  return phrases.map(({ length, count, starts }) => ({
    stems: wordsAt(starts[0] ?? 0, length).map(({ stem }) => stem),
    count,
    *uses() {
      for (const start of starts) yield wordsAt(start, length)
    },
  }))
}

type FoundPhrase = { length: number; count: number; starts: number[] }

type Counts = {
  length: number
  /** The number of the phrase that starts at a place; -1 without one. */
  phraseAt: Int32Array
  /** By the number of a phrase. */
  countOf: number[]
}

function countOfLength(words: readonly (Word | undefined)[], shorter: Counts | undefined, minCount: number): Counts {
  const numbers = new PairNumbers()
  const phraseAt = new Int32Array(words.length).fill(-1)
  const countOf: number[] = []
  const length = shorter ? shorter.length + 1 : 1
  const isFrequent = (place: number) => {
    const number = shorter?.phraseAt[place] ?? -1
    return number !== -1 && (shorter?.countOf[number] ?? 0) >= minCount
  }
  for (let place = 0; place + length <= words.length; place += 1) {
    const last = words[place + length - 1]
    if (!last) continue
    if (shorter && !(isFrequent(place) && isFrequent(place + 1))) continue
    const number = numbers.numberOf(shorter?.phraseAt[place] ?? 0, last.stemId)
    phraseAt[place] = number
    countOf[number] = (countOf[number] ?? 0) + 1
  }
  return { length, phraseAt, countOf }
}

/** Names of things start and end with a word that is no preposition. */
function isCandidate(words: readonly (Word | undefined)[], start: number, end: number): boolean {
  if (words[start]?.isConnector !== false || words[end - 1]?.isConnector !== false) return false
  for (let at = start; at < end; at += 1) if (words[at]?.isLong) return true
  return false
}
