// Decides which words a key phrase may have.
import { isLongWord, isWord } from "./words.ts"

/** Prepositions within the names of things: "proyecto de restauración", "bibliothèque d'objets". */
const connectorsOf = new Map<string, ReadonlySet<string>>([
  ["fr", new Set(["de", "du", "des", "d'"])],
  ["es", new Set(["de", "del"])],
  ["it", new Set(["di", "del", "della", "dei", "delle", "d'"])],
  ["pt", new Set(["de", "do", "da", "dos", "das"])],
])
const noConnectors: ReadonlySet<string> = new Set()

const singleHan = /^\p{sc=Han}$/u
// In Japanese, verbs, adjectives and particles end so; nouns seldom do.
const hiraganaEnd = /\p{sc=Hiragana}$/u

export function connectors(language: string | null): ReadonlySet<string> {
  return connectorsOf.get(language ?? "") ?? noConnectors
}

/**
 * Whether a token that is not a stop word may be in a key phrase. A single Chinese character may: it is often part of a
 * longer word.
 */
export function isPhraseWord(token: string): boolean {
  return isWord(token) && (isLongWord(token) || singleHan.test(token)) && !hiraganaEnd.test(token)
}
