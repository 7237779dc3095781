// What can be said about a document from its text.
import type { Insights } from "@document-insight/protocol"
import { detectLanguage } from "./detect-language.ts"
import { documentTitle } from "./document-title.ts"
import { rankKeyphrases } from "./keyphrases.ts"
import { readEnglish } from "./read-english.ts"
import { isProse, isQuotable, sentencesOf } from "./sentences.ts"
import { spread } from "./spread.ts"
import { summarize } from "./summarize.ts"
import { textBlocks } from "./text-blocks.ts"

const wordsPerMinute = 230
const keyphraseLimit = 15
// Of what is longer than a few novels, evenly spread parts tell as much as the whole, in bounded time.
const maxAnalyzedPages = 1_000
const maxAnalyzedSentences = 4_000
// The item that holds the insights has room for this many page numbers.
// AWS: an item has at most 400 KB (dynamodb-item-size)
const maxListedPages = 10_000

export type DocumentText = {
  /** From the document's metadata. */
  title: string | null
  pages: readonly string[]
  /** Asked now and then: when true, what is known by then is what is returned. */
  isOutOfTime(): boolean
}

/**
 * A document without any text has insights too: no words, nothing found, and all its pages in `pagesWithoutText`.
 * People, places and organizations are looked for in English only.
 */
export async function extractInsights({ title, pages, isOutOfTime }: DocumentText): Promise<Insights> {
  const words = pages.reduce((sum, page) => sum + countWords(page), 0)
  const blocks = textBlocks(spread(pages, maxAnalyzedPages))
  const language = detectLanguage(blocks)
  const sentences = spread(
    blocks.flatMap((block) => sentencesOf(block, language)).filter(isProse),
    maxAnalyzedSentences,
  )
  const texts = sentences.map((sentence) => sentence.text)
  const { isNoun, ...names } = language === "en" ? await readEnglish(texts, isOutOfTime) : unread
  const isNobody = ({ text }: { text: string }) => !names.people.some((person) => person.text.includes(text))
  const pagesWithoutText = pages.flatMap((page, index) => (page.trim() === "" ? [index + 1] : []))
  return {
    title: documentTitle(title, blocks),
    language,
    pages: pages.length,
    words,
    characters: pages.reduce((sum, page) => sum + page.length, 0),
    readingMinutes: Math.ceil(words / wordsPerMinute),
    summary: summarize(sentences.filter(isQuotable), language),
    keyphrases: rankKeyphrases(texts, { language, isNoun, limit: keyphraseLimit }).filter(isNobody),
    ...names,
    pagesWithoutText: pagesWithoutText.slice(0, maxListedPages),
  }
}

const unread = { people: [], places: [], organizations: [], isNoun: () => true }

/** Words as a reader counts them; "well-known" and "don't" are one each. Scripts without spaces are counted by the segmenter. */
function countWords(text: string): number {
  if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Thai}]/u.test(text)) {
    return [...wordSegmenter.segment(text)].filter((segment) => segment.isWordLike).length
  }
  return text.match(/[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu)?.length ?? 0
}

const wordSegmenter = new Intl.Segmenter(undefined, { granularity: "word" })
