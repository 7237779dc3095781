// Keeps an even sample of a document's pages, of bounded length, while the pages arrive one by one.

export type SampledPage = {
  /** From 1. */
  number: number
  text: string
}

export type PageSampleLimits = { pages: number; characters: number }

export class PageSample {
  readonly #limits: PageSampleLimits
  readonly #totalPages: number
  readonly #pages: SampledPage[] = []
  #characters = 0
  /** Of each page, when all of them have more characters than the limit. */
  #share = Number.POSITIVE_INFINITY

  constructor(totalPages: number, limits: PageSampleLimits) {
    this.#totalPages = totalPages
    this.#limits = limits
  }

  get pages(): readonly SampledPage[] {
    return this.#pages
  }

  /** Adds the page if the sample has its number. Pages are added in their order. */
  add({ number, text }: SampledPage): void {
    if (number !== this.#nextNumber()) return
    const page = { number, text: text.slice(0, this.#share) }
    this.#pages.push(page)
    this.#characters += page.text.length
    if (this.#share === Number.POSITIVE_INFINITY && this.#characters > this.#limits.characters) this.#shorten()
  }

  /** Of the even distribution of `sampleEvenly`. */
  #nextNumber(): number {
    const { pages } = this.#limits
    const index = this.#pages.length
    return this.#totalPages <= pages ? index + 1 : Math.floor((index * this.#totalPages) / pages) + 1
  }

  #shorten(): void {
    this.#share = Math.floor(this.#limits.characters / Math.min(this.#totalPages, this.#limits.pages))
    for (const page of this.#pages) page.text = page.text.slice(0, this.#share)
  }
}
