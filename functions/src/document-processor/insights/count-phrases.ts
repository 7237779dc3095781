// Counts the phrases of one to four words in runs of words.
import type { Word } from "./vocabulary.ts"

const maxPhraseWords = 4

export type PhraseUse = {
  words: readonly Word[]
  /** Of the phrase in the text, in any spelling. */
  count: number
}

// More than the words of a text that is analyzed.
const maxStems = 2 ** 24

/**
 * A phrase is frequent only if its parts are. So longer phrases are counted where both parts, without the last and without
 * the first word, are frequent: of random words each phrase is a candidate, and to count all takes gigabytes.
 *
 * @returns each use of the phrases that occur `minCount` times or more, in the order of the text
 */
export function countPhrases(runs: readonly (readonly Word[])[], minCount: number): PhraseUse[] {
  const words: (Word | undefined)[] = []
  for (const run of runs) {
    for (const word of run) words.push(word)
    // Phrases do not cross the end of a run.
    words.push(undefined)
  }
  const counts: Counts[] = []
  for (let length = 1; length <= maxPhraseWords; length += 1) counts.push(countOfLength(words, counts.at(-1), minCount))
  const uses: PhraseUse[] = []
  for (let start = 0; start < words.length; start += 1) {
    for (let length = 1; length <= maxPhraseWords; length += 1) {
      const count = countAt(counts[length - 1], start)
      if (count < minCount) break
      const phrase = words.slice(start, start + length) as Word[]
      if (isCandidate(phrase)) uses.push({ words: phrase, count })
    }
  }
  return uses
}

type Counts = {
  length: number
  /** The number of the phrase that starts at a place; -1 without one. */
  phraseAt: Int32Array
  /** By the number of a phrase. */
  countOf: number[]
}

function countAt(counts: Counts | undefined, place: number): number {
  return counts?.countOf[counts.phraseAt[place] ?? -1] ?? 0
}

function countOfLength(words: readonly (Word | undefined)[], shorter: Counts | undefined, minCount: number): Counts {
  const numbers = new Map<number, number>()
  const phraseAt = new Int32Array(words.length).fill(-1)
  const countOf: number[] = []
  const length = shorter ? shorter.length + 1 : 1
  for (let place = 0; place + length <= words.length; place += 1) {
    const last = words[place + length - 1]
    if (!last) continue
    if (shorter && Math.min(countAt(shorter, place), countAt(shorter, place + 1)) < minCount) continue
    const key = (shorter?.phraseAt[place] ?? 0) * maxStems + last.stemId
    const number = numbers.get(key) ?? numbers.size
    numbers.set(key, number)
    phraseAt[place] = number
    countOf[number] = (countOf[number] ?? 0) + 1
  }
  return { length, phraseAt, countOf }
}

/** Names of things start and end with a word that is no preposition. */
function isCandidate(phrase: readonly Word[]): boolean {
  return phrase[0]?.isConnector === false && phrase.at(-1)?.isConnector === false && phrase.some(({ isLong }) => isLong)
}
