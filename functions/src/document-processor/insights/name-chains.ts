// Finds the chains of words in upper case in English sentences, which names are parts of.
import type { Vocabulary, Word } from "./vocabulary.ts"

/** "Captain Ingrid Dahl of the Maritime Academy" is one, in two segments. */
export type NameChain = {
  text: string
  /** The words between "of" and "for". */
  segments: readonly (readonly string[])[]
  /** How often the text has it. */
  count: number
  /** How often after "in", "near" or "from". */
  asPlace: number
}

const connectors = new Set(["of", "for"])
/** Within the names of people. */
const particles = new Set("de da di du del der den van von la le bin al".split(" "))
const placePrepositions = new Set(["in", "near", "from", "to", "at", "between", "around", "outside", "across", "off"])
const abbreviations = new Set(
  "dr mr mrs ms prof st jr sr gen gov hon sen rep rev capt col lt sgt inc ltd co corp".split(" "),
)
const possessive = /['’]s$/u
const pronoun = /^I(?:['’]|$)/u

/** @param vocabulary with all words of the text */
export function nameChains(sentences: readonly (readonly Word[])[], vocabulary: Vocabulary): NameChain[] {
  const chains = new Map<string, NameChain>()
  for (const words of sentences) {
    for (let at = 0; at < words.length; at += 1) {
      if (!words[at]?.isCapitalized) continue
      const { parts, end } = chainAt(words, at)
      // The first word of a sentence is in upper case anyway; a quotation mark may be before it.
      if (at < 2 && isOrdinary(words[at] as Word, vocabulary)) dropFirst(parts)
      if (parts.length > 0) add(chains, parts, placePrepositions.has(words[at - 1]?.lower ?? ""))
      at = end - 1
    }
  }
  return [...chains.values()]
}

function chainAt(words: readonly Word[], start: number): { parts: string[]; end: number } {
  const parts: string[] = []
  let at = start
  for (;;) {
    const word = words[at]
    if (!word?.isCapitalized || pronoun.test(word.text)) break
    const name = word.text.replace(possessive, "")
    at += 1
    const isAbbreviated = words[at]?.text === "." && (word.text.length === 1 || abbreviations.has(word.lower))
    if (isAbbreviated) at += 1
    parts.push(isAbbreviated ? `${name}.` : name)
    if (name !== word.text) break
    const joined = joiningWords(words, at)
    parts.push(...joined)
    at += joined.length
  }
  return { parts, end: Math.max(at, start + 1) }
}

/** "of", "of the", "van", "de la", if a word in upper case follows. */
function joiningWords(words: readonly Word[], at: number): string[] {
  const [first, second, third] = [words[at], words[at + 1], words[at + 2]]
  if (!first || !(connectors.has(first.text) || particles.has(first.text) || first.text === "&")) return []
  if (second?.isCapitalized) return [first.text]
  const isPair = connectors.has(first.text) ? second?.text === "the" : particles.has(second?.text ?? "")
  return isPair && second && third?.isCapitalized ? [first.text, second.text] : []
}

function isOrdinary(word: Word, vocabulary: Vocabulary): boolean {
  return word.isStop || vocabulary.has(word.text.toLowerCase())
}

/** Drops the first word, and what joins it to the next. */
function dropFirst(parts: string[]): void {
  parts.shift()
  while (parts.length > 0 && !/^\p{Lu}/u.test(parts[0] ?? "")) parts.shift()
}

function add(chains: Map<string, NameChain>, parts: readonly string[], isAfterPreposition: boolean): void {
  const text = parts.join(" ")
  const chain = chains.get(text) ?? { text, segments: segmentsOf(parts), count: 0, asPlace: 0 }
  chain.count += 1
  if (isAfterPreposition) chain.asPlace += 1
  chains.set(text, chain)
}

function segmentsOf(parts: readonly string[]): string[][] {
  const segments: string[][] = [[]]
  for (const [index, part] of parts.entries()) {
    if (connectors.has(part)) segments.push([])
    else if (!(part === "the" && connectors.has(parts[index - 1] ?? ""))) segments.at(-1)?.push(part)
  }
  return segments
}
