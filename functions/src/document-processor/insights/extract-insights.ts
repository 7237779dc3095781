// Extracts a document's insights from its text. Time and memory grow with the length of the text at most, and what takes
// long per character works on a sample of bounded length.
import type { Insights } from "@document-insight/protocol"
import { analyzeEnglish } from "./analyze-english.ts"
import { authorsOf } from "./authors.ts"
import { countWords } from "./count-words.ts"
import { detectLanguage } from "./detect-language.ts"
import { documentTitle } from "./document-title.ts"
import { rankKeyphrases } from "./keyphrases.ts"
import { isReadable } from "./readable-text.ts"
import { sampleEvenly, sampleTexts } from "./sample-evenly.ts"
import { isProse, isQuotable, sentencesOf } from "./sentences.ts"
import { summarize } from "./summarize.ts"
import { textBlocks } from "./text-blocks.ts"
import { isInScriptOf } from "./words.ts"

const wordsPerMinute = 230
const keyphraseLimit = 15
// Of what is longer than a few novels, an even sample says as much as the whole, in bounded time.
export const maxAnalyzedPages = 1_000
export const maxAnalyzedCharacters = 4_000_000
const maxAnalyzedBlocks = 100_000
const maxAnalyzedSentences = 4_000
const maxSentenceCharacters = 800_000
// The item that holds the insights has room for this many page numbers.
// AWS: an item has at most 400 KB (dynamodb-item-size)
const maxListedPages = 10_000

export type DocumentText = {
  /** From the document's metadata. */
  title: string | null
  pages: readonly string[]
  /** Called from time to time: when it returns true, the insights are completed from what is known. */
  isOutOfTime(): boolean
}

/**
 * A document without any text has insights too: no words, and all its pages in `pagesWithoutText`. The text of a page that
 * cannot be read is ignored.
 * Of the names, only authors are searched for in other languages than English.
 */
export async function extractInsights({ title, pages: allPages, isOutOfTime }: DocumentText): Promise<Insights> {
  const pages = allPages.map((page) => (isReadable(page) ? page : ""))
  const words = pages.reduce((sum, page) => sum + countWords(page), 0)
  const sample = sampleTexts(pages, maxAnalyzedPages, maxAnalyzedCharacters)
  const blocks = sampleEvenly(textBlocks(sample), maxAnalyzedBlocks)
  const language = detectLanguage(blocks)
  const prose = blocks
    .flatMap((block) => sentencesOf(block, language))
    .filter((sentence) => isProse(sentence) && isInScriptOf(language, sentence.text))
  const sentences = sampleSentences(prose)
  const texts = sentences.map((sentence) => sentence.text)
  const authors = authorsOf(blocks)
  const { isNoun, ...names } =
    language === "en" ? await analyzeEnglish({ sentences: texts, authors, isOutOfTime }) : namesOf(authors)
  const isNotPerson = ({ text }: { text: string }) => !names.people.some((person) => person.text.includes(text))
  const pagesWithoutText = numbersOf(allPages, (page) => page.trim() === "")
  const unreadablePages = numbersOf(pages, (page, index) => page === "" && allPages[index] !== "")
  return {
    title: documentTitle(title, blocks),
    language,
    pages: pages.length,
    words,
    characters: pages.reduce((sum, page) => sum + page.length, 0),
    readingMinutes: Math.ceil(words / wordsPerMinute),
    summary: summarize(sentences.filter(isQuotable), language),
    keyphrases: rankKeyphrases(texts, { language, isNoun, limit: keyphraseLimit }).filter(isNotPerson),
    ...names,
    pagesWithoutText: pagesWithoutText.slice(0, maxListedPages),
    unreadablePages: unreadablePages.slice(0, maxListedPages),
  }
}

/** Of a document that is not analyzed, as its language is not English. */
function namesOf(authors: readonly string[]) {
  return { people: authors.map((text) => ({ text, count: 1 })), places: [], organizations: [], isNoun: () => true }
}

/** The numbers of the pages for which a condition holds. */
function numbersOf(pages: readonly string[], isListed: (page: string, index: number) => boolean): number[] {
  return pages.flatMap((page, index) => (isListed(page, index) ? [index + 1] : []))
}

/** Fewer sentences when they are much longer than those of ordinary prose. */
function sampleSentences<Item extends { text: string }>(sentences: readonly Item[]): readonly Item[] {
  const sample = sampleEvenly(sentences, maxAnalyzedSentences)
  const characters = sample.reduce((sum, { text }) => sum + text.length, 0)
  if (characters <= maxSentenceCharacters) return sample
  return sampleEvenly(sample, Math.floor((sample.length * maxSentenceCharacters) / characters))
}
