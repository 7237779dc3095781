// Tags the words of an English text with compromise, a part at a time.
import { setImmediate } from "node:timers/promises"
import { createNameFilter } from "./name-filter.ts"
import { type CountedName, createNameCollector } from "./named-entities.ts"
import { sampleEvenly } from "./sample-evenly.ts"
import { createSentenceIndex } from "./sentence-index.ts"
import type { Term } from "./term.ts"
import { createWordClasses } from "./word-classes.ts"

const partCharacters = 4_000
// Of long documents, an even sample of the text is enough.
const maxParts = 40
// Whether a word is a noun is found out when it is asked for, from a few uses: few words end a key phrase.
const wordClassLimits = { sentencesPerWord: 5, characters: 20_000 }

export type EnglishAnalysis = {
  people: CountedName[]
  places: CountedName[]
  organizations: CountedName[]
  /** Whether the text uses the word mostly as a noun. */
  isNoun(word: string): boolean
}

type EnglishText = {
  /** In the document's order. */
  sentences: readonly string[]
  authors: readonly string[]
  /** Called between parts; the parts that were analyzed by then give the result. */
  isOutOfTime(): boolean
}

export async function analyzeEnglish({ sentences, authors, isOutOfTime }: EnglishText): Promise<EnglishAnalysis> {
  // Loading it takes longer than analyzing many pages, so only documents that need it pay.
  // This tier does without the chunker, whose result is not used.
  const { default: nlp } = await import("compromise/two")
  const tag = (some: readonly string[]) => nlp(some.join("\n")).docs.map(termsOf)
  const names = createNameCollector((word) => nlp(word.toLowerCase()).has("#Organization"))
  const classes = createWordClasses()
  const parts = sampleEvenly(partsOf(sentences), maxParts)
  const text = parts.flat()
  const mayHaveName = createNameFilter(text)
  const untagged: string[] = []
  let hasTime = true
  for (const part of parts) {
    hasTime = !isOutOfTime()
    if (!hasTime) break
    const { named = [], others = [] } = Object.groupBy(part, (sentence) => (mayHaveName(sentence) ? "named" : "others"))
    untagged.push(...others)
    for (const terms of tag(named)) {
      names.add(terms)
      classes.add(terms)
    }
    // Lets messages to the thread be received.
    await setImmediate()
  }
  const index = createSentenceIndex(hasTime ? untagged : [], wordClassLimits)

  function isNoun(word: string): boolean {
    const more = index.take(word, wordClassLimits.sentencesPerWord - classes.usesOf(word))
    for (const terms of tag(more)) classes.add(terms)
    return classes.isNoun(word)
  }

  return { ...names.counted(text.join("\n"), authors), isNoun }
}

function partsOf(sentences: readonly string[]): string[][] {
  const parts: string[][] = []
  let part: string[] = []
  let characters = 0
  for (const sentence of sentences) {
    part.push(sentence)
    characters += sentence.length + 1
    if (characters <= partCharacters) continue
    parts.push(part)
    part = []
    characters = 0
  }
  if (part.length > 0) parts.push(part)
  return parts
}

/** `docs` is the source of compromise's own output and many times faster to read. */
function termsOf(terms: readonly Tagged[]): Term[] {
  return terms.map(({ text, post, tags = none }) => ({ text, post, tags }))
}

type Tagged = { text: string; post: string; tags?: ReadonlySet<string> }
const none: ReadonlySet<string> = new Set()
