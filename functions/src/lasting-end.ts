// Tells the ends that last from the one that a password takes back.
import { isFinal, type Progress } from "@document-insight/protocol"

/** Whether nothing follows, so that watchers need not be kept: a document that ended as ENCRYPTED may be read again. */
export function isLastingEnd(progress: Progress): boolean {
  return isFinal(progress) && progress.errorCode !== "ENCRYPTED"
}
