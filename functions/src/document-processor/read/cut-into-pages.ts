// Cuts text that has no pages of its own into parts of about a page's length, so that its progress can be shown too.

// A typed page of 1.5 line spacing holds some 500 words.
const pageCharacters = 3000

/** Cuts at form feeds (one at the very end ends the last page), else at the end of a paragraph near the length of a page, else of a line, else of a word. */
export function cutIntoPages(text: string): string[] {
  return text
    .replace(/\f\s*$/, "")
    .split("\f")
    .flatMap(cutPart)
}

function cutPart(text: string): string[] {
  const pages: string[] = []
  let start = 0
  while (text.length - start > pageCharacters) {
    const end = cutPoint(text, start)
    pages.push(text.slice(start, end))
    start = end
  }
  if (start < text.length || pages.length === 0) pages.push(text.slice(start))
  return pages
}

function cutPoint(text: string, start: number): number {
  const window = text.slice(start, start + pageCharacters)
  for (const boundary of ["\n\n", "\n", " "]) {
    const at = window.lastIndexOf(boundary)
    if (at > pageCharacters / 2) return start + at + boundary.length
  }
  return start + pageCharacters
}
