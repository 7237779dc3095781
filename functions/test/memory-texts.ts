// The text of documents in memory, for tests of what reads and writes it. The keys are those of the bucket.
import type { DocumentTexts } from "../src/storage/document-texts.ts"
import { pageTextOf, type StoredPage } from "../src/storage/page-blocks.ts"
import { TextWriter } from "../src/storage/text-writer.ts"

export type MemoryTexts = DocumentTexts & {
  blocks: Map<string, readonly StoredPage[]>
  /** Rejects the next blocks that are stored. */
  failure: Error | undefined
}

export function memoryTexts(): MemoryTexts {
  const blocks = new Map<string, readonly StoredPage[]>()
  const keyOf = (documentId: string, block: number) => `texts/${documentId}/${block}`
  const texts: MemoryTexts = {
    blocks,
    failure: undefined,
    writer: (documentId, written) =>
      new TextWriter(async (block, pages) => {
        if (texts.failure) throw texts.failure
        blocks.set(keyOf(documentId, block), pages)
      }, written),
    read: async (documentId, block) => blocks.get(keyOf(documentId, block))?.map(pageTextOf),
    remove: async (documentId) => {
      for (const key of blocks.keys()) if (key.startsWith(`texts/${documentId}/`)) blocks.delete(key)
    },
  }
  return texts
}
