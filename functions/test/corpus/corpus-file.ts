// The shape of a file of the corpus, with what reading it has to give.
import type { Insights } from "@document-insight/protocol"

export type Expectation = {
  language?: string | null
  title?: string | null
  /** Of formats with pages. */
  pages?: number
  /** The text, in its order and without regard to white space: all of these are in it. */
  texts?: readonly string[]
  /** What is on a page and not part of the summary or the key phrases: headers, page numbers, printer's marks. */
  furniture?: readonly string[]
  /** A key phrase contains it, in upper or lower case. */
  phrase?: string
  /** Whether three sentences or more can be quoted. */
  hasSummary?: boolean
  /** Who is among the people. */
  people?: readonly string[]
  outline?: Insights["outline"]
  dates?: Insights["dates"]
  amounts?: Insights["amounts"]
  links?: Insights["links"]
  pagesWithoutText?: readonly number[]
  unreadablePages?: readonly number[]
  /** The document cannot be read. */
  errorCode?: "ENCRYPTED" | "CORRUPT" | "EMPTY" | "UNSUPPORTED_TYPE"
}

export type CorpusFile = {
  name: string
  make(): Uint8Array | Promise<Uint8Array>
  expected: Expectation
}
