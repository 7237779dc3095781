// Opens a document with the reader of its format. The content decides the format; the declared type only divides text
// into plain text, Markdown, HTML, JSON, XML and e-mail.
import { DocumentError } from "../document-error.ts"
import { openCompoundFile } from "./compound-file.ts"
import { declaredEncoding, decodeText } from "./decode-text.ts"
import { openEml } from "./eml.ts"
import { openHtml } from "./html.ts"
import { openImage, readImage } from "./image.ts"
import { openJson } from "./json.ts"
import { openMarkdown } from "./markdown.ts"
import { openArchive } from "./open-archive.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openPdf } from "./pdf.ts"
import { openPlainText } from "./plain-text.ts"
import { openRtf } from "./rtf.ts"
import { openXml } from "./xml.ts"

/** @throws DocumentError EMPTY, UNSUPPORTED_TYPE, TOO_LARGE, ENCRYPTED, CORRUPT */
export async function openDocument(bytes: Uint8Array, contentType: string, password?: string): Promise<OpenedDocument> {
  if (bytes.length === 0) throw new DocumentError("EMPTY")
  if (hasSignature(bytes, "%PDF-", 1024)) return openPdf(bytes, password)
  if (hasSignature(bytes, "PK\x03\x04", 1)) return openArchive(bytes)
  if (hasSignature(bytes, "\xd0\xcf\x11\xe0", 1)) return openCompoundFile(bytes)
  if (hasSignature(bytes, "{\\rtf", 1)) return openRtf(bytes)
  const image = readImage(bytes)
  if (image) return openImage(image)
  if (contentType === "message/rfc822") return openEml(bytes)
  const isText = contentType.startsWith("text/") || otherTexts.has(contentType)
  const text = decodeText(bytes, isText ? declaredEncoding : undefined)
  if (text === undefined || !isText) throw new DocumentError(isText ? "UNSUPPORTED_TYPE" : "CORRUPT")
  if (text.trim() === "") throw new DocumentError("EMPTY")
  if (contentType === "text/html" || looksLikeHtml(text)) return openHtml(text)
  if (contentType === "application/xml" || text.trimStart().startsWith("<?xml")) return openXml(text)
  if (contentType === "application/json") return openJson(text)
  return contentType === "text/markdown" ? openMarkdown(text) : openPlainText(text)
}

const otherTexts = new Set(["application/json", "application/xml"])

/** A web page that was saved under another name. */
function looksLikeHtml(text: string): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html)\b/i.test(text.slice(0, 1000))
}

/** Whether `signature` (one character per byte) starts within the first `reach` bytes. PDF readers allow 1024 before it. */
function hasSignature(bytes: Uint8Array, signature: string, reach: number): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, reach + signature.length - 1))
  return head.includes(Buffer.from(signature, "latin1"))
}
