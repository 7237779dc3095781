// POST /documents/{documentId}/password: has a document that ended as ENCRYPTED read again with a password.
import { type DocumentResponse, unlockRequestSchema } from "@document-insight/protocol"
import * as v from "valibot"
import { isOwner } from "../document-access.ts"
import { needsPassword } from "../document-ends.ts"
import type { Session } from "../session.ts"
import type { StoredDocument } from "../storage/document-item.ts"
import { firstSequence } from "../storage/documents-table.ts"
import { unlockMessage } from "../storage/unlock-message.ts"
import { parseJson } from "./parse-json.ts"
import { type DocumentsApiDependencies, documentNotFound, type RouteResult } from "./route-result.ts"

export async function unlockDocument(
  { documentId, session, body }: { documentId: string; session: Session | undefined; body: string },
  { documents, uploadQueue, bucketName, logger }: DocumentsApiDependencies,
): Promise<RouteResult> {
  const document = await documents.find(documentId)
  if (!document || !isOwner(document, session)) return documentNotFound()
  const request = v.safeParse(unlockRequestSchema, parseJson(body))
  if (!request.success) {
    const message = `"password" must be the password of the document: a text of 1 to 256 characters.`
    return { statusCode: 400, body: { message, field: "password" } }
  }
  if (!mayBeUnlocked(document)) {
    const message = "This document does not need a password, or is already being read with one."
    return { statusCode: 409, body: { message } }
  }
  const { password } = request.output
  const { sequence } = document.progress
  // Before the document is reopened: what is reopened without a message would wait for ever.
  await uploadQueue.send(unlockMessage({ bucketName, documentId, password, sequence }), 0)
  // The receiver of the message may have been faster.
  const reopened = (await documents.reopen(documentId, sequence)) ?? (await documents.find(documentId))
  if (!reopened) return documentNotFound()
  logger.info("document is read again with a password")
  const { fileName, progress } = reopened
  return { statusCode: 202, body: { documentId, fileName, progress, insights: null } satisfies DocumentResponse }
}

/** Whether the document ended for want of a password, or was reopened and is not being read yet. */
function mayBeUnlocked({ progress }: StoredDocument): boolean {
  return needsPassword(progress) || (progress.status === "waiting" && progress.sequence > firstSequence)
}
