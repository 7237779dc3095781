// Reads an uploaded document, from its checkpoint if it has one: stores its text and reports the progress page by page.
import type { Logger } from "@aws-lambda-powertools/logger"
import { type Insights, maxDocumentBytes } from "@document-insight/protocol"
import type { Clock } from "../clock.ts"
import type { ProgressNotifier } from "../progress-notifier/progress-notifier.ts"
import type { Checkpoint, ProgressChange, StoredDocument } from "../storage/document-item.ts"
import type { DocumentTexts } from "../storage/document-texts.ts"
import type { DocumentsTable, Lease } from "../storage/documents-table.ts"
import type { TextWriter } from "../storage/text-writer.ts"
import { DocumentError } from "./document-error.ts"
import type { processDocument, ReadingStep } from "./process-document.ts"
import type { RecognitionClient } from "./recognition/recognition-client.ts"
import { storedTexts, writtenTexts } from "./stored-pages.ts"
import { sampleText } from "./summary/sample-text.ts"
import type { SummaryEngine } from "./summary/summary-engine.ts"
import { writeSummary } from "./summary/write-summary.ts"
import type { UploadEvent } from "./upload-events.ts"
import type { UploadedObjects } from "./uploaded-object.ts"

const uploadIsMissing = "The uploaded file is no longer available. Upload it again."

export type ReadUploadDependencies = {
  documents: Pick<DocumentsTable, "record">
  notifier: Pick<ProgressNotifier, "announce">
  objects: Pick<UploadedObjects, "download">
  texts: Pick<DocumentTexts, "writer" | "read">
  readDocument: typeof processDocument
  /** Undefined when text recognition is off. */
  recognition?: RecognitionClient | undefined
  summaryEngine: SummaryEngine
  /** In how many invocations after its first a document is continued. */
  maxContinuations: number
  logger: Logger
  clock: Pick<Clock, "now">
}

export type UploadToRead = {
  upload: UploadEvent
  lease: Lease
  document: StoredDocument
  /** Whether the document is no longer ours, as far as the heartbeat knows: then the reading stops. */
  isClaimLost(): boolean
  isOutOfTime(): boolean
  /** Until the time is over. */
  remainingMs(): number
}

export type ReadUpload =
  | { outcome: "complete"; insights: Insights; firstPages: number[] }
  /** The next invocation continues from the checkpoint. */
  | { outcome: "paused"; checkpoint: Checkpoint }
  /** The time was over before a page was read. */
  | { outcome: "no-progress" }
  /** The document is no longer ours: deleted, ended or taken over. */
  | { outcome: "lost" }

/** @throws DocumentError when another attempt would end in the same way */
export async function readUpload(work: UploadToRead, dependencies: ReadUploadDependencies): Promise<ReadUpload> {
  const { upload, document, isClaimLost } = work
  const { objects, texts, readDocument, maxContinuations } = dependencies
  if (upload.sizeBytes > maxDocumentBytes) throw new DocumentError("TOO_LARGE")
  const file = await objects.download(upload)
  if (!file) throw new DocumentError("PROCESSING_FAILED", { message: uploadIsMissing })
  // Another file may have been uploaded since.
  const checkpoint = document.checkpoint?.eTag === file.eTag ? document.checkpoint : undefined
  const continuations = document.checkpoint?.continuations ?? 0
  const stored = checkpoint && { documentId: upload.documentId, checkpoint, texts }
  const writer = texts.writer(upload.documentId, stored && (await writtenTexts(stored)))
  const mayContinue = continuations < maxContinuations
  // The next invocation recognizes the pages for which no time is left.
  const remainingMs = () => (mayContinue ? Number.POSITIVE_INFINITY : work.remainingMs())
  const { documentId, password } = upload
  const reading = readDocument({
    bytes: file.bytes,
    contentType: document.contentType,
    password,
    isOutOfTime: () => isClaimLost() || work.isOutOfTime(),
    mayContinue,
    recognition: dependencies.recognition?.({ documentId, password, remainingMs }),
    readBefore: stored && {
      pages: stored.checkpoint.pages,
      counts: { words: stored.checkpoint.words, characters: stored.checkpoint.characters },
      recognition: stored.checkpoint.recognition,
      cpuMs: stored.checkpoint.cpuMs,
      texts: storedTexts(stored),
    },
  })
  try {
    const percentBefore = checkpoint ? document.progress.percentComplete : 0
    const read = await reportPages(reading, { ...work, writer, percentBefore }, dependencies)
    // The text of a deleted document has been removed; nothing would remove what is stored now.
    if (!read || isClaimLost()) return { outcome: "lost" }
    const firstPages = await writer.finish()
    if (read.insights !== "out-of-time") {
      const insights = await summarize({ ...work, insights: read.insights, firstPages }, dependencies)
      return insights ? { outcome: "complete", insights, firstPages } : { outcome: "lost" }
    }
    if (!read.last) return { outcome: "no-progress" }
    if (continuations >= maxContinuations) throw new DocumentError("TIMED_OUT")
    const { pagesProcessed: pages, totalPages, counts, recognition, cpuMs } = read.last
    const optional = { ...(file.eTag !== undefined && { eTag: file.eTag }), ...(recognition && { recognition }) }
    const reached = { pages, totalPages, firstPages, ...counts, cpuMs, continuations: continuations + 1, ...optional }
    return { outcome: "paused", checkpoint: reached }
  } finally {
    await reading.return(undefined as never)
    // A block that is stored later would outlive a document that was deleted.
    await writer.settle()
  }
}

/** @returns how the reading ended and its last step in this invocation; undefined when the document is no longer ours */
async function reportPages(
  reading: ReturnType<typeof processDocument>,
  work: UploadToRead & { writer: TextWriter; percentBefore: number },
  dependencies: ReadUploadDependencies,
): Promise<{ insights: Insights | "out-of-time"; last: ReadingStep | undefined } | undefined> {
  const { writer, percentBefore, isClaimLost } = work
  let percentComplete = percentBefore
  let last: ReadingStep | undefined
  let step = await reading.next()
  for (; !step.done; step = await reading.next()) {
    const { pagesProcessed, totalPages, texts } = step.value
    if (isClaimLost()) return undefined
    await writer.add(texts)
    last = step.value
    const percent = Math.floor((100 * pagesProcessed) / totalPages)
    // An attempt that died may have been further than the checkpoint.
    if (percent <= percentComplete) continue
    percentComplete = percent
    const change = { status: "progress", pagesProcessed, totalPages, percentComplete } as const
    if (!(await report(change, work, dependencies))) return undefined
  }
  return { insights: step.value, last }
}

/** @returns the insights with their summary; undefined when the document is no longer ours */
function summarize(
  work: UploadToRead & { insights: Insights; firstPages: number[] },
  dependencies: ReadUploadDependencies,
): Promise<Insights | undefined> {
  const { insights, firstPages, upload, remainingMs } = work
  const { pages, unreadablePages: skipped = [] } = insights
  const { texts, summaryEngine, clock, logger } = dependencies
  const progress = { status: "progress", pagesProcessed: pages, totalPages: pages, percentComplete: 100 } as const
  return writeSummary(
    {
      insights,
      sampleText: () => sampleText({ documentId: upload.documentId, pages, firstPages, skipped, texts }),
      remainingMs,
    },
    {
      engine: summaryEngine,
      report: (summaryText) => report({ ...progress, summaryText }, work, dependencies),
      clock,
      logger,
    },
  )
}

/** @returns whether the document is still ours */
async function report(
  change: ProgressChange,
  { upload, lease }: UploadToRead,
  { documents, notifier, logger }: ReadUploadDependencies,
): Promise<boolean> {
  try {
    const recorded = await documents.record(upload.documentId, lease, change)
    if (!recorded) return false
    notifier.announce(recorded)
  } catch (error) {
    // The next progress makes up for it: only the end has to be recorded.
    logger.warn("progress not recorded", error as Error)
  }
  return true
}
