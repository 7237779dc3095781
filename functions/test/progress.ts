// The progress of a document, for tests of what is pushed to its watchers.
import type { Progress } from "@document-insight/protocol"

export const progress: Progress = {
  status: "progress",
  documentId: "d1",
  sequence: 7,
  pagesProcessed: 5,
  totalPages: 10,
  percentComplete: 50,
  timestamp: "2026-11-22T21:00:00.000Z",
}
