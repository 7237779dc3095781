// Reads a sample of a document's stored text for a summary: of bounded length, and even over the pages.
import type { DocumentTexts } from "../../storage/document-texts.ts"
import { blockOf } from "../../storage/page-blocks.ts"
import { sampleEvenly } from "../insights/sample-evenly.ts"

/** About 5,000 tokens of English: what a request costs is limited by this. */
const maxSampleCharacters = 20_000
/** Each page then has room for a paragraph, and few blocks are read. */
const maxSamplePages = 40

type StoredText = {
  documentId: string
  /** The number of pages. */
  pages: number
  firstPages: readonly number[]
  /** Pages whose text is not readable. */
  skipped: readonly number[]
  texts: Pick<DocumentTexts, "read">
}

/** @throws Error when the text was deleted */
export async function sampleText({ documentId, pages, firstPages, skipped, texts }: StoredText): Promise<string> {
  const isSkipped = new Set(skipped)
  const numbers = Array.from({ length: pages }, (_, index) => index + 1).filter((page) => !isSkipped.has(page))
  const sampled: string[] = []
  let current: { index: number; texts: string[] } | undefined
  for (const page of sampleEvenly(numbers, maxSamplePages)) {
    const index = blockOf(page, firstPages)
    if (current?.index !== index) {
      // One at a time, so that memory holds one block.
      const block = await texts.read(documentId, index)
      if (!block) throw new Error(`block ${index} of the text of ${documentId} is gone`)
      current = { index, texts: block.map(({ text }) => text) }
    }
    sampled.push((current.texts[page - (firstPages[index] ?? 1)] ?? "").trim())
  }
  const share = shareOf(
    sampled.map(({ length }) => length),
    maxSampleCharacters,
  )
  const parts = sampled.filter((text) => text !== "").map((text) => text.slice(0, share))
  return parts.join("\n\n").toWellFormed()
}

/** The length that each page may have so that all of them together have the limit: short pages leave theirs to long ones. */
function shareOf(lengths: readonly number[], limit: number): number {
  let left = limit
  for (const [index, length] of lengths.toSorted((one, other) => one - other).entries()) {
    const share = Math.floor(left / (lengths.length - index))
    if (length > share) return share
    left -= length
  }
  return limit
}
