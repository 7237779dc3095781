// GET /documents/{documentId}: returns the progress of a document, and its insights once it has been read.
import type { DocumentResponse } from "@document-insight/protocol"
import { mayWatch } from "../document-access.ts"
import type { Session } from "../session.ts"
import { type DocumentsApiDependencies, documentNotFound, type RouteResult } from "./route-result.ts"

export type ReadDocumentRequest = {
  documentId: string
  session: Session | undefined
  /** The secret of a shared link. */
  shareToken: string | undefined
}

export async function readDocument(
  { documentId, session, shareToken }: ReadDocumentRequest,
  { documents }: Pick<DocumentsApiDependencies, "documents">,
): Promise<RouteResult> {
  const document = await documents.find(documentId)
  if (!document || !mayWatch(document, session, shareToken)) return documentNotFound()
  const { fileName, progress, insights } = document
  return { statusCode: 200, body: { documentId, fileName, progress, insights } satisfies DocumentResponse }
}
