// How the text of a document is divided into objects: blocks of pages.
//
// An object per page would cost one request per page: 2.5 cents for 5,000 pages, several times what reading them costs, and
// a search would need 5,000 requests too. Blocks of this size cost a sixtieth of that, and a page is still read with one
// request, which takes hardly longer than that of a smaller object.
import { maxCharacters } from "../document-processor/read/reading-limits.ts"

/** A block ends with the page that reaches this length, so only the last one is shorter. */
export const blockCharacters = 250_000

/** More than 80 typed pages. A longer page is kept up to here, so that every response is below Lambda's limit of 6 MB. */
export const maxPageCharacters = 250_000

/** As many blocks as a document can have: few enough to delete all of them in one request, without listing them. */
export const maxBlocks = maxCharacters / blockCharacters + 1

/** The text of a page, or the start of one that was too long. */
export type StoredPage = string | { start: string }

export type PageText = { text: string; isTruncated: boolean }

export function pageTextOf(page: StoredPage): PageText {
  return typeof page === "string" ? { text: page, isTruncated: false } : { text: page.start, isTruncated: true }
}

export function storedPageOf({ text, isTruncated }: PageText): StoredPage {
  return isTruncated ? { start: text } : text
}

/** The index of the block that contains a page. */
export function blockOf(page: number, firstPages: readonly number[]): number {
  return firstPages.findLastIndex((first) => first <= page)
}
