// GET /documents/{documentId}: returns the progress of a document, and its insights once it has been read.
import type { DocumentResponse } from "@document-insight/protocol"
import { type DocumentsApiDependencies, documentNotFound, type RouteResult } from "./route-result.ts"

export async function readDocument(
  documentId: string,
  { documents }: Pick<DocumentsApiDependencies, "documents">,
): Promise<RouteResult> {
  const document = await documents.find(documentId)
  if (!document) return documentNotFound()
  const { fileName, progress, insights } = document
  return { statusCode: 200, body: { documentId, fileName, progress, insights } satisfies DocumentResponse }
}
