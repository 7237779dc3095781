// The words of a text, each once: what is decided about a word is decided once for all of its uses.
import { connectors, isPhraseWord } from "./phrase-words.ts"
import { stopWords } from "./stop-words.ts"
import { isLongWord, isWord, tokensOf, withoutElision } from "./words.ts"

/** A word as it is written, or a sign or digit between words. */
export type Word = {
  readonly text: string
  /** In lower case, and with straight apostrophes. */
  readonly lower: string
  /** The number of this word in lower case. */
  readonly lowerId: number
  /** The same for a word in singular and plural. */
  readonly stem: string
  /** The number of the stem. */
  readonly stemId: number
  readonly isWord: boolean
  readonly isLong: boolean
  readonly isStop: boolean
  readonly isCapitalized: boolean
  /** A preposition within the names of things. */
  readonly isConnector: boolean
  /** Whether it may be in a key phrase. */
  readonly isContent: boolean
}

const upperCaseStart = /^\p{Lu}/u
const ending = /(?<=\p{L}{3})(?:'s|(?<!s)s)$/u

export class Vocabulary {
  readonly #words = new Map<string, Word>()
  readonly #lowerIds = new Map<string, number>()
  readonly #stemIds = new Map<string, number>()
  readonly #stops: ReadonlySet<string>
  readonly #connectors: ReadonlySet<string>
  readonly #hasElisions: boolean

  constructor(language: string | null) {
    this.#stops = stopWords(language)
    this.#connectors = connectors(language)
    this.#hasElisions = language === "fr" || language === "it"
  }

  /** The words of a text in their order, with the signs and digits between them. */
  wordsOf(text: string): Word[] {
    const tokens = tokensOf(text)
    const words: Word[] = []
    for (const token of tokens) {
      if (this.#hasElisions) for (const part of withoutElision(token)) words.push(this.#wordOf(part))
      else words.push(this.#wordOf(token))
    }
    return words
  }

  /** Whether the text has a word in this spelling. */
  has(text: string): boolean {
    return this.#words.has(text)
  }

  #wordOf(text: string): Word {
    const known = this.#words.get(text)
    if (known) return known
    const lower = text.toLowerCase().replaceAll("’", "'")
    const isConnector = this.#connectors.has(lower)
    const isStop = this.#stops.has(lower)
    const stem = lower.endsWith("s") ? lower.replace(ending, "") : lower
    const word: Word = {
      text,
      lower,
      lowerId: numberOf(lower, this.#lowerIds),
      stem,
      stemId: numberOf(stem, this.#stemIds),
      isWord: isWord(text),
      isLong: isLongWord(text),
      isStop,
      isCapitalized: upperCaseStart.test(text),
      isConnector,
      isContent: !isStop && isPhraseWord(text),
    }
    this.#words.set(text, word)
    return word
  }
}

function numberOf(key: string, numbers: Map<string, number>): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, numbers.size)
  return numbers.size - 1
}
