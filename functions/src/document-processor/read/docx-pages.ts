// Divides the text of a Word document into pages. The format stores no pages: the program makes them when it shows the text,
// and notes how many there were, and mostly where each began.
import type { OfficePackage } from "./office-package.ts"
import { paginate } from "./paginate.ts"
import { maxPages } from "./reading-limits.ts"

/** Of the characters that the program counted: fields and notes are counted differently. */
const maxDifference = 0.25

/**
 * @param text with a form feed between pages whose beginnings are known
 * @returns as many pages as the program counted, if it counted the pages of this text; else estimated ones
 * @throws DocumentError TOO_LARGE
 */
export function docxPages(text: string, office: Pick<OfficePackage, "countOf">): string[] {
  const count = pageCount(text, office)
  const parts = text.split("\f", maxPages + 1)
  if (count === undefined || parts.length > count) return paginate(text)
  return parts.length === count ? parts : parts.flatMap(dividedInto(count, text.length))
}

/** Programs that create documents from a template leave its properties as they are. */
function pageCount(text: string, office: Pick<OfficePackage, "countOf">): number | undefined {
  const pages = office.countOf("Pages") ?? 0
  const characters = office.countOf("CharactersWithSpaces") ?? office.countOf("Characters") ?? 0
  const isOfText = Math.abs(characters - text.length) <= text.length * maxDifference
  return isOfText && pages >= 1 && pages <= Math.min(maxPages, text.length) ? pages : undefined
}

/** @returns divides a part of the text into its share of the pages */
function dividedInto(pages: number, length: number): (part: string) => string[] {
  let end = 0
  let used = 0
  return (part) => {
    end += part.length
    const share = Math.max(1, Math.round((end / length) * pages) - used)
    used += share
    return evenly(part, share)
  }
}

function evenly(text: string, pages: number): string[] {
  const result: string[] = []
  let start = 0
  for (let page = 1; page < pages; page += 1) {
    const end = boundaryBefore(text, start, Math.round((page / pages) * text.length))
    result.push(text.slice(start, end))
    start = end
  }
  return [...result, text.slice(start)]
}

/** The end of a paragraph or of a word in the second half of a page. */
function boundaryBefore(text: string, start: number, end: number): number {
  const page = text.slice(start, end)
  for (const boundary of ["\n\n", "\n", " "]) {
    const at = page.lastIndexOf(boundary)
    if (at > page.length / 2) return start + at + boundary.length
  }
  return end
}
