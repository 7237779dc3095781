// Finds the names in an English text, and which of its words are nouns.
import { type EnglishNames, englishNames } from "./english-names.ts"
import { loadLexicon } from "./lexicon.ts"
import { nameChains } from "./name-chains.ts"
import { NounUses } from "./noun-uses.ts"
import type { Vocabulary, Word } from "./vocabulary.ts"

export type EnglishAnalysis = EnglishNames & {
  /** Whether the text uses the word mostly as a noun. */
  isNoun(word: string): boolean
}

type EnglishText = {
  sentences: readonly (readonly Word[])[]
  /** With all words of the sentences. */
  vocabulary: Vocabulary
  authors: readonly string[]
}

export async function analyzeEnglish({ sentences, vocabulary, authors }: EnglishText): Promise<EnglishAnalysis> {
  const lexicon = await loadLexicon()
  const chains = nameChains(sentences, vocabulary)
  const names = englishNames({ chains, lexicon, hasWord: (word) => vocabulary.has(word), authors })
  const nouns = new NounUses(lexicon, sentences)
  return { ...names, isNoun: (word) => nouns.isNoun(word) }
}
