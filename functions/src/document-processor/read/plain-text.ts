// Reads plain text.
import { cutIntoPages } from "./cut-into-pages.ts"
import type { OpenedDocument } from "./opened-document.ts"

export function openPlainText(text: string): OpenedDocument {
  const pages = cutIntoPages(text.replaceAll("\r\n", "\n"))
  return { title: null, totalPages: pages.length, pages: () => pages, close() {} }
}
