// Rejects files that the server would reject, before they are uploaded.
import { contentTypeOf, imageTypes, maxDocumentBytes } from "@document-insight/protocol"
import { formatBytes } from "../formatting/format-bytes.ts"

/** Whether the name is that of a supported type: a document, or an image when `acceptsImages`. */
export function isSupported(name: string, acceptsImages: boolean): boolean {
  const contentType = contentTypeOf(name)
  return contentType !== undefined && (acceptsImages || !Object.hasOwn(imageTypes, contentType))
}

/** @returns what is wrong with the file and what to do, or undefined when it can be uploaded */
export function validateFile({ name, size }: Pick<File, "name" | "size">, acceptsImages = false): string | undefined {
  if (contentTypeOf(name) && !isSupported(name, acceptsImages)) {
    return "This file contains only an image, and text recognition is off on this system. Upload a document with text."
  }
  if (!contentTypeOf(name)) {
    return "This file type is not supported. Upload a PDF, an Office or OpenDocument file, an e-book (.epub), an e-mail (.eml) or a text file."
  }
  if (size === 0) return "This file is empty. Check that it was saved completely, then upload it again."
  if (size > maxDocumentBytes) {
    return `This file has ${formatBytes(size)}. The limit is ${formatBytes(maxDocumentBytes)}. Split it, or save it with smaller images.`
  }
  return undefined
}
