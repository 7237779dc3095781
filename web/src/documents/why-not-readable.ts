// Refuses at once what the server would refuse after an upload.
import { contentTypeOf, maxDocumentBytes } from "@document-insight/protocol"
import { inBytes } from "../words/in-bytes.ts"

/** @returns a sentence with a way out, or undefined when there is nothing against the file. */
export function whyNotReadable({ name, size }: Pick<File, "name" | "size">): string | undefined {
  if (!contentTypeOf(name)) {
    return "Files of this type cannot be read. Hand in a PDF, a Word document (.docx), or a text, Markdown or HTML file."
  }
  if (size === 0) return "This file is empty. Check that it was saved completely, then hand it in again."
  if (size > maxDocumentBytes) {
    return `This file has ${inBytes(size)}, and at most ${inBytes(maxDocumentBytes)} can be read. Split it, or save it with smaller pictures.`
  }
  return undefined
}
