// Records which words a text uses as nouns, since a key phrase ends with one.
import type { Term } from "./term.ts"

export function createWordClasses() {
  const uses = new Map<string, { asNoun: number; inAll: number }>()

  function add(terms: readonly Term[]): void {
    for (const { text, tags } of terms) {
      const word = text.toLowerCase().replace(/[^\p{L}\p{N}]+$/u, "")
      const use = uses.get(word) ?? { asNoun: 0, inAll: 0 }
      use.inAll += 1
      if (tags.has("Noun") && !tags.has("Pronoun")) use.asNoun += 1
      uses.set(word, use)
    }
  }

  /** How often the word was recorded. */
  function usesOf(word: string): number {
    return uses.get(word.toLowerCase())?.inAll ?? 0
  }

  /** True for a word that was not recorded. */
  function isNoun(word: string): boolean {
    const use = uses.get(word.toLowerCase())
    return use === undefined || use.asNoun > use.inAll / 2
  }

  return { add, usesOf, isNoun }
}
