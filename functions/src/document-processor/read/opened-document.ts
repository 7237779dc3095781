// What every format's reader gives: a document that is opened, to be read page by page.

export type OpenedDocument = {
  /** From the document's own metadata; null when it says nothing. */
  title: string | null
  /** At least 1. Formats without pages are cut into parts of about a page's length. */
  totalPages: number
  /** The pages' texts in order, lines separated by "\n"; "" for a page without text. Each is made when it is asked for. */
  pages(): Iterable<string>
  /** Frees what the reader holds; the document cannot be read afterwards. */
  close(): void
}
