// GET /documents/{documentId}/pages/{page}: returns the text of a page.
import type { PageResponse } from "@document-insight/protocol"
import { mayWatch } from "../document-access.ts"
import { blockOf } from "../storage/page-blocks.ts"
import { pageNumber } from "./page-number.ts"
import type { ReadDocumentRequest } from "./read-document.ts"
import {
  type DocumentsApiDependencies,
  documentNotFound,
  type RouteResult,
  textIsGone,
  textNotReady,
} from "./route-result.ts"

export async function readPage(
  { documentId, session, shareToken, page: number }: ReadDocumentRequest & { page: string },
  { documents, texts }: Pick<DocumentsApiDependencies, "documents" | "texts">,
): Promise<RouteResult> {
  const document = await documents.find(documentId)
  if (!document || !mayWatch(document, session, shareToken)) return documentNotFound()
  const { firstPages, insights } = document
  if (!insights) return textNotReady()
  const pages = insights.pages
  const page = pageNumber(number)
  if (page < 1 || page > pages) {
    const message = `There is no page ${JSON.stringify(number)} in this document: its pages are 1 to ${pages}.`
    return { statusCode: 404, body: { message, field: "page" } }
  }
  const block = firstPages && blockOf(page, firstPages)
  const found = block === undefined ? undefined : await texts.read(documentId, block)
  const content = found?.[page - (firstPages?.[block ?? 0] ?? 0)]
  if (!content) return textIsGone()
  return { statusCode: 200, body: { documentId, page, pages, ...content } satisfies PageResponse }
}
