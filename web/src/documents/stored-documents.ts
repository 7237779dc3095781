// Stores which documents this browser uploaded, for the next load of the page. Everything else is on the server.
import * as v from "valibot"

const documentSchema = v.object({
  documentId: v.string(),
  fileName: v.string(),
  sizeBytes: v.number(),
  /** False until all bytes were sent. */
  isUploaded: v.optional(v.boolean(), true),
})
const storedSchema = v.array(documentSchema)
export type StoredDocument = v.InferOutput<typeof documentSchema>

/** Every tab of the page shares one list, so each change is applied to what is stored now. */
export type StoredDocuments = {
  read(): StoredDocument[]
  /** Replaces the document with its id, or adds it at the top. */
  put(document: StoredDocument): void
  remove(documentId: string): void
  /** Calls the listener after another tab changed the list. */
  onChange(listener: () => void): void
}

/** @param envName separates environments that are served from the same origin */
export function createStoredDocuments(storage: Storage, envName: string, tab: EventTarget = window): StoredDocuments {
  const name = `document-insight/${envName}/documents`

  function read(): StoredDocument[] {
    try {
      const stored = v.safeParse(storedSchema, JSON.parse(storage.getItem(name) ?? "[]"))
      return stored.success ? stored.output : []
    } catch {
      return []
    }
  }

  function write(documents: readonly StoredDocument[]): void {
    // Storage may be full or blocked. The documents are then lost when the page is reloaded.
    try {
      storage.setItem(name, JSON.stringify(documents))
    } catch {}
  }

  return {
    read,
    put(document) {
      const stored = read()
      const isKnown = stored.some(({ documentId }) => documentId === document.documentId)
      write(
        isKnown
          ? stored.map((other) => (other.documentId === document.documentId ? document : other))
          : [document, ...stored],
      )
    },
    remove(documentId) {
      const stored = read()
      const kept = stored.filter((document) => document.documentId !== documentId)
      if (kept.length < stored.length) write(kept)
    },
    onChange(listener) {
      // The name is null after all of the storage was cleared.
      tab.addEventListener("storage", (event) => {
        const { key } = event as StorageEvent
        if (key === name || key === null) listener()
      })
    },
  }
}
