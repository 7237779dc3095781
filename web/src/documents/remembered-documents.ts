// Which documents this browser handed in, kept over a reload. The server keeps everything else about them.
import * as v from "valibot"

const rememberedSchema = v.array(v.object({ documentId: v.string(), fileName: v.string(), sizeBytes: v.number() }))
export type RememberedDocument = v.InferOutput<typeof rememberedSchema>[number]

export type RememberedDocuments = {
  read(): RememberedDocument[]
  write(documents: readonly RememberedDocument[]): void
}

/** @param envName keeps environments apart that are served from the same origin. */
export function rememberDocumentsIn(storage: Storage, envName: string): RememberedDocuments {
  const name = `document-insight/${envName}/documents`
  return {
    read() {
      try {
        const kept = v.safeParse(rememberedSchema, JSON.parse(storage.getItem(name) ?? "[]"))
        return kept.success ? kept.output : []
      } catch {
        return []
      }
    },
    write(documents) {
      const text = JSON.stringify(documents)
      // Storage may be full or forbidden: the page then works until it is reloaded.
      try {
        if (storage.getItem(name) !== text) storage.setItem(name, text)
      } catch {}
    },
  }
}
