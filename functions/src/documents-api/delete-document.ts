// DELETE /documents/{documentId}: removes the file, its text, its insights and its watchers.
import { isOwner } from "../document-access.ts"
import type { Session } from "../session.ts"
import type { EndReason } from "../storage/documents-table.ts"
import { type DocumentsApiDependencies, documentNotFound, type RouteResult } from "./route-result.ts"

/** The ids that this API issues. Another one could be part of the key of another document's object. */
const documentIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const documentWasDeleted: EndReason = { errorCode: "DOCUMENT_NOT_FOUND", message: "This document was deleted." }

export async function deleteDocument(
  documentId: string,
  session: Session | undefined,
  { documents, watchers, uploads, texts, notifier, logger }: DocumentsApiDependencies,
): Promise<RouteResult> {
  const document = await documents.find(documentId)
  if (!document) {
    // A deletion that failed after it removed the row is repeated by the client, and an upload may have arrived meanwhile.
    if (documentIdPattern.test(documentId)) await removeFiles()
    return documentNotFound()
  }
  // For another user's document the same response, which does not tell that it exists.
  if (!isOwner(document, session)) return documentNotFound()
  // Stops an attempt that is under way; a document that has ended already stays as it is.
  const ended = await documents.end(documentId, documentWasDeleted, "open")
  // The attempt that ended it may not have notified its watchers yet, whose rows are removed below.
  const last = ended ?? (await documents.find(documentId))
  if (last && (await notifier.deliver(last)) === "undelivered") throw new Error("watchers could not be notified")
  const blocks = (last ?? document).firstPages?.length
  await removeFiles(blocks)
  await watchers.forgetDocument({ documentId, watchersAreSpread: (last ?? document).watchersAreSpread })
  // The row is removed last, so that a deletion that failed half-way can be repeated.
  await documents.remove(documentId)
  // An upload that arrived before this line may have been processed while the row was there; the processor removes the
  // object of every later one, and the text that it stores later.
  await removeFiles(blocks)
  logger.info("document deleted")
  return { statusCode: 204 }

  async function removeFiles(blocks?: number): Promise<void> {
    await uploads.remove(documentId)
    await texts.remove(documentId, blocks)
  }
}
