// Opens a document with the reader of its format. The content decides the format; the declared type only divides text
// into plain text, Markdown and HTML.
import { DocumentError } from "../document-error.ts"
import { decodeText } from "./decode-text.ts"
import { openDocx } from "./docx.ts"
import { openHtml } from "./html.ts"
import { openMarkdown } from "./markdown.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openPdf } from "./pdf.ts"
import { openPlainText } from "./plain-text.ts"

/** @throws DocumentError EMPTY, UNSUPPORTED_TYPE, TOO_LARGE, ENCRYPTED, CORRUPT */
export async function openDocument(bytes: Uint8Array, contentType: string): Promise<OpenedDocument> {
  if (bytes.length === 0) throw new DocumentError("EMPTY")
  if (hasSignature(bytes, "%PDF-", 1024)) return openPdf(bytes)
  if (hasSignature(bytes, "PK\x03\x04", 1)) return openDocx(bytes)
  // Office's older container: an encrypted .docx, or one of the formats before .docx.
  if (hasSignature(bytes, "\xd0\xcf\x11\xe0", 1)) {
    const isEncrypted = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(
      Buffer.from("EncryptedPackage", "utf16le"),
    )
    throw new DocumentError(isEncrypted ? "ENCRYPTED" : "UNSUPPORTED_TYPE")
  }
  const isText = contentType.startsWith("text/")
  const text = decodeText(bytes)
  if (text === undefined || !isText) throw new DocumentError(isText ? "UNSUPPORTED_TYPE" : "CORRUPT")
  if (text.trim() === "") throw new DocumentError("EMPTY")
  if (contentType === "text/html") return openHtml(text)
  return contentType === "text/markdown" ? openMarkdown(text) : openPlainText(text)
}

/** Whether `signature` (one character per byte) starts within the first `reach` bytes. PDF readers allow 1024 before it. */
function hasSignature(bytes: Uint8Array, signature: string, reach: number): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, reach + signature.length - 1))
  return head.includes(Buffer.from(signature, "latin1"))
}
