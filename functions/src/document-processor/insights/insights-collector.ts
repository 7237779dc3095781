// Collects a document's insights from its pages, which are added one by one.
//
// Words and characters are counted exactly. What takes long per character works on a sample of bounded length, which is
// all that is kept of the text.
import type { Insights } from "@document-insight/protocol"
import { maxPageCharacters } from "../../storage/page-blocks.ts"
import { type DocumentStructure, noStructure } from "../read/document-structure.ts"
import { addPageNumbers } from "./add-page-numbers.ts"
import { analyzeText } from "./analyze-text.ts"
import { countWords } from "./count-words.ts"
import { DocumentFacts } from "./document-facts.ts"
import { PageSample } from "./page-sample.ts"
import { isReadable } from "./readable-text.ts"

const wordsPerMinute = 230
// Of what is longer than a few novels, an even sample says as much as the whole, in bounded time.
const sampleLimits = { pages: 1_000, characters: 4_000_000 }
// The item that holds the insights has room for this many page numbers.
// AWS: an item has at most 400 KB (dynamodb-item-size)
const maxListedPages = 10_000

export type DocumentProperties = {
  /** From the document's metadata. */
  title: string | null
  /** From the document's metadata. */
  author?: string | null
  totalPages: number
}

/** What is counted of all pages. */
export type TextCounts = { words: number; characters: number }

export class InsightsCollector {
  readonly #title: string | null
  readonly #author: string | null
  readonly #sample: PageSample
  readonly #facts = new DocumentFacts()
  readonly #pagesWithoutText: number[] = []
  readonly #unreadablePages: number[] = []
  #pages = 0
  #words: number
  #characters: number
  #length = 0

  /** @param counts of the document's first pages, which are restored and not added */
  constructor(
    { title, author = null, totalPages }: DocumentProperties,
    counts: TextCounts = { words: 0, characters: 0 },
  ) {
    this.#title = title
    this.#author = author
    this.#sample = new PageSample(totalPages, sampleLimits)
    this.#words = counts.words
    this.#characters = counts.characters
  }

  /** How many pages were added or restored. */
  get pages(): number {
    return this.#pages
  }

  /** Characters of all pages, those that cannot be read included. */
  get length(): number {
    return this.#length
  }

  get counts(): TextCounts {
    return { words: this.#words, characters: this.#characters }
  }

  /** Adds the next page. The text of a page that cannot be read is ignored. */
  add(page: string): void {
    const isIgnored = !this.#keep(page)
    this.#words += isIgnored ? 0 : countWords(page)
    this.#characters += isIgnored ? 0 : page.length
  }

  /** Adds the next page by its stored text, which is counted already. */
  restore(text: string): void {
    this.#keep(text)
  }

  /** @returns whether the page can be read. Of a very long page, only what is stored decides and is analyzed. */
  #keep(page: string): boolean {
    this.#pages += 1
    this.#length += page.length
    const start = page.slice(0, maxPageCharacters)
    const text = isReadable(start) ? start : ""
    this.#sample.add({ number: this.#pages, text })
    this.#facts.add(text, this.#pages)
    if (start.trim() === "") list(this.#pagesWithoutText, this.#pages)
    else if (text === "") list(this.#unreadablePages, this.#pages)
    return text !== ""
  }

  /**
   * A document without any text has insights too: no words, and all its pages in `pagesWithoutText`.
   *
   * @param isOutOfTime called from time to time: when it returns true, the insights are completed from what is known
   */
  async finish(isOutOfTime: () => boolean, { outline, links }: DocumentStructure = noStructure): Promise<Insights> {
    const sample = this.#sample.pages
    const pages = sample.map(({ text }) => text)
    const found = await analyzeText({ title: this.#title, author: this.#author, pages })
    const insights = {
      ...found,
      pages: this.#pages,
      words: this.#words,
      characters: this.#characters,
      readingMinutes: Math.ceil(this.#words / wordsPerMinute),
      pagesWithoutText: this.#pagesWithoutText,
      unreadablePages: this.#unreadablePages,
      outline: [...outline],
      ...this.#facts.list(found.language, links),
    }
    return addPageNumbers(insights, sample, isOutOfTime)
  }
}

function list(numbers: number[], number: number): void {
  if (numbers.length < maxListedPages) numbers.push(number)
}
