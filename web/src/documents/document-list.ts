// The documents on the page: uploads files, follows their progress, loads insights, and restores the documents after a
// reload and of other tabs.
import { DocumentError, type DocumentsClient, type ProgressClient } from "@document-insight/client"
import type { Progress } from "@document-insight/protocol"
import { beforeUpload, type DocumentItem, type UploadState } from "./document-item.ts"
import { limitConcurrency } from "./limit-concurrency.ts"
import { messageOf } from "./message-of.ts"
import { addSample } from "./pace.ts"
import { PendingRemoval, type Schedule } from "./pending-removal.ts"
import { requestDocument } from "./request-document.ts"
import type { StoredDocument, StoredDocuments } from "./stored-documents.ts"
import { createUploadLocks, type UploadLocks } from "./upload-locks.ts"
import { Uploads } from "./uploads.ts"
import { isSupported, validateFile } from "./validate-file.ts"

export type DocumentListOptions = {
  documentsClient: DocumentsClient
  progressClient: Pick<ProgressClient, "note" | "watch">
  stored: StoredDocuments
  /** Whether text in images is recognized; by default it is not. */
  acceptsImages?: boolean
  uploadLocks?: UploadLocks
  now?: () => number
  schedule?: Schedule
}

type Removed = { item: DocumentItem; index: number }

export class DocumentList {
  /** What was removed last, while that can be undone. */
  readonly removed: PendingRemoval<Removed>
  readonly #options: DocumentListOptions
  readonly #uploadLocks: UploadLocks
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  /** By key. */
  readonly #files = new Map<string, File>()
  readonly #uploads: Uploads
  readonly #watches = new Map<string, () => void>()
  readonly #limitRequests = limitConcurrency(6)
  #queued = 0
  #items: readonly DocumentItem[] = []

  constructor(options: DocumentListOptions) {
    this.#options = options
    const { documentsClient, stored, uploadLocks = createUploadLocks() } = options
    this.#uploadLocks = uploadLocks
    this.#uploads = new Uploads({ documentsClient, stored, locks: uploadLocks })
    this.#now = options.now ?? Date.now
    this.removed = new PendingRemoval(options.schedule, (removed) => {
      for (const { item } of removed) this.#forgetFile(item)
    })
    this.#readStored()
    stored.onChange(() => this.#readStored())
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): readonly DocumentItem[] => this.#items

  get acceptsImages(): boolean {
    return this.#options.acceptsImages ?? false
  }

  /** Whether a file of this name can be uploaded. */
  readonly isSupported = (name: string): boolean => isSupported(name, this.acceptsImages)

  /** Whether leaving the page would interrupt an upload. */
  get isUploading(): boolean {
    return this.#uploads.isAnyRunning
  }

  /** Adds files at the top, in the given order. @returns their keys */
  add(files: readonly File[]): string[] {
    const items = files.map((file): DocumentItem => {
      const key = crypto.randomUUID()
      this.#files.set(key, file)
      const problem = validateFile(file, this.acceptsImages)
      const upload: UploadState = problem
        ? { step: "failed", message: problem, isRetryable: false }
        : { step: "queued" }
      return { ...this.#newItem(key, file.name, file.size), hasFile: true, upload }
    })
    this.#set([...items, ...this.#items])
    for (const item of items) if (item.upload.step === "queued") this.#startUpload(item.key)
    return items.map(({ key }) => key)
  }

  /** Shows a document that may have been uploaded by another browser. */
  open(documentId: string): void {
    if (this.#items.some((item) => item.documentId === documentId)) return
    const item: DocumentItem = { ...this.#newItem(documentId, "", 0), documentId, isOwn: false }
    this.#set([item, ...this.#items])
    this.#restore(documentId, { documentId, fileName: "", sizeBytes: 0, isUploaded: true })
  }

  /** Uploads the file again, as a new document. */
  retry(key: string): void {
    const item = this.#find(key)
    if (!item) return
    this.#deleteDocument(item)
    this.#update(key, this.#beforeUpload())
    this.#startUpload(key)
  }

  /** Uploads a file that was chosen again in the place of a document. One that cannot be uploaded changes only its message. */
  chooseFile(key: string, file: File): void {
    const message = validateFile(file, this.acceptsImages)
    if (message !== undefined) {
      this.#update(key, { upload: { step: "failed", message, isRetryable: true } })
      return
    }
    this.#files.set(key, file)
    this.#update(key, { fileName: file.name, sizeBytes: file.size, hasFile: true })
    this.retry(key)
  }

  /** Stops the upload or the processing. The document is deleted from the server, and stays on the page. */
  cancel(key: string): void {
    const item = this.#find(key)
    if (!item) return
    this.#stop(key)
    this.#deleteDocument(item)
    this.#update(key, { ...this.#beforeUpload(), upload: { step: "cancelled" } })
  }

  /** Removes documents from the page at once, and from the server when that can no longer be undone. */
  remove(keys: readonly string[]): void {
    const removed = this.#items.flatMap((item, index) => (keys.includes(item.key) ? [{ item, index }] : []))
    if (removed.length === 0) return
    for (const { item } of removed) {
      const isUploading = this.#uploads.has(item.key)
      this.#stop(item.key)
      if (isUploading) this.#deleteDocument(item)
      else if (item.documentId !== undefined) this.#options.stored.remove(item.documentId)
    }
    this.#set(this.#items.filter(({ key }) => !keys.includes(key)))
    this.removed.put(removed)
  }

  undoRemoval(): void {
    const removed = this.removed.take()
    const items = [...this.#items]
    for (const { item, index } of removed) items.splice(index, 0, item)
    this.#set(items)
    for (const { item } of removed.toReversed()) {
      const { key, documentId, fileName, sizeBytes, upload, isOwn } = item
      if (upload.step === "queued" || upload.step === "uploading") this.retry(key)
      else if (documentId !== undefined && (upload.step === "done" || upload.step === "restoring")) {
        const document = { documentId, fileName, sizeBytes, isUploaded: true }
        if (isOwn) this.#options.stored.put(document)
        this.#restore(key, document)
      }
    }
  }

  /** Has a document read again with its password. Rejects with a `DocumentError`. */
  async unlock(key: string, password: string): Promise<void> {
    const { documentId } = this.#find(key) ?? {}
    if (documentId === undefined) return
    const { documentsClient, progressClient } = this.#options
    const { progress } = await documentsClient.unlock(documentId, password).catch((error) => {
      // Another tab may have entered it, or the response to this one was lost: then it is being read already.
      const isRefused = error instanceof DocumentError && error.reason === "refused"
      return isRefused ? documentsClient.get(documentId) : Promise.reject(error)
    })
    this.#watch(key, documentId)
    progressClient.note(progress)
  }

  async loadInsights(key: string): Promise<void> {
    const item = this.#find(key)
    if (item?.documentId === undefined || item.insights.step === "loading" || item.insights.step === "loaded") return
    const { documentId } = item
    this.#update(key, { insights: { step: "loading" } })
    try {
      const { insights } = await this.#limitRequests(() => this.#options.documentsClient.get(documentId))
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
    const kept = this.#items.filter(({ key, documentId, upload, isOwn }) => {
      const hasFailed = upload.step === "failed" && !this.#watches.has(key)
      const isOfThisTab = documentId === undefined || !isOwn || this.#uploads.has(key) || hasFailed
      return isOfThisTab || stored.has(documentId)
    })
    for (const { key } of this.#items) if (!kept.some((item) => item.key === key)) this.#stop(key)
    // The newest is first, and was queued last.
    const items = added.toReversed().map(({ documentId, fileName, sizeBytes }) => ({
      ...this.#newItem(documentId, fileName, sizeBytes),
      documentId,
    }))
    this.#set([...items.toReversed(), ...kept])
    for (const document of added) this.#restore(document.documentId, document)
    // Another tab has completed these uploads.
    for (const { key, documentId, upload } of kept) {
      const document = stored.get(documentId ?? "")
      if (upload.step === "failed" && document?.isUploaded) this.#restore(key, document)
    }
  }

  async #restore(key: string, document: StoredDocument): Promise<void> {
    const { documentId } = document
    const { documentsClient, progressClient, stored } = this.#options
    const requested = await this.#limitRequests(() => requestDocument(documentsClient, document))
    if (requested.outcome === "not-uploaded") {
      this.#watch(key, documentId)
      await this.#restoreUpload(key, documentId)
      return
    }
    // Noted before it is watched, because a document with a final progress is not watched.
    if (requested.outcome === "found") progressClient.note(requested.progress)
    if (requested.outcome === "gone") stored.remove(documentId)
    this.#update(key, requested.change)
    if (requested.outcome !== "gone") this.#watch(key, documentId)
  }

  /** The upload of a document that another tab has begun, or this one before a reload. */
  async #restoreUpload(key: string, documentId: string): Promise<void> {
    if (await this.#uploadLocks.isHeld(documentId)) {
      this.#update(key, { upload: { step: "elsewhere" } })
      await this.#uploadLocks.whenFree(documentId)
    }
    const stored = this.#options.stored.read().find((document) => document.documentId === documentId)
    const { step } = this.#find(key)?.upload ?? {}
    // It was removed, or its first progress has arrived.
    if (!stored || (step !== "restoring" && step !== "elsewhere")) return
    if (stored.isUploaded) await this.#restore(key, stored)
    else {
      const message = "The upload was interrupted when its page was left. Choose the file again."
      this.#update(key, { upload: { step: "failed", message, isRetryable: true } })
    }
  }

  async #startUpload(key: string): Promise<void> {
    const file = this.#files.get(key)
    if (!file) return
    try {
      const isComplete = await this.#uploads.run(key, file, {
        onStart: () => this.#update(key, { upload: { step: "uploading", fraction: 0 }, newsAt: this.#now() }),
        onCreated: (documentId) => {
          this.#update(key, { documentId })
          this.#watch(key, documentId)
        },
        onProgress: (fraction) => this.#noteUpload(key, fraction, file.size),
      })
      // A cancellation or removal has updated the item.
      if (isComplete) this.#update(key, { upload: { step: "done" }, samples: [], newsAt: this.#now() })
    } catch (error) {
      this.#stopWatch(key)
      const { documentId } = this.#find(key) ?? {}
      if (documentId !== undefined) this.#options.stored.remove(documentId)
      const isRetryable = !(error instanceof DocumentError) || error.isRetryable
      this.#update(key, { upload: { step: "failed", message: messageOf(error), isRetryable } })
    }
  }

  #noteUpload(key: string, fraction: number, sizeBytes: number): void {
    const item = this.#find(key)
    if (item?.upload.step !== "uploading") return
    const at = this.#now()
    const samples = addSample(item.samples, { at, done: fraction * sizeBytes })
    this.#update(key, { upload: { step: "uploading", fraction }, samples, newsAt: at })
  }

  #watch(key: string, documentId: string): void {
    this.#stopWatch(key)
    if (!this.#find(key)) return
    // A progress that is known is reported during the call.
    const stop = this.#options.progressClient.watch(documentId, (progress) => this.#noteProgress(key, progress))
    this.#watches.set(key, stop)
  }

  #noteProgress(key: string, progress: Progress): void {
    const item = this.#find(key)
    if (!item) return
    const at = this.#now()
    const { status, pagesProcessed, totalPages } = progress
    // The upload of another tab or an earlier page has arrived after all.
    const hasArrived = !this.#uploads.has(key) && item.upload.step !== "done" && status !== "waiting"
    if (hasArrived) this.#update(key, { upload: { step: "done" } })
    const isCounted = item.upload.step === "done" && status !== "waiting" && totalPages > 0
    const samples = isCounted ? addSample(item.samples, { at, done: pagesProcessed }) : item.samples
    this.#update(key, { progress, samples, newsAt: at })
    if (status === "processing_complete") void this.loadInsights(key)
  }

  /** Ends what runs for an item. */
  #stop(key: string): void {
    this.#uploads.cancel(key)
    this.#stopWatch(key)
  }

  #stopWatch(key: string): void {
    this.#watches.get(key)?.()
    this.#watches.delete(key)
  }

  #forgetFile(item: DocumentItem): void {
    this.#files.delete(item.key)
    this.#deleteDocument(item)
  }

  #deleteDocument({ key, documentId, isOwn }: DocumentItem): void {
    this.#stopWatch(key)
    if (documentId === undefined || !isOwn) return
    this.#options.stored.remove(documentId)
    // Errors are ignored, because the document expires on the server anyway.
    this.#options.documentsClient.remove(documentId).catch(() => {})
  }

  #newItem(key: string, fileName: string, sizeBytes: number): DocumentItem {
    const file = { key, fileName, sizeBytes, isOwn: true, hasFile: false }
    return { ...file, ...this.#beforeUpload(), upload: { step: "restoring" } }
  }

  #beforeUpload() {
    return beforeUpload(this.#queued++, this.#now())
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
