// Tells the end that a password takes back from the ends that last.
import { isFinal, type Progress } from "@document-insight/protocol"

export function needsPassword(progress: Progress): boolean {
  return isFinal(progress) && progress.errorCode === "ENCRYPTED"
}

/** Whether nothing follows, so that watchers need not be kept. */
export function isLastingEnd(progress: Progress): boolean {
  return isFinal(progress) && !needsPassword(progress)
}
