// Collects a document's insights from its pages, which are added one by one.
//
// Words and characters are counted exactly. What takes long per character works on a sample of bounded length, which is
// all that is kept of the text.
import type { Insights } from "@document-insight/protocol"
import { addPageNumbers } from "./add-page-numbers.ts"
import { analyzeText } from "./analyze-text.ts"
import { countWords } from "./count-words.ts"
import { PageSample, type SampledPage } from "./page-sample.ts"
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
  totalPages: number
}

/** What is kept of the pages that were added. It is plain data, from which another collector can continue. */
export type CollectedPages = {
  pages: number
  words: number
  characters: number
  pagesWithoutText: number[]
  unreadablePages: number[]
  sample: readonly SampledPage[]
}

export class InsightsCollector {
  readonly #title: string | null
  readonly #sample: PageSample
  readonly #pagesWithoutText: number[] = []
  readonly #unreadablePages: number[] = []
  #pages = 0
  #words = 0
  #characters = 0

  /** @param collected of the document's first pages, from a collector that was given only those */
  constructor({ title, totalPages }: DocumentProperties, collected?: CollectedPages) {
    this.#title = title
    this.#sample = new PageSample(totalPages, sampleLimits)
    if (!collected) return
    this.#pages = collected.pages
    this.#words = collected.words
    this.#characters = collected.characters
    this.#pagesWithoutText.push(...collected.pagesWithoutText)
    this.#unreadablePages.push(...collected.unreadablePages)
    for (const page of collected.sample) this.#sample.add(page)
  }

  /** Adds the next page. The text of a page that cannot be read is ignored. */
  add(page: string): void {
    this.#pages += 1
    const text = isReadable(page) ? page : ""
    this.#words += countWords(text)
    this.#characters += text.length
    this.#sample.add({ number: this.#pages, text })
    if (page.trim() === "") list(this.#pagesWithoutText, this.#pages)
    else if (text === "") list(this.#unreadablePages, this.#pages)
  }

  get collected(): CollectedPages {
    return {
      pages: this.#pages,
      words: this.#words,
      characters: this.#characters,
      pagesWithoutText: this.#pagesWithoutText,
      unreadablePages: this.#unreadablePages,
      sample: this.#sample.pages,
    }
  }

  /**
   * A document without any text has insights too: no words, and all its pages in `pagesWithoutText`.
   *
   * @param isOutOfTime called from time to time: when it returns true, the insights are completed from what is known
   */
  async finish(isOutOfTime: () => boolean): Promise<Insights> {
    const sample = this.#sample.pages
    const found = await analyzeText({ title: this.#title, pages: sample.map(({ text }) => text), isOutOfTime })
    const insights = {
      ...found,
      pages: this.#pages,
      words: this.#words,
      characters: this.#characters,
      readingMinutes: Math.ceil(this.#words / wordsPerMinute),
      pagesWithoutText: this.#pagesWithoutText,
      unreadablePages: this.#unreadablePages,
    }
    return addPageNumbers(insights, sample, isOutOfTime)
  }
}

function list(numbers: number[], number: number): void {
  if (numbers.length < maxListedPages) numbers.push(number)
}
