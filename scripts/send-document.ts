// Sends one file through the running system, as the page does: over its HTTP API and its WebSocket API.
import { readFile } from "node:fs/promises"
import { basename } from "node:path"
import { createDocumentsClient, DocumentError, ProgressClient } from "@document-insight/client"
import { contentTypeOf, isFinal, type Progress } from "@document-insight/protocol"
import type { Display } from "./show-document.ts"

type Addresses = Readonly<Record<string, string>>

/** @returns whether the document was read to its end. Whatever goes wrong is shown. */
export async function sendDocument(
  path: string,
  outputs: Addresses,
  display: Display,
  signal: AbortSignal,
): Promise<boolean> {
  const fileName = basename(path)
  const documents = createDocumentsClient({ apiEndpoint: outputs.ApiEndpoint ?? "" })
  const watcher = new ProgressClient({ url: outputs.WebSocketApiUrl ?? "", WebSocket: recording(display.message) })
  try {
    const body = new Uint8Array(await readFile(path))
    // What the extension does not tell, the reader finds out by the content, or says that it cannot be read.
    const contentType = contentTypeOf(fileName) ?? "application/octet-stream"
    watcher.open()
    const target = await documents.create({ fileName, contentType, sizeBytes: body.length }, { signal })
    const last = finalProgress(watcher, target.documentId, (progress) => display.progress(fileName, progress), signal)
    await documents.upload(target, body, { signal })
    const { status } = await last
    if (status !== "processing_complete") return false
    const { insights } = await documents.get(target.documentId, { signal })
    display.insights(fileName, insights)
    return true
  } catch (error) {
    if (!(error instanceof DocumentError) && !signal.aborted) throw error
    display.failure(fileName, signal.aborted ? "interrupted" : (error as Error).message)
    return false
  } finally {
    watcher.close()
  }
}

function finalProgress(
  watcher: ProgressClient,
  documentId: string,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Progress> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason))
    watcher.watch(documentId, (progress) => {
      onProgress(progress)
      if (isFinal(progress)) resolve(progress)
    })
  })
}

/** A WebSocket that also shows every text exactly as it came. */
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
