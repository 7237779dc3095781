// Joins the lines of pages into blocks as a reader sees them: whole paragraphs, headings by themselves, without what is
// printed on every page.
//
// A PDF reader returns lines as they were typeset. Two things mark the end of a block: an empty line, and a line that is
// much shorter than the others.
import { BrokenWords } from "./broken-words.ts"
import { classesOf, letter } from "./character-classes.ts"

/** A paragraph, heading, list item or table row, on one line. */
export type TextBlock = string

// Prose has no longer paragraphs.
const maxBlockCharacters = 20_000
const minRunningPages = 3
const maxRunningCharacters = 120
/** Of a line that is repeated word for word, such as the terms of a license. */
const maxIdenticalCharacters = 500
/** Lines at an edge of a page that are running lines by themselves. */
const outerLines = 2
const maxEdgeLines = 5
const fullLineShare = 0.7
const bullet = /^(?:[•▪◦‣·–—*-]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+/u
const pageNumber =
  /^(?:page\s+|p\.\s*|第\s*)?[-–—[(]?\s*(?:\p{Nd}{1,4}|[ivxlc]{1,7})\s*[-–—\])页頁]?(?:\s*(?:\/|of)\s*(?:\p{Nd}{1,4}|[ivxlc]{1,7}))?$/iu
/** Arabic ones, in the digits of any script, and Roman ones. */
const numbers = /\p{Nd}+|(?<![\p{L}\p{N}])[ivxlc]{1,7}(?![\p{L}\p{N}])/gu

export function textBlocks(pages: readonly string[]): TextBlock[] {
  const pagesOfLines = pages.map((page) => page.split(/\r\n|[\n\r\f\v]/).flatMap(splitLine))
  const lines = withoutRunningLines(pagesOfLines).flat()
  const words = new BrokenWords(lines)
  const fullLength = fullLineShare * typicalLength(lines)
  const blocks: string[] = []
  let block = new Block()
  const close = () => {
    if (!block.isEmpty) blocks.push(block.text())
    block = new Block()
  }
  for (const line of lines) {
    if (line === "" || startsWithBullet(line) || block.length > maxBlockCharacters) close()
    if (line === "") continue
    block.add(startsWithBullet(line) ? line.replace(bullet, "") : line, words)
    if (line.length < fullLength && !line.endsWith("-")) close()
  }
  close()
  return blocks
}

/** Most lines start with a letter, which is found out fast. */
function startsWithBullet(line: string): boolean {
  return !(classesOf(line.charCodeAt(0)) & letter && classesOf(line.charCodeAt(1)) & letter) && bullet.test(line)
}

/** One line, or several when it is longer than any paragraph. */
function splitLine(line: string): string | string[] {
  const text = withSingleSpaces(line)
  if (text.length <= maxBlockCharacters) return text
  const parts: string[] = []
  for (let start = 0; start === 0 || start < text.length; start += maxBlockCharacters) {
    parts.push(text.slice(start, start + maxBlockCharacters))
  }
  return parts
}

function withSingleSpaces(line: string): string {
  return unusualSpace.test(line) ? line.replace(/\s+/gu, " ").trim() : line
}

const unusualSpace = /[^\S ]| {2}|^ | $/u

/** Removes page numbers, and lines at the top or bottom of pages that are repeated on others except for their numbers. */
function withoutRunningLines(pages: string[][]): string[][] {
  const shapes = new Map<string, number>()
  const texts = new Map<string, number>()
  for (const lines of pages) {
    const edges = edgesOf(lines)
    const outer = edges.flatMap((edge) => edge.slice(0, outerLines)).map((index) => shape(lines[index] ?? ""))
    for (const line of new Set(outer)) count(shapes, line)
    for (const line of new Set(edges.flat().map((index) => lines[index] ?? ""))) count(texts, line)
  }
  const isRepeated = (line: string, depth: number) => {
    const isShort = line.length <= maxRunningCharacters
    const times = isShort && depth < outerLines ? shapes.get(shape(line)) : texts.get(line)
    return line.length <= maxIdenticalCharacters && (times ?? 0) >= minRunningPages
  }
  return pages.map((lines) => {
    const running = new Set<number>()
    const further = new Set<number>()
    for (const edge of edgesOf(lines)) {
      // A head or foot of many lines ends with the first one that is not repeated.
      let areAllRepeated = true
      for (const [depth, index] of edge.entries()) {
        if (depth >= outerLines && !areAllRepeated) break
        const line = lines[index] ?? ""
        areAllRepeated &&= isRepeated(line, depth)
        if (!isRepeated(line, depth) && !pageNumber.test(line)) continue
        const isOuter = depth < outerLines && line.length <= maxRunningCharacters
        ;(isOuter ? running : further).add(index)
      }
    }
    // Pages that are the same as a whole keep their text.
    const kept = lines.filter((_, index) => !running.has(index) && !further.has(index))
    if (lengthOf(kept) * 2 >= lengthOf(lines)) return kept
    return running.size === 0 ? lines : lines.filter((_, index) => !running.has(index))
  })
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((length, line) => length + line.length, 0)
}

/** The indexes of the lines of a page that are not empty: the first ones, and the last ones backwards. */
function edgesOf(lines: string[]): [top: number[], bottom: number[]] {
  const top: number[] = []
  for (let at = 0; at < lines.length && top.length < maxEdgeLines; at += 1) if (lines[at] !== "") top.push(at)
  const bottom: number[] = []
  for (let at = lines.length - 1; at >= 0 && bottom.length < maxEdgeLines; at -= 1)
    if (lines[at] !== "") bottom.push(at)
  return [top, bottom]
}

function shape(line: string): string {
  return line.toLowerCase().replace(numbers, "#")
}

/** The length that nine of ten lines do not exceed, so that one very long line does not count. */
function typicalLength(lines: string[]): number {
  const lengths = Uint32Array.from(lines, (line) => line.length)
    .filter((length) => length > 0)
    .sort()
  return lengths[Math.floor(lengths.length * 0.9)] ?? 0
}

/** Lines that are joined to one text. They are kept apart until its end, since joining each copies what is before. */
class Block {
  readonly #lines: string[] = []
  length = 0

  get isEmpty(): boolean {
    return this.length === 0
  }

  /** Of a word that is broken at the line's end, the hyphen stays only if the document contains the word with it. */
  add(line: string, words: BrokenWords): void {
    const last = this.#lines.pop()
    const continued = last === undefined ? undefined : words.continued(last, line)
    if (last === undefined) this.#lines.push(line)
    else if (continued === undefined) this.#lines.push(last, spaceBetween(last, line), line)
    else this.#lines.push(continued, line)
    this.length += line.length
  }

  text(): string {
    return this.#lines.join("")
  }
}

/** None within scripts that do not separate words. */
function spaceBetween(line: string, next: string): string {
  const isDense = (text: string, at: number) => text.charCodeAt(at) >= firstDense && dense.test(text.charAt(at))
  return isDense(line, line.length - 1) && isDense(next, 0) ? "" : " "
}

const firstDense = 0x2e80

const dense = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー、。，！？：；（）「」『』《》]/u

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
