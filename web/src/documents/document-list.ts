// The documents on the page: uploads files, loads insights, and restores the documents after a reload and of other tabs.
import { DocumentError, type DocumentsClient, type ProgressClient } from "@document-insight/client"
import { contentTypeOf, type Insights } from "@document-insight/protocol"
import { limitConcurrency } from "./limit-concurrency.ts"
import type { StoredDocument, StoredDocuments } from "./stored-documents.ts"
import { validateFile } from "./validate-file.ts"

export type DocumentItem = {
  /** Identifies the item on this page; a document has an id only after it is created on the server. */
  readonly key: string
  readonly fileName: string
  readonly sizeBytes: number
  readonly documentId?: string | undefined
  readonly upload: UploadState
  readonly insights: InsightsState
}

/** The state of the upload. After it, the progress of the document applies. */
export type UploadState =
  | { step: "restoring" } // uploaded before this page was loaded; its progress is being requested
  | { step: "queued" }
  | { step: "uploading"; fraction: number }
  | { step: "done" }
  | { step: "failed"; message: string; isRetryable: boolean }

export type InsightsState =
  | { step: "none" }
  | { step: "loading" }
  | { step: "loaded"; insights: Insights }
  | { step: "failed"; message: string }

export type DocumentListOptions = {
  documentsClient: DocumentsClient
  progressClient: Pick<ProgressClient, "note">
  stored: StoredDocuments
}

export class DocumentList {
  readonly #options: DocumentListOptions
  readonly #listeners = new Set<() => void>()
  /** The files to upload and the uploads that can be cancelled, by key. */
  readonly #files = new Map<string, File>()
  readonly #uploads = new Map<string, AbortController>()
  // A presigned upload URL is valid for 15 minutes, so that a document is created only when its upload starts.
  readonly #limit = limitConcurrency(3)
  #items: readonly DocumentItem[] = []

  constructor(options: DocumentListOptions) {
    this.#options = options
    this.#readStored()
    options.stored.onChange(() => this.#readStored())
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): readonly DocumentItem[] => this.#items

  /** Whether leaving the page would interrupt an upload. */
  get isUploading(): boolean {
    return this.#uploads.size > 0
  }

  /** Adds files at the top, in the given order. */
  add(files: readonly File[]): void {
    const items = files.map((file): DocumentItem => {
      const key = crypto.randomUUID()
      this.#files.set(key, file)
      const problem = validateFile(file)
      const upload: UploadState = problem
        ? { step: "failed", message: problem, isRetryable: false }
        : { step: "queued" }
      return { key, fileName: file.name, sizeBytes: file.size, upload, insights: { step: "none" } }
    })
    this.#set([...items, ...this.#items])
    for (const item of items) if (item.upload.step === "queued") this.#startUpload(item.key)
  }

  retry(key: string): void {
    this.#update(key, { upload: { step: "queued" } })
    this.#startUpload(key)
  }

  /** Removes the document from the page at once and from the server in the background. */
  remove(key: string): void {
    const item = this.#find(key)
    if (!item) return
    this.#uploads.get(key)?.abort()
    this.#files.delete(key)
    this.#set(this.#items.filter((other) => other.key !== key))
    if (item.documentId === undefined) return
    this.#options.stored.remove(item.documentId)
    this.#deleteFromServer(item.documentId)
  }

  async loadInsights(key: string): Promise<void> {
    const item = this.#find(key)
    if (item?.documentId === undefined || item.insights.step === "loading" || item.insights.step === "loaded") return
    this.#update(key, { insights: { step: "loading" } })
    try {
      const { insights } = await this.#options.documentsClient.get(item.documentId)
      if (!insights)
        throw new DocumentError("failed", "The document is processed, but its insights are not available yet.")
      this.#update(key, { insights: { step: "loaded", insights } })
    } catch (error) {
      this.#update(key, { insights: { step: "failed", message: messageOf(error) } })
    }
  }

  /** Adds the documents that are new in the storage, and removes those that another tab removed. */
  #readStored(): void {
    const stored = new Map(this.#options.stored.read().map((document) => [document.documentId, document]))
    const known = new Map(this.#items.map((item) => [item.documentId, item]))
    const added = [...stored.values()].filter(({ documentId }) => !known.has(documentId))
    const kept = this.#items.filter(({ key, documentId, upload }) => {
      const isOfThisTab = documentId === undefined || this.#uploads.has(key) || upload.step === "failed"
      return isOfThisTab || stored.has(documentId)
    })
    const items = added.map(({ documentId, fileName, sizeBytes }): DocumentItem => {
      const upload = { step: "restoring" } as const
      return { key: documentId, documentId, fileName, sizeBytes, upload, insights: { step: "none" } }
    })
    this.#set([...items, ...kept])
    for (const document of added) this.#restore(document.documentId, document)
    // Another tab has completed these uploads.
    for (const { key, documentId, upload } of kept) {
      const document = stored.get(documentId ?? "")
      if (upload.step === "failed" && document?.isUploaded) this.#restore(key, document)
    }
  }

  async #restore(key: string, { documentId, isUploaded }: StoredDocument): Promise<void> {
    try {
      const { progress, insights } = await this.#options.documentsClient.get(documentId)
      if (!isUploaded && progress.status === "waiting") {
        const message =
          "The upload of this document is not complete. If no other tab is uploading it, remove it and upload the file again."
        this.#update(key, { upload: { step: "failed", message, isRetryable: false } })
        return
      }
      // Noted before it is watched, because a document with a final progress is not watched.
      this.#options.progressClient.note(progress)
      this.#update(key, {
        upload: { step: "done" },
        insights: insights ? { step: "loaded", insights } : { step: "none" },
      })
    } catch (error) {
      const isGone = error instanceof DocumentError && error.reason === "not-found"
      if (isGone) this.#options.stored.remove(documentId)
      const message = "This document was deleted or has expired. Upload it again."
      // After any other error, the watch that follows requests the progress again.
      this.#update(key, { upload: isGone ? { step: "failed", message, isRetryable: false } : { step: "done" } })
    }
  }

  async #startUpload(key: string): Promise<void> {
    const file = this.#files.get(key)
    if (!file) return
    const cancel = new AbortController()
    this.#uploads.set(key, cancel)
    try {
      await this.#limit(() => this.#upload(key, file, cancel.signal))
      this.#files.delete(key)
      this.#update(key, { upload: { step: "done" } })
    } catch (error) {
      const { documentId } = this.#find(key) ?? {}
      if (documentId !== undefined) this.#options.stored.remove(documentId)
      const isRetryable = !(error instanceof DocumentError) || error.isRetryable
      this.#update(key, { upload: { step: "failed", message: messageOf(error), isRetryable } })
    } finally {
      this.#uploads.delete(key)
    }
  }

  async #upload(key: string, file: File, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.#update(key, { upload: { step: "uploading", fraction: 0 } })
    const { documentsClient } = this.#options
    const contentType = contentTypeOf(file.name) ?? file.type
    const request = { fileName: file.name, contentType, sizeBytes: file.size }
    const target = await documentsClient.create(request, { signal })
    const { documentId } = target
    const stored = { documentId, fileName: file.name, sizeBytes: file.size }
    this.#update(key, { documentId })
    // Before the first byte, so that a reload shows what was interrupted.
    this.#options.stored.put({ ...stored, isUploaded: false })
    await documentsClient.upload(target, file, {
      signal,
      onProgress: (fraction) => this.#update(key, { upload: { step: "uploading", fraction } }),
    })
    this.#options.stored.put({ ...stored, isUploaded: true })
  }

  #deleteFromServer(documentId: string): void {
    // Errors are ignored, because the document expires on the server anyway.
    this.#options.documentsClient.remove(documentId).catch(() => {})
  }

  #find(key: string): DocumentItem | undefined {
    return this.#items.find((item) => item.key === key)
  }

  #update(key: string, change: Partial<DocumentItem>): void {
    this.#set(this.#items.map((item) => (item.key === key ? { ...item, ...change } : item)))
  }

  #set(items: readonly DocumentItem[]): void {
    this.#items = items
    for (const listener of this.#listeners) listener()
  }
}

function messageOf(error: unknown): string {
  return error instanceof DocumentError ? error.message : "Something unexpected went wrong. Try again."
}
