// Divides text without pages into parts of about one page, so that progress can be reported for it too.
import { checkPageCount, maxPages } from "./reading-limits.ts"

// A typed page of 1.5 line spacing holds some 500 words.
const pageCharacters = 3000

/**
 * Splits at form feeds (a trailing one ends the last page). Longer parts are split near the length of a page: at the end
 * of a paragraph, else of a line, else of a word.
 * @throws DocumentError TOO_LARGE
 */
export function paginate(text: string): string[] {
  const parts = withoutTrailingFormFeed(text).split("\f", maxPages + 1)
  checkPageCount(parts.length)
  const pages = parts.flatMap(splitPart)
  checkPageCount(pages.length)
  return pages
}

function withoutTrailingFormFeed(text: string): string {
  const formFeed = text.indexOf("\f", text.trimEnd().length)
  return formFeed === -1 ? text : text.slice(0, formFeed)
}

function splitPart(text: string): string[] {
  const pages: string[] = []
  let start = 0
  while (text.length - start > pageCharacters) {
    const end = pageEnd(text, start)
    pages.push(text.slice(start, end))
    start = end
  }
  if (start < text.length || pages.length === 0) pages.push(text.slice(start))
  return pages
}

function pageEnd(text: string, start: number): number {
  const window = text.slice(start, start + pageCharacters)
  for (const boundary of ["\n\n", "\n", " "]) {
    const at = window.lastIndexOf(boundary)
    if (at > pageCharacters / 2) return start + at + boundary.length
  }
  return start + pageCharacters
}
