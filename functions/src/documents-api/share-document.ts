// POST and DELETE /documents/{documentId}/share: creates the link whose bearer may watch a document, and revokes it.
import type { ShareResponse } from "@document-insight/protocol"
import type { Session } from "../session.ts"
import { createSecret, hashOf } from "../storage/secret.ts"
import { type DocumentsApiDependencies, documentNotFound, type RouteResult } from "./route-result.ts"

/** A document has one link: another one replaces it. */
export async function shareDocument(
  documentId: string,
  { userId }: Session,
  { documents, watchers, logger }: Pick<DocumentsApiDependencies, "documents" | "watchers" | "logger">,
): Promise<RouteResult> {
  const shareToken = createSecret()
  const document = await documents.share(documentId, userId, hashOf(shareToken))
  if (!document) return documentNotFound()
  await watchers.forgetShared(document)
  logger.info("document shared")
  return { statusCode: 201, body: { shareToken } satisfies ShareResponse }
}

/** Also ends the watching of those who used the link. Their clients ask again, and the document does not exist for them. */
export async function revokeShare(
  documentId: string,
  { userId }: Session,
  { documents, watchers, logger }: Pick<DocumentsApiDependencies, "documents" | "watchers" | "logger">,
): Promise<RouteResult> {
  const document = await documents.share(documentId, userId, undefined)
  if (!document) return documentNotFound()
  // After the link: a watcher whose row is written later reads the document once more and finds that it may not.
  await watchers.forgetShared(document)
  logger.info("shared link revoked")
  return { statusCode: 204 }
}
