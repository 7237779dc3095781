// GET /documents/{documentId}/pages/{page}/thumbnail: returns a small image of a page of a PDF, or of an image.
//
// It is rendered when it is first requested, in a function of its own: reading a document does not wait for it, and a page
// that takes too long or too much memory fails alone.
import type { Logger } from "@aws-lambda-powertools/logger"
import { mayWatch } from "../document-access.ts"
import { DocumentError } from "../document-processor/document-error.ts"
import { pageNumber } from "../documents-api/page-number.ts"
import { documentNotFound, type ProblemResult, textNotReady } from "../documents-api/route-result.ts"
import type { Session } from "../session.ts"
import type { DocumentsTable } from "../storage/documents-table.ts"
import type { PageThumbnails } from "../storage/page-thumbnails.ts"
import { renderThumbnail } from "./render-thumbnail.ts"

export type ThumbnailRequest = {
  documentId: string
  page: string
  session: Session | undefined
  /** The secret of a shared link. */
  shareToken: string | undefined
  /** Of a protected PDF. */
  password: string | undefined
}

export type ReadThumbnailDependencies = {
  documents: Pick<DocumentsTable, "find">
  thumbnails: PageThumbnails
  /** Undefined when the file is gone. */
  download(documentId: string): Promise<Uint8Array | undefined>
  logger: Pick<Logger, "info">
}

const typesWithImages = new Set(["application/pdf", "image/png", "image/jpeg"])

/** 204 when there is no image of the page: browsers report a 404 as an error of the page that requested it. */
export type ThumbnailResult = { statusCode: 200; png: Uint8Array } | { statusCode: 204 } | ProblemResult

export async function readThumbnail(
  { documentId, page: number, session, shareToken, password }: ThumbnailRequest,
  { documents, thumbnails, download, logger }: ReadThumbnailDependencies,
): Promise<ThumbnailResult> {
  const document = await documents.find(documentId)
  if (!document || !mayWatch(document, session, shareToken)) return documentNotFound()
  const { insights, contentType } = document
  if (!insights) return textNotReady()
  const page = pageNumber(number)
  if (page < 1 || page > insights.pages) return notFound(`There is no page ${JSON.stringify(number)} in this document.`)
  if (!typesWithImages.has(contentType)) return { statusCode: 204 }
  const kept = page === 1 ? await thumbnails.read(documentId) : undefined
  if (kept) return { statusCode: 200, png: kept }
  const bytes = await download(documentId)
  if (!bytes) return notFound("The file of this document is no longer kept.")
  try {
    const png = await renderThumbnail(bytes, page, password)
    if (page === 1) await keep(documentId, png, { documents, thumbnails })
    return { statusCode: 200, png }
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    logger.info("page has no thumbnail", { documentId, page, errorCode: error.errorCode })
    // Damaged, or protected by a password, which is not kept: a request may bring it.
    return { statusCode: 204 }
  }
}

/** A thumbnail that was stored while its document was being deleted would outlive it. */
async function keep(
  documentId: string,
  png: Uint8Array,
  { documents, thumbnails }: Pick<ReadThumbnailDependencies, "documents" | "thumbnails">,
): Promise<void> {
  await thumbnails.write(documentId, png)
  if (!(await documents.find(documentId))) await thumbnails.remove(documentId)
}

function notFound(message: string): ProblemResult {
  return { statusCode: 404, body: { message } }
}
