// Reads Word documents (.docx). The format stores no pages (Word makes them when it shows the text), so they are estimated.
import { DocumentError } from "../document-error.ts"
import { cutIntoPages } from "./cut-into-pages.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { zipEntries } from "./zip-entries.ts"

// The text's XML is held in memory as a tree, many times its size. A thousand pages of Word take some 20 MB.
const maxUnpackedBytes = 60_000_000

/** @throws DocumentError UNSUPPORTED_TYPE, TOO_LARGE, CORRUPT */
export async function openDocx(bytes: Uint8Array): Promise<OpenedDocument> {
  const entries = zipEntries(bytes)
  if (entries.length === 0) throw new DocumentError("CORRUPT")
  const text = entries.filter(({ name }) => name.startsWith("word/") && name.endsWith(".xml"))
  if (text.length === 0) throw new DocumentError("UNSUPPORTED_TYPE")
  if (text.some(({ unpackedBytes }) => unpackedBytes > maxUnpackedBytes)) throw new DocumentError("TOO_LARGE")

  const { default: mammoth } = await import("mammoth")
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { value } = await mammoth.extractRawText({ buffer }).catch((cause) => {
    throw new DocumentError("CORRUPT", { cause })
  })
  const pages = cutIntoPages(value)
  return { title: null, totalPages: pages.length, pages: () => pages, close() {} }
}
