// The documents on this page: what was handed in, where each stands, and what survives a reload.
import { DocumentError, type DocumentsClient, type ProgressClient } from "@document-insight/client"
import { contentTypeOf, type Insights } from "@document-insight/protocol"
import { limitConcurrency } from "./limit-concurrency.ts"
import type { RememberedDocument, RememberedDocuments } from "./remembered-documents.ts"
import { whyNotReadable } from "./why-not-readable.ts"

export type DocumentItem = {
  /** Names the item on this page; a document has an id only once it is announced. */
  readonly key: string
  readonly fileName: string
  readonly sizeBytes: number
  readonly documentId?: string | undefined
  readonly handover: Handover
  readonly insights: InsightsState
}

/** How far the document is on its way to the server; after that its progress tells. */
export type Handover =
  | { step: "restoring" } // handed in before this page was loaded; being asked for
  | { step: "queued" }
  | { step: "uploading"; fraction: number }
  | { step: "done" }
  | { step: "failed"; sentence: string; isRetryable: boolean }

export type InsightsState =
  | { step: "none" }
  | { step: "loading" }
  | { step: "loaded"; insights: Insights }
  | { step: "failed"; sentence: string }

export type DocumentListParts = {
  documentsClient: DocumentsClient
  progressClient: Pick<ProgressClient, "note">
  remembered: RememberedDocuments
}

export class DocumentList {
  readonly #parts: DocumentListParts
  readonly #listeners = new Set<() => void>()
  /** What is needed to hand a document in, and to stop doing so, by key. */
  readonly #files = new Map<string, File>()
  readonly #uploads = new Map<string, AbortController>()
  // An upload's address is valid for 15 minutes: documents that wait for the line to be free are announced later.
  readonly #inTurn = limitConcurrency(3)
  #items: readonly DocumentItem[] = []

  constructor(parts: DocumentListParts) {
    this.#parts = parts
    this.#items = parts.remembered.read().map((document) => ({
      ...document,
      key: document.documentId,
      handover: { step: "restoring" },
      insights: { step: "none" },
    }))
    for (const { key, documentId } of this.#items) if (documentId !== undefined) this.#restore(key, documentId)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): readonly DocumentItem[] => this.#items

  /** Newest first; files of one gesture keep their order. */
  add(files: readonly File[]): void {
    const items = files.map((file): DocumentItem => {
      const key = crypto.randomUUID()
      this.#files.set(key, file)
      const problem = whyNotReadable(file)
      const handover: Handover = problem
        ? { step: "failed", sentence: problem, isRetryable: false }
        : { step: "queued" }
      return { key, fileName: file.name, sizeBytes: file.size, handover, insights: { step: "none" } }
    })
    this.#set([...items, ...this.#items])
    for (const item of items) if (item.handover.step === "queued") this.#handIn(item.key)
  }

  tryAgain(key: string): void {
    this.#update(key, { handover: { step: "queued" } })
    this.#handIn(key)
  }

  /** Takes it off the page at once, and asks the server to delete it. */
  remove(key: string): void {
    const item = this.#find(key)
    if (!item) return
    this.#uploads.get(key)?.abort()
    this.#files.delete(key)
    this.#set(this.#items.filter((other) => other.key !== key))
    if (item.documentId !== undefined) this.#deleteFromServer(item.documentId)
  }

  async loadInsights(key: string): Promise<void> {
    const item = this.#find(key)
    if (item?.documentId === undefined || item.insights.step === "loading" || item.insights.step === "loaded") return
    this.#update(key, { insights: { step: "loading" } })
    try {
      const { insights } = await this.#parts.documentsClient.get(item.documentId)
      if (!insights) throw new DocumentError("failed", "The document was read, but its insights are not there yet.")
      this.#update(key, { insights: { step: "loaded", insights } })
    } catch (error) {
      this.#update(key, { insights: { step: "failed", sentence: sentenceOf(error) } })
    }
  }

  async #restore(key: string, documentId: string): Promise<void> {
    try {
      const { progress, insights } = await this.#parts.documentsClient.get(documentId)
      // Known before it is watched: what is already final is not watched at all.
      this.#parts.progressClient.note(progress)
      this.#update(key, {
        handover: { step: "done" },
        insights: insights ? { step: "loaded", insights } : { step: "none" },
      })
    } catch (error) {
      const isGone = error instanceof DocumentError && error.reason === "not-found"
      const sentence = "This document is no longer kept. Hand it in again to have it read."
      // Whatever else went wrong, the watch that follows will tell where the document stands.
      this.#update(key, { handover: isGone ? { step: "failed", sentence, isRetryable: false } : { step: "done" } })
    }
  }

  async #handIn(key: string): Promise<void> {
    const file = this.#files.get(key)
    if (!file) return
    const cancel = new AbortController()
    this.#uploads.set(key, cancel)
    try {
      await this.#inTurn(() => this.#upload(key, file, cancel.signal))
      this.#files.delete(key)
      this.#update(key, { handover: { step: "done" } })
    } catch (error) {
      const isRetryable = !(error instanceof DocumentError) || error.isRetryable
      this.#update(key, { handover: { step: "failed", sentence: sentenceOf(error), isRetryable } })
    } finally {
      this.#uploads.delete(key)
    }
  }

  async #upload(key: string, file: File, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.#update(key, { handover: { step: "uploading", fraction: 0 } })
    const { documentsClient } = this.#parts
    const contentType = contentTypeOf(file.name) ?? file.type
    const request = { fileName: file.name, contentType, sizeBytes: file.size }
    const target = await documentsClient.create(request, { signal })
    this.#update(key, { documentId: target.documentId })
    await documentsClient.upload(target, file, {
      signal,
      onProgress: (fraction) => this.#update(key, { handover: { step: "uploading", fraction } }),
    })
  }

  #deleteFromServer(documentId: string): void {
    // Nobody waits for it: what cannot be deleted now expires by itself.
    this.#parts.documentsClient.remove(documentId).catch(() => {})
  }

  #find(key: string): DocumentItem | undefined {
    return this.#items.find((item) => item.key === key)
  }

  #update(key: string, change: Partial<DocumentItem>): void {
    this.#set(this.#items.map((item) => (item.key === key ? { ...item, ...change } : item)))
  }

  #set(items: readonly DocumentItem[]): void {
    this.#items = items
    const handedIn = items.flatMap(({ documentId, fileName, sizeBytes, handover }): RememberedDocument[] =>
      documentId !== undefined && (handover.step === "done" || handover.step === "restoring")
        ? [{ documentId, fileName, sizeBytes }]
        : [],
    )
    this.#parts.remembered.write(handedIn)
    for (const listener of this.#listeners) listener()
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof DocumentError ? error.message : "Something unexpected went wrong. Try again."
}
