// Reads the bookmarks of a PDF, its outline.
import { type Heading, headingText, maxHeadings, shortenOutline } from "./document-structure.ts"

/** Source: PDFium's public/fpdf_doc.h. Bookmarks, destinations and actions are pointers; 0 is none. */
export type BookmarkEngine = {
  /** @param bookmark 0 for the root */
  _FPDFBookmark_GetFirstChild(document: number, bookmark: number): number
  _FPDFBookmark_GetNextSibling(document: number, bookmark: number): number
  /** The bytes of UTF-16LE text, its terminator included. */
  _FPDFBookmark_GetTitle(bookmark: number, buffer: number, bytes: number): number
  _FPDFBookmark_GetDest(document: number, bookmark: number): number
  _FPDFBookmark_GetAction(bookmark: number): number
  _FPDFAction_GetType(action: number): number
  _FPDFAction_GetDest(document: number, action: number): number
  /** From 0; -1 when the page does not exist. */
  _FPDFDest_GetDestPageIndex(document: number, destination: number): number
}

/** PDFACTION_GOTO: to a place in the same document. */
const goTo = 1
const maxTitleBytes = 20_000
const maxLevel = 9

type ReadText = (bytes: number, write: (buffer: number) => number) => string

/** A damaged file may name a bookmark twice, or as its own child: each one is read once. */
export function pdfOutline(engine: BookmarkEngine, document: number, readText: ReadText): Heading[] {
  const seen = new Set<number>()
  const headings: Heading[] = []
  const waiting: { bookmark: number; level: number }[] = []
  const add = (bookmark: number, level: number) => {
    if (bookmark === 0 || level > maxLevel || seen.has(bookmark) || seen.size >= maxHeadings) return
    seen.add(bookmark)
    waiting.push({ bookmark, level })
  }
  add(engine._FPDFBookmark_GetFirstChild(document, 0), 1)
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { bookmark, level } = next
    const bytes = engine._FPDFBookmark_GetTitle(bookmark, 0, 0)
    const write = (buffer: number) => engine._FPDFBookmark_GetTitle(bookmark, buffer, bytes)
    const text = bytes > maxTitleBytes ? undefined : headingText(readText(bytes, write))
    if (text !== undefined) headings.push({ text, level, ...pageOf(engine, document, bookmark) })
    add(engine._FPDFBookmark_GetNextSibling(document, bookmark), level)
    add(engine._FPDFBookmark_GetFirstChild(document, bookmark), level + 1)
  }
  return shortenOutline(headings)
}

function pageOf(engine: BookmarkEngine, document: number, bookmark: number): { page?: number } {
  const action = engine._FPDFBookmark_GetAction(bookmark)
  const isGoTo = action !== 0 && engine._FPDFAction_GetType(action) === goTo
  const direct = engine._FPDFBookmark_GetDest(document, bookmark)
  const destination = direct === 0 && isGoTo ? engine._FPDFAction_GetDest(document, action) : direct
  const index = destination === 0 ? -1 : engine._FPDFDest_GetDestPageIndex(document, destination)
  return index < 0 ? {} : { page: index + 1 }
}
