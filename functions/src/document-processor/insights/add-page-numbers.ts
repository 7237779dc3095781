// Adds to each phrase, name and summary sentence the first page that it was found on.
//
// A pass of its own over the pages, because blocks of text run across pages, and phrases are counted in samples. It ends
// as soon as everything is found, which is mostly within the first pages.
import { type Insights, normalizeText, searchPattern } from "@document-insight/protocol"
import type { SampledPage } from "./page-sample.ts"
import { isWithoutSpaces } from "./words.ts"

/** What is searched for, until `page` is set. */
type Sought = {
  /** Without anything that line breaks or hyphens may change. Most pages do not contain it, which is found out fast. */
  key: string
  /** The words as such: "Ann Lee" is not in "Mann leer". */
  words: RegExp | undefined
  page: number | null
}

// A sentence may begin on one page and end on the next.
const sentenceStart = 40

/** @param isOutOfTime when it returns true, what was not found until then has no page */
export function addPageNumbers(
  insights: Insights,
  pages: readonly SampledPage[],
  isOutOfTime: () => boolean,
): Insights {
  const phrases = insights.keyphrases.map(withWords)
  const people = insights.people.map(withWords)
  const places = insights.places.map(withWords)
  const organizations = insights.organizations.map(withWords)
  const starts = insights.summary.map((text) => sentenceWith(lettersOf(text).slice(0, sentenceStart)))
  const ends = insights.summary.map((text) => sentenceWith(lettersOf(text).slice(-sentenceStart)))
  find([...phrases, ...people, ...places, ...organizations, ...starts, ...ends], pages, isOutOfTime)
  return {
    ...insights,
    keyphrases: withPages(insights.keyphrases, phrases),
    people: withPages(insights.people, people),
    places: withPages(insights.places, places),
    organizations: withPages(insights.organizations, organizations),
    summaryPages: starts.map(({ page }, index) => page ?? ends[index]?.page ?? null),
  }
}

function withWords({ text }: { text: string }): Sought {
  const pattern = searchPattern(text)
  const isWord = !isWithoutSpaces(text)
  const words = pattern && isWord ? new RegExp(`(?<![\\p{L}\\p{N}])${pattern.source}(?![\\p{L}\\p{N}])`, "iu") : pattern
  // "g" would make the pattern remember where it was.
  return { key: lettersOf(text), words: words && new RegExp(words.source, "iu"), page: null }
}

function sentenceWith(key: string): Sought {
  return { key, words: undefined, page: null }
}

function find(all: Sought[], pages: readonly SampledPage[], isOutOfTime: () => boolean): void {
  let missing = all.filter(({ key }) => key !== "")
  for (const { number, text } of pages) {
    if (missing.length === 0 || isOutOfTime()) return
    const letters = lettersOf(text)
    const normalized = normalizeText(text)
    for (const sought of missing) {
      if (!letters.includes(sought.key) || sought.words?.test(normalized) === false) continue
      sought.page = number
    }
    missing = missing.filter(({ page }) => page === null)
  }
}

function lettersOf(text: string): string {
  return normalizeText(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "")
}

function withPages(terms: Insights["keyphrases"], found: readonly Sought[]): Insights["keyphrases"] {
  return terms.map((term, index) => {
    const page = found[index]?.page
    return typeof page === "number" ? { ...term, page } : term
  })
}
