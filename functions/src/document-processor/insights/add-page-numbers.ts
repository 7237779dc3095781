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
  /** As it is written; undefined for what is found by its letters alone. */
  words: string | undefined
  /** Of the words in other ways to write them, when it was needed. */
  pattern?: RegExp | undefined
  /** Whether other words do not contain these: "Ann Lee" is not in "Mann leer". */
  areWhole: boolean
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
  return { key: lettersOf(text), words: normalizeText(text), areWhole: !isWithoutSpaces(text), page: null }
}

function sentenceWith(key: string): Sought {
  return { key, words: undefined, areWhole: false, page: null }
}

function find(all: Sought[], pages: readonly SampledPage[], isOutOfTime: () => boolean): void {
  let missing = all.filter(({ key }) => key !== "")
  for (const { number, text } of pages) {
    if (missing.length === 0 || isOutOfTime()) return
    const letters = lettersOf(text)
    const normalized = normalizeText(text)
    for (const sought of missing) {
      if (letters.includes(sought.key) && hasWords(normalized, sought)) sought.page = number
    }
    missing = missing.filter(({ page }) => page === null)
  }
}

/** Mostly as they are written: to compile a pattern for each term takes as long as the rest of the analysis of some pages. */
function hasWords(text: string, sought: Sought): boolean {
  const { words, areWhole } = sought
  if (words === undefined) return true
  const isFound = (start: number, end: number) => !areWhole || isWhole(text, start, end)
  for (let at = text.indexOf(words); at !== -1; at = text.indexOf(words, at + 1)) {
    if (isFound(at, at + words.length)) return true
  }
  sought.pattern ??= searchPattern(words)
  const { pattern } = sought
  if (!pattern) return true
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (isFound(match.index, match.index + match[0].length)) return true
    pattern.lastIndex = match.index + 1
  }
  return false
}

/** Not a part of the pattern, which these classes would make much longer. */
function isWhole(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - longestCharacter), start)
  return !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(text.slice(end, end + longestCharacter))
}

const longestCharacter = 2

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
