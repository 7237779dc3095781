// Reads one document from its bytes to its insights, and says after each page how far it is.
import { setImmediate } from "node:timers/promises"
import type { Insights } from "@document-insight/protocol"
import { DocumentError } from "./document-error.ts"
import { extractInsights } from "./insights/extract-insights.ts"
import { openDocument } from "./read/open-document.ts"

export type PageRead = { pagesProcessed: number; totalPages: number }

export type DocumentToRead = {
  bytes: Uint8Array
  contentType: string
  /** Whether no time is left: asked before each page. */
  isOutOfTime(): boolean
}

/**
 * Yields once per page and returns the insights.
 *
 * A document without text on any page (a scan) is read all the same: its insights count no words and name its pages in
 * `pagesWithoutText`. Only a file with nothing in it is EMPTY.
 *
 * @throws DocumentError when trying again would end the same way; anything else is a bug or a passing failure.
 */
export async function* processDocument(document: DocumentToRead): AsyncGenerator<PageRead, Insights> {
  const opened = await openDocument(document.bytes, document.contentType)
  try {
    const pages: string[] = []
    for (const page of opened.pages()) {
      if (document.isOutOfTime()) throw new DocumentError("TIMED_OUT")
      pages.push(page)
      yield { pagesProcessed: pages.length, totalPages: opened.totalPages }
      // Reading a page is one long piece of computing: sockets get their turn in between.
      await setImmediate()
    }
    return await extractInsights({ title: opened.title, pages, isOutOfTime: document.isOutOfTime })
  } finally {
    opened.close()
  }
}
