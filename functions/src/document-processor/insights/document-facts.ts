// Collects the dates, amounts and links of a document, page by page: the first ones of each kind, each of them once.
import type { Insights } from "@document-insight/protocol"
import { amountValue } from "./amount-value.ts"
import { type FoundAmount, findAmounts } from "./find-amounts.ts"
import { type FoundDate, findDates } from "./find-dates.ts"
import { findLinks, linkTarget } from "./find-links.ts"

const maxListed = 50
/** A document of prices is not searched to its end for one more that differs. */
const maxFound = 20_000

/** What a link of a document leads to, with the page that it is on. */
export type LinkOnPage = { target: string; page: number }

export class DocumentFacts {
  readonly #dates = new FirstOnes<FoundDate>()
  readonly #amounts = new FirstOnes<FoundAmount>()
  readonly #links = new FirstOnes<string>()

  /** @param number of the page, from 1; pages are added in their order */
  add(text: string, number: number): void {
    if (/\d/.test(text)) {
      this.#dates.add(findDates, text, number)
      this.#amounts.add(findAmounts, text, number)
    }
    this.#links.add(findLinks, text, number)
  }

  /**
   * @param language of the document, which decides what a separator means
   * @param targets of links whose address need not be in the text
   */
  list(language: string | null, targets: readonly LinkOnPage[]): Pick<Insights, "dates" | "amounts" | "links"> {
    const amounts = this.#amounts.entries.map(({ found, page }) => {
      return { ...amountValue(found, language), text: found.text, page }
    })
    return {
      dates: this.#dates.entries.map(({ found, page }) => ({ ...found, page })),
      amounts,
      links: this.#linksWith(targets),
    }
  }

  #linksWith(targets: readonly LinkOnPage[]): { url: string; page: number }[] {
    const written = this.#links.entries.map(({ found, page }) => ({ url: found, page }))
    const behind = targets.flatMap(({ target, page }) => {
      const url = linkTarget(target)
      return url === undefined ? [] : [{ url, page }]
    })
    const links = new Map<string, { url: string; page: number }>()
    for (const link of [...written, ...behind].toSorted((a, b) => a.page - b.page)) {
      const key = new URL(link.url).href.replace(/\/$/, "")
      if (!links.has(key)) links.set(key, link)
    }
    return [...links.values()].slice(0, maxListed)
  }
}

/** What was found first, each of it once, with its page. */
class FirstOnes<Found> {
  readonly #entries = new Map<string, { found: Found; page: number }>()
  #count = 0

  get entries(): { found: Found; page: number }[] {
    return [...this.#entries.values()]
  }

  add(find: (text: string) => Iterable<Found>, text: string, page: number): void {
    if (this.#entries.size >= maxListed || this.#count >= maxFound) return
    for (const found of find(text)) {
      const key = JSON.stringify(found)
      if (!this.#entries.has(key)) this.#entries.set(key, { found, page })
      this.#count += 1
      if (this.#entries.size >= maxListed || this.#count >= maxFound) return
    }
  }
}
