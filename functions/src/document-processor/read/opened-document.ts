// The interface of a document that a reader has opened.
import type { DocumentStructure } from "./document-structure.ts"

export type OpenedDocument = {
  /** From the document's metadata; null without one. */
  title: string | null
  /** From the document's metadata, as it is written there. */
  author?: string | null
  /** At least 1. Formats without pages are divided into parts of about one page. */
  totalPages: number
  /**
   * The pages' texts in order, lines separated by "\n"; "" for a page without text. A page is read when it is requested.
   *
   * @param skipped how many pages are left out at the start
   */
  pages(skipped?: number): Iterable<string>
  /**
   * Set when the text of a page can be recognized in an image of it: the pages of a PDF have an image and mostly text,
   * those of an image file have no text.
   */
  pageImages?: "with-text" | "without-text"
  /** The headings and links of formats that have them. Called when the pages are read, of which the first may be skipped. */
  structure?(): DocumentStructure
  /** Releases what the reader holds; the document cannot be read afterwards. */
  close(): void
}
