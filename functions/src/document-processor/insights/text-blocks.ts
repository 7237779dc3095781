// From pages of lines to the blocks a person would see: paragraphs made whole again, headings by themselves, and
// without what is printed on every page.
//
// A reader of PDF gives lines as they were set. Two things tell where a block ends: an empty line, and a line that
// stops well before the others do.

/** A paragraph, heading, list item or table row, on one line. */
export type TextBlock = string

// A pattern that ends with "$" is tried from each place of a text: of a long one only the end is looked at.
const maxWordCharacters = 60
const minRunningPages = 3
const maxRunningCharacters = 120
const fullLineShare = 0.7
const bullet = /^(?:[•▪◦‣·–—*-]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+/u
const pageNumber = /^(?:page\s+|p\.\s*)?[-–—[(]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*[-–—\])]?(?:\s*(?:\/|of)\s*\d{1,4})?$/iu

export function textBlocks(pages: readonly string[]): TextBlock[] {
  const pagesOfLines = pages.map((page) =>
    page.split(/\r\n|[\n\r\f\v]/).map((line) => line.replace(/\s+/gu, " ").trim()),
  )
  const lines = withoutRunningLines(pagesOfLines).flat()
  const known = vocabulary(lines)
  const fullLength = fullLineShare * typicalLength(lines)
  const blocks: string[] = []
  let block = ""
  const close = () => {
    if (block) blocks.push(block)
    block = ""
  }
  for (const line of lines) {
    if (line === "" || bullet.test(line)) close()
    if (line === "") continue
    block = block ? join(block, line.replace(bullet, ""), known) : line.replace(bullet, "")
    if (line.length < fullLength && !line.endsWith("-")) close()
  }
  close()
  return blocks
}

/** Takes away page numbers, and lines at the top or bottom of pages that come again on others but for their numbers. */
function withoutRunningLines(pages: string[][]): string[][] {
  const seen = new Map<string, number>()
  for (const lines of pages) {
    for (const line of new Set(edges(lines).map((index) => shape(lines[index] ?? "")))) count(seen, line)
  }
  return pages.map((lines) => {
    const running = edges(lines).filter((index) => {
      const line = lines[index] ?? ""
      return (
        pageNumber.test(line) ||
        (line.length <= maxRunningCharacters && (seen.get(shape(line)) ?? 0) >= minRunningPages)
      )
    })
    return lines.filter((_, index) => !running.includes(index))
  })
}

/** Where a page's first two and last two lines are, empty ones not counted. */
function edges(lines: string[]): number[] {
  const filled = lines.flatMap((line, index) => (line === "" ? [] : [index]))
  return [...new Set([...filled.slice(0, 2), ...filled.slice(-2)])]
}

function shape(line: string): string {
  return line.toLowerCase().replace(/\d+/g, "#")
}

/** The length that nine of ten lines do not exceed: one very long line says nothing about the others. */
function typicalLength(lines: string[]): number {
  const lengths = lines.filter((line) => line !== "").map((line) => line.length)
  lengths.sort((a, b) => a - b)
  return lengths[Math.floor(lengths.length * 0.9)] ?? 0
}

function vocabulary(lines: string[]): Set<string> {
  return new Set(lines.flatMap((line) => line.toLowerCase().match(/[\p{L}]+(?:-[\p{L}]+)*(?!-$)/gu) ?? []))
}

/** Joins two lines; of a word broken at the line's end, the hyphen stays only if the document knows the word with it. */
function join(block: string, line: string, known: Set<string>): string {
  const left = block.slice(-maxWordCharacters).match(/([\p{L}-]+)-$/u)?.[1]
  const right = line.match(/^\p{Ll}[\p{L}-]*/u)?.[0]
  if (left === undefined || right === undefined) return `${block} ${line}`
  const isCompound = known.has(`${left}-${right}`.toLowerCase()) && !known.has((left + right).toLowerCase())
  return (isCompound ? block : block.slice(0, -1)) + line
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
