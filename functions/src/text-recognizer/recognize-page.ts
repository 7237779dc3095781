// Recognizes the text of one page: opens its document, takes the page's image, and reads it with Tesseract.
import type { Logger } from "@aws-lambda-powertools/logger"
import { DocumentError } from "../document-processor/document-error.ts"
import { type OpenedFile, openFile } from "./opened-file.ts"
import type { RecognitionRequest, RecognitionResponse } from "./recognition-request.ts"
import { recognizeUpright } from "./recognize-upright.ts"
import type { Tesseract } from "./tesseract.ts"

export type RecognizePageDependencies = {
  /** Undefined when the file is gone. */
  download(documentId: string): Promise<Uint8Array | undefined>
  loadTesseract(): Promise<Tesseract>
  logger: Pick<Logger, "info">
}

/** An invocation that fails leaves its page without text: the processor logs the reason. */
export function createPageRecognizer({ download, loadTesseract, logger }: RecognizePageDependencies) {
  // Loaded while the first document is downloaded, and kept by the execution environment.
  let loading: Promise<Tesseract> | undefined
  let opened: { readingId: string; file: OpenedFile } | undefined

  return async ({ documentId, page, readingId, password }: RecognitionRequest): Promise<RecognitionResponse> => {
    loading ??= loadTesseract()
    // A rejection is reported when it is awaited; the next page tries again.
    loading.catch(() => {
      loading = undefined
    })
    const file = await fileOf({ documentId, readingId, password })
    const image = file.imageOf(page)
    const recognized = image ? recognizeUpright(await loading, image) : { text: "", confidence: 0, turned: 0 }
    const { text, confidence, turned } = recognized
    logger.info("page recognized", { documentId, page, confidence, turned, characters: text.length })
    return { text }
  }

  /** The next pages of a document mostly come to the same environment, which has it open. */
  async function fileOf({ documentId, readingId, password }: Omit<RecognitionRequest, "page">): Promise<OpenedFile> {
    if (opened?.readingId === readingId) return opened.file
    opened?.file.close()
    opened = undefined
    const bytes = await download(documentId)
    if (!bytes) throw new DocumentError("PROCESSING_FAILED", { message: "The uploaded file is gone." })
    const file = await openFile(bytes, password)
    opened = { readingId, file }
    return file
  }
}
