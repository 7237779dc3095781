// Finds sentences by the words in them, each sentence once.
import { wordsOf } from "./words.ts"

export type SentenceIndex = {
  /** At most `count` sentences with the word that were not returned before. */
  take(word: string, count: number): string[]
}

type Limits = {
  /** How many sentences are kept for each word. */
  sentencesPerWord: number
  /** When sentences of more characters than this were returned, no further ones are. */
  characters: number
}

export function createSentenceIndex(
  sentences: readonly string[],
  { sentencesPerWord, characters }: Limits,
): SentenceIndex {
  const byWord = new Map<string, string[]>()
  for (const sentence of sentences) {
    for (const word of new Set(wordsOf(sentence.toLowerCase()))) {
      const found = byWord.get(word) ?? []
      if (found.length < sentencesPerWord) found.push(sentence)
      byWord.set(word, found)
    }
  }
  const taken = new Set<string>()
  let charactersLeft = characters

  return {
    take(word, count) {
      if (count <= 0 || charactersLeft <= 0) return []
      const found = (byWord.get(word.toLowerCase()) ?? []).filter((sentence) => !taken.has(sentence)).slice(0, count)
      for (const sentence of found) {
        taken.add(sentence)
        charactersLeft -= sentence.length
      }
      return found
    },
  }
}
