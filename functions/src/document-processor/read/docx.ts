// Reads Word documents (.docx). The format stores no pages (Word makes them when it shows the text), so they are estimated.
import { DocumentError } from "../document-error.ts"
import { cutIntoPages } from "./cut-into-pages.ts"
import type { OpenedDocument } from "./opened-document.ts"

/** @throws DocumentError CORRUPT */
export async function openDocx(bytes: Uint8Array): Promise<OpenedDocument> {
  const { default: mammoth } = await import("mammoth")
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { value } = await mammoth.extractRawText({ buffer }).catch((cause) => {
    throw new DocumentError("CORRUPT", { cause })
  })
  const pages = cutIntoPages(value)
  return { title: null, totalPages: pages.length, pages: () => pages, close() {} }
}
