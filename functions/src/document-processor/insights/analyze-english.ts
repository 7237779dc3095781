// Tags the words of an English text with compromise, a part at a time.
import { setImmediate } from "node:timers/promises"
import { type CountedName, createNameCollector } from "./named-entities.ts"
import { sampleEvenly } from "./sample-evenly.ts"
import type { Term } from "./term.ts"
import { createWordClasses } from "./word-classes.ts"

const partCharacters = 4_000
// compromise reads some 80,000 characters a second: of long documents an even sample is enough.
const maxParts = 40

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
  const { default: nlp } = await import("compromise")
  const names = createNameCollector((word) => nlp(word.toLowerCase()).has("#Organization"))
  const classes = createWordClasses()
  const parts = sampleEvenly(partsOf(sentences), maxParts)
  for (const part of parts) {
    if (isOutOfTime()) break
    const text = nlp(part)
    names.add({
      people: termsOf(text.people()),
      places: termsOf(text.places()),
      organizations: termsOf(text.organizations()),
    })
    for (const terms of termsOf(text)) classes.add(terms)
    // Lets messages to the thread be received.
    await setImmediate()
  }
  return { ...names.counted(parts.join("\n"), authors), isNoun: classes.isNoun }
}

function partsOf(sentences: readonly string[]): string[] {
  const parts: string[] = []
  let part: string[] = []
  let characters = 0
  for (const sentence of sentences) {
    part.push(sentence)
    characters += sentence.length + 1
    if (characters <= partCharacters) continue
    parts.push(part.join("\n"))
    part = []
    characters = 0
  }
  if (part.length > 0) parts.push(part.join("\n"))
  return parts
}

/** The terms of each match; `docs` is the source of compromise's own output and many times faster to read. */
function termsOf(matches: { docs: Tagged[][] }): Term[][] {
  return matches.docs.map((terms) => terms.map(({ text, post, tags = none }) => ({ text, post, tags })))
}

type Tagged = { text: string; post: string; tags?: ReadonlySet<string> }
const none: ReadonlySet<string> = new Set()
