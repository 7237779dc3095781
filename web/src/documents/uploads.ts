// Runs the uploads of this page: a few at a time, each cancellable, and each known to the other tabs.
import type { DocumentsClient } from "@document-insight/client"
import { contentTypeOf } from "@document-insight/protocol"
import { limitConcurrency } from "./limit-concurrency.ts"
import type { StoredDocuments } from "./stored-documents.ts"
import type { UploadLocks } from "./upload-locks.ts"

export type UploadsOptions = {
  documentsClient: Pick<DocumentsClient, "create" | "upload">
  stored: Pick<StoredDocuments, "put">
  locks: Pick<UploadLocks, "hold">
}

export type UploadReports = {
  /** The upload is no longer queued. */
  onStart(): void
  onCreated(documentId: string): void
  /** @param fraction 0 to 1 */
  onProgress(fraction: number): void
}

export class Uploads {
  readonly #options: UploadsOptions
  readonly #running = new Map<string, AbortController>()
  // A presigned upload URL is valid for 15 minutes, so that a document is created only when its upload starts.
  readonly #limit = limitConcurrency(3)

  constructor(options: UploadsOptions) {
    this.#options = options
  }

  get isAnyRunning(): boolean {
    return this.#running.size > 0
  }

  /** Whether an upload with this key is queued or running. */
  has(key: string): boolean {
    return this.#running.has(key)
  }

  /** @returns false after it was cancelled. Rejects with the reason of a failure. */
  async run(key: string, file: File, reports: UploadReports): Promise<boolean> {
    const cancel = new AbortController()
    const { signal } = cancel
    this.#running.set(key, cancel)
    try {
      await this.#limit(() => this.#upload(file, reports, signal))
      return !signal.aborted
    } catch (error) {
      if (signal.aborted) return false
      throw error
    } finally {
      if (this.#running.get(key) === cancel) this.#running.delete(key)
    }
  }

  cancel(key: string): void {
    this.#running.get(key)?.abort()
    this.#running.delete(key)
  }

  async #upload(file: File, { onStart, onCreated, onProgress }: UploadReports, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    onStart()
    const { documentsClient, stored, locks } = this.#options
    const contentType = contentTypeOf(file.name) ?? file.type
    const request = { fileName: file.name, contentType, sizeBytes: file.size }
    const target = await documentsClient.create(request, { signal })
    signal.throwIfAborted()
    const { documentId } = target
    const document = { documentId, fileName: file.name, sizeBytes: file.size }
    onCreated(documentId)
    // Before another tab can know of the document.
    const release = locks.hold(documentId)
    try {
      // Before the first byte, so that a reload shows what was interrupted.
      stored.put({ ...document, isUploaded: false })
      await documentsClient.upload(target, file, { signal, onProgress })
      stored.put({ ...document, isUploaded: true })
    } finally {
      release()
    }
  }
}
