// Reads the text that earlier invocations stored of a document, which continues after it.
import type { Checkpoint } from "../storage/document-item.ts"
import type { DocumentTexts } from "../storage/document-texts.ts"
import type { PageText } from "../storage/page-blocks.ts"
import type { WrittenTexts } from "../storage/text-writer.ts"

/** Blocks that are requested at the same time; their text is in memory. */
const blocksAtOnce = 4

type Stored = { documentId: string; checkpoint: Checkpoint; texts: Pick<DocumentTexts, "read"> }

/** The texts of the pages that were read, a block at a time. */
export async function* storedTexts({ documentId, checkpoint, texts }: Stored): AsyncGenerator<string[]> {
  const blocks = checkpoint.firstPages.map((_, block) => block)
  for (let start = 0; start < blocks.length; start += blocksAtOnce) {
    const some = blocks.slice(start, start + blocksAtOnce)
    const found = await Promise.all(some.map((block) => storedBlock({ documentId, checkpoint, texts }, block)))
    for (const pages of found) yield pages.map(({ text }) => text)
  }
}

/** What a writer continues after. */
export async function writtenTexts(stored: Stored): Promise<WrittenTexts> {
  const { pages, firstPages } = stored.checkpoint
  return { pages, firstPages, lastBlock: await storedBlock(stored, firstPages.length - 1) }
}

/** Without the pages that an attempt stored which ended after the checkpoint. */
async function storedBlock({ documentId, checkpoint, texts }: Stored, block: number): Promise<PageText[]> {
  const { pages, firstPages } = checkpoint
  const first = firstPages[block] ?? 1
  const count = (firstPages[block + 1] ?? pages + 1) - first
  const found = await texts.read(documentId, block)
  if (!found || found.length < count) throw new Error(`block ${block} of the text of ${documentId} is not complete`)
  return found.slice(0, count)
}
