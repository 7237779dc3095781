// Requests how far a document is that another tab created, or this one before a reload.
import { DocumentError, type DocumentsClient } from "@document-insight/client"
import type { Progress } from "@document-insight/protocol"
import type { DocumentItem } from "./document-item.ts"
import type { StoredDocument } from "./stored-documents.ts"

export type RequestedDocument =
  | { outcome: "found"; progress: Progress; change: Partial<DocumentItem> }
  /** Its upload was begun, and nothing has arrived. */
  | { outcome: "not-uploaded" }
  | { outcome: "gone"; change: Partial<DocumentItem> }
  /** The request failed: the watch that follows requests the progress again. */
  | { outcome: "unknown"; change: Partial<DocumentItem> }

export async function requestDocument(
  client: Pick<DocumentsClient, "get">,
  { documentId, isUploaded }: StoredDocument,
): Promise<RequestedDocument> {
  try {
    const { fileName, progress, insights } = await client.get(documentId)
    if (!isUploaded && progress.status === "waiting") return { outcome: "not-uploaded" }
    const change: Partial<DocumentItem> = {
      fileName,
      upload: { step: "done" },
      progress,
      insights: insights ? { step: "loaded", insights } : { step: "none" },
    }
    return { outcome: "found", progress, change }
  } catch (error) {
    const isGone = error instanceof DocumentError && error.reason === "not-found"
    if (!isGone) return { outcome: "unknown", change: { upload: { step: "done" } } }
    const message = "This document was deleted or has expired. Upload it again."
    return { outcome: "gone", change: { upload: { step: "failed", message, isRetryable: true } } }
  }
}
