// The headings and links of a document: collected where they are in its text, and listed with their pages.
import type { Insights } from "@document-insight/protocol"
import type { LinkOnPage } from "../insights/document-facts.ts"
import { firstIndex } from "./first-index.ts"

export type Heading = NonNullable<Insights["outline"]>[number]

export type DocumentStructure = { outline: readonly Heading[]; links: readonly LinkOnPage[] }

export const noStructure: DocumentStructure = { outline: [], links: [] }

const maxOutline = 200
/** Of which the deepest are left out until no more than the ones above are left. */
export const maxHeadings = 5_000
export const maxHeadingCharacters = 120
const maxTargets = 200
export const maxTargetCharacters = 500

/** The outline of a long document: without the deepest levels, and then its beginning. */
export function shortenOutline(headings: readonly Heading[]): Heading[] {
  const levels = [...new Set(headings.map(({ level }) => level))].toSorted((a, b) => a - b)
  let kept = [...headings]
  while (kept.length > maxOutline && levels.length > 1) {
    levels.pop()
    const deepest = levels.at(-1) ?? 1
    kept = kept.filter(({ level }) => level <= deepest)
  }
  return kept.slice(0, maxOutline)
}

/** Heading text on one line, shortened; undefined when there is none. */
export function headingText(text: string): string | undefined {
  const line = text
    .slice(0, 2 * maxHeadingCharacters)
    .replace(/\s+/g, " ")
    .trim()
  if (line.length <= maxHeadingCharacters) return line || undefined
  return `${line.slice(0, maxHeadingCharacters - 1).trimEnd()}…`
}

/** The targets of links in a document, each with the first place it is at: a page, or an offset. */
export class FirstPlaces {
  readonly #places = new Map<string, number>()

  get isFull(): boolean {
    return this.#places.size >= maxTargets
  }

  get entries(): [target: string, place: number][] {
    return [...this.#places]
  }

  /** Ignores what leads to no page and no mailbox, and what there is no room for. */
  add(target: string, place: number): void {
    const known = this.#places.get(target)
    if (known !== undefined) this.#places.set(target, Math.min(known, place))
    else if (!this.isFull && isListed(target)) this.#places.set(target, place)
  }
}

function isListed(target: string): boolean {
  return target.length <= maxTargetCharacters && /^\s*(?:https?:|mailto:)/i.test(target)
}

/** The headings and links of a text that is divided into pages later. Offsets are those of a last character. */
export class TextStructure {
  readonly #headings: { text: string; level: number; offset: number }[] = []
  readonly #links = new FirstPlaces()

  addHeading(written: string, level: number, offset: number): void {
    const text = headingText(written)
    if (text !== undefined && this.#headings.length < maxHeadings) this.#headings.push({ text, level, offset })
  }

  addLink(target: string, offset: number): void {
    this.#links.add(target, offset)
  }

  /** @param offset of the other text in this one */
  addAll(other: TextStructure, offset: number): void {
    for (const heading of other.#headings) this.addHeading(heading.text, heading.level, heading.offset + offset)
    this.addLinks(other, (at) => at + offset)
  }

  /** @param offsetOf returns the offset in this text of one in the other */
  addLinks(other: TextStructure, offsetOf: (offset: number) => number): void {
    for (const [target, at] of other.#links.entries) this.addLink(target, offsetOf(at))
  }

  /** @param pages into which the text was divided, without the form feeds between them */
  onPages(text: string, pages: readonly string[]): DocumentStructure {
    const ends = pageEnds(text, pages)
    const outline = this.#headings.map(({ offset, ...heading }) => ({ ...heading, page: pageAt(ends, offset) }))
    const links = this.#links.entries.map(([target, offset]) => ({ target, page: pageAt(ends, offset) }))
    return { outline: shortenOutline(outline), links }
  }
}

function pageEnds(text: string, pages: readonly string[]): number[] {
  let end = 0
  return pages.map((page) => {
    end += page.length
    // Pages contain no form feed, so one that follows ends the page.
    if (text[end] === "\f") end += 1
    return end
  })
}

/** From 1. What follows the last page is on it. */
function pageAt(ends: readonly number[], offset: number): number {
  return (
    Math.min(
      firstIndex(ends, (end) => end > offset),
      Math.max(0, ends.length - 1),
    ) + 1
  )
}
