// Lets compromise tag the words of an English text, a part at a time.
import { setImmediate } from "node:timers/promises"
import { type CountedName, createNameCollector } from "./named-entities.ts"
import { spread } from "./spread.ts"
import { createWordClasses } from "./word-classes.ts"

const partCharacters = 4_000
// compromise reads some 80,000 characters a second: of long documents evenly spread parts are enough.
const maxParts = 40

export type EnglishReading = {
  people: CountedName[]
  places: CountedName[]
  organizations: CountedName[]
  /** Whether the text uses the word mostly as a noun. */
  isNoun(word: string): boolean
}

/** A word as compromise tagged it; `post` is what stands between it and the next word. */
export type Term = { text: string; post: string; tags: ReadonlySet<string> }

/**
 * @param sentences in the document's order.
 * @param isOutOfTime asked between parts; what was found until then is what is returned.
 */
export async function readEnglish(sentences: readonly string[], isOutOfTime: () => boolean): Promise<EnglishReading> {
  // Loading it takes longer than reading many pages, so only documents that need it pay.
  const { default: nlp } = await import("compromise")
  const names = createNameCollector((word) => nlp(word.toLowerCase()).has("#Organization"))
  const classes = createWordClasses()
  const parts = spread(partsOf(sentences), maxParts)
  for (const part of parts) {
    if (isOutOfTime()) break
    const text = nlp(part)
    names.add({
      people: termsOf(text.people()),
      places: termsOf(text.places()),
      organizations: termsOf(text.organizations()),
    })
    for (const terms of termsOf(text)) classes.add(terms)
    // Sockets get their turn in between.
    await setImmediate()
  }
  return { ...names.counted(parts.join("\n")), isNoun: classes.isNoun }
}

function partsOf(sentences: readonly string[]): string[] {
  const parts: string[] = []
  for (const sentence of sentences) {
    const last = parts.at(-1)
    if (last === undefined || last.length > partCharacters) parts.push(sentence)
    else parts[parts.length - 1] = `${last}\n${sentence}`
  }
  return parts
}

/** The terms of each match; `docs` is what compromise's own output is made from, many times as fast to read. */
function termsOf(matches: { docs: Tagged[][] }): Term[][] {
  return matches.docs.map((terms) => terms.map(({ text, post, tags = none }) => ({ text, post, tags })))
}

type Tagged = { text: string; post: string; tags?: ReadonlySet<string> }
const none: ReadonlySet<string> = new Set()
