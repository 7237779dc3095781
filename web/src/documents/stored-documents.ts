// Stores which documents this browser uploaded, for the next load of the page. Everything else is on the server.
import * as v from "valibot"

const storedSchema = v.array(v.object({ documentId: v.string(), fileName: v.string(), sizeBytes: v.number() }))
export type StoredDocument = v.InferOutput<typeof storedSchema>[number]

export type StoredDocuments = {
  read(): StoredDocument[]
  write(documents: readonly StoredDocument[]): void
}

/** @param envName separates environments that are served from the same origin */
export function createStoredDocuments(storage: Storage, envName: string): StoredDocuments {
  const name = `document-insight/${envName}/documents`
  return {
    read() {
      try {
        const stored = v.safeParse(storedSchema, JSON.parse(storage.getItem(name) ?? "[]"))
        return stored.success ? stored.output : []
      } catch {
        return []
      }
    },
    write(documents) {
      const text = JSON.stringify(documents)
      // Storage may be full or blocked. The documents are then lost when the page is reloaded.
      try {
        if (storage.getItem(name) !== text) storage.setItem(name, text)
      } catch {}
    },
  }
}
