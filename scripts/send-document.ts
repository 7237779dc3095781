// Sends one file through the running system, as the page does: uploads it over the HTTP API and follows its progress
// over the WebSocket API.
import { readFile, stat } from "node:fs/promises"
import { basename } from "node:path"
import { createDocumentsClient, DocumentError, ProgressClient } from "@document-insight/client"
import { contentTypeOf, isFinal, isProgress, type Progress, parseServerMessage } from "@document-insight/protocol"
import type { AskPassword } from "./ask-password.ts"
import type { DocumentReporter, DocumentResult } from "./document-reporter.ts"

export type SendDocumentOptions = {
  path: string
  /** The CDK outputs: `ApiEndpoint` and `WebSocketApiUrl`. */
  outputs: Readonly<Record<string, string>>
  /** With sign-in: a valid access token. */
  accessToken?: (() => Promise<string>) | undefined
  /** Asked for the password of a document that is protected by one. */
  askPassword: AskPassword
  reporter: DocumentReporter
  signal: AbortSignal
}

/** @returns how processing ended, which is also reported. An error of the document or the system does not reject. */
export async function sendDocument(options: SendDocumentOptions): Promise<DocumentResult> {
  const { path, outputs, accessToken, askPassword, reporter, signal } = options
  const fileName = basename(path)
  const documents = createDocumentsClient({ apiEndpoint: outputs.ApiEndpoint ?? "", accessToken })
  const url = outputs.WebSocketApiUrl ?? ""
  let isFinished = false
  const progressClient = new ProgressClient({
    url: accessToken ? async () => `${url}?ticket=${(await documents.createTicket()).ticket}` : url,
    // After the result nothing is reported, although the server may send more until the connection is closed.
    WebSocket: recording((text) => isFinished || reportMessage(text)),
  })

  function reportMessage(text: string): void {
    const message = parseServerMessage(text)
    if (message && isProgress(message)) reporter.message(fileName, JSON.parse(text))
  }

  function finish(result: DocumentResult): DocumentResult {
    isFinished = true
    reporter.result(result)
    return result
  }

  let documentId: string | null = null
  try {
    reporter.uploading(fileName)
    const { size } = await stat(path)
    if (size === 0) return finish({ fileName, documentId, outcome: "refused", message: "The file is empty." })
    // For an unknown extension the function detects the type from the content, or rejects the document.
    const contentType = contentTypeOf(fileName) ?? "application/octet-stream"
    progressClient.open()
    // Before the file is read, because one over the limit may not fit into memory.
    const target = await documents.create({ fileName, contentType, sizeBytes: size }, { signal })
    documentId = target.documentId
    const body = new Uint8Array(await readFile(path))
    const following: Following = {
      progressClient,
      documentId,
      onProgress: (progress) => reporter.progress(fileName, progress),
      signal,
    }
    const lastProgress = untilFinal(following)
    await Promise.race([lastProgress, documents.upload(target, body, { signal })])
    let last = await lastProgress
    for (let attempt = 0; last.errorCode === "ENCRYPTED"; attempt += 1) {
      const password = await askPassword(fileName, attempt)
      if (password === undefined) break
      progressClient.note((await documents.unlock(documentId, password, { signal })).progress)
      last = await untilFinal(following)
    }
    const { status, errorCode, message } = last
    if (status !== "processing_complete") {
      return finish({
        fileName,
        documentId,
        outcome: "error",
        ...(errorCode !== undefined && { errorCode }),
        ...(message !== undefined && { message }),
      })
    }
    const { insights } = await documents.get(documentId, { signal })
    reporter.insights(fileName, documentId, insights)
    return finish({ fileName, documentId, outcome: "processing_complete" })
  } catch (error) {
    if (signal.aborted) return finish({ fileName, documentId, outcome: "error", message: "Interrupted." })
    if (isFileError(error)) {
      return finish({ fileName, documentId, outcome: "error", message: `The file cannot be read (${error.code}).` })
    }
    if (!(error instanceof DocumentError)) throw error
    const outcome = error.reason === "refused" ? "refused" : "error"
    return finish({ fileName, documentId, outcome, message: error.message })
  } finally {
    progressClient.close()
  }
}

/** An error of the file system, such as a missing permission. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "path" in error
}

type Following = {
  progressClient: ProgressClient
  documentId: string
  onProgress: (progress: Progress) => void
  signal: AbortSignal
}

async function untilFinal({ progressClient, documentId, onProgress, signal }: Following): Promise<Progress> {
  // An interruption while the password was being asked for.
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<Progress>()
  const abort = () => reject(signal.reason)
  signal.addEventListener("abort", abort)
  const stop = progressClient.watch(documentId, (progress) => {
    onProgress(progress)
    if (isFinal(progress)) resolve(progress)
  })
  return await promise.finally(() => {
    signal.removeEventListener("abort", abort)
    stop()
  })
}

/** A WebSocket that reports every text frame that it receives. */
function recording(onText: (text: string) => void) {
  return class extends WebSocket {
    constructor(url: string) {
      super(url)
      this.addEventListener("message", ({ data }) => {
        if (typeof data === "string") onText(data)
      })
    }
  }
}
