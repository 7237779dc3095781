// Sets Markdown blocks on the pages of a book.
import { type Book, column, ink } from "./book.ts"
import { breakLines, type Faces, type Line } from "./lines.ts"
import type { Block, Run } from "./markdown.ts"

const leading = 15.2
/** In points: three lines of text, or a table's head and first row. */
const leastBelowHeading = 72

const cellLeading = 12.4
const columnGap = 10
/** In points: a table of this height may be split over two pages. */
const tornAbove = 240

const body = faces("Times", 10.5)
const small = faces("Times", 9)
const quoted: Faces = { ...body, plain: { font: "Times-Italic", size: 10.5, color: ink.accent } }
const head = { ...small, plain: { font: "Helvetica-Bold", size: 8 }, code: { font: "Courier-Bold", size: 8 } }
const listing = { font: "Courier", size: 7.2 }

const headings = {
  1: { face: { font: "Helvetica-Bold", size: 19, color: ink.accent }, before: 0, after: 16, leading: 24 },
  2: { face: { font: "Helvetica-Bold", size: 12.5, color: ink.text }, before: 14, after: 6, leading: 16 },
  3: { face: { font: "Helvetica-Bold", size: 10.5, color: ink.text }, before: 8, after: 4, leading: 14 },
}

function faces(family: "Times", size: number): Faces {
  return {
    plain: { font: `${family}-Roman`, size },
    strong: { font: `${family}-Bold`, size },
    emphasis: { font: `${family}-Italic`, size },
    code: { font: "Courier", size: size * 0.86 },
  }
}

export function setBlocks(book: Book, blocks: readonly Block[]): void {
  for (const block of blocks) setBlock(book, block)
}

function setBlock(book: Book, block: Block): void {
  switch (block.form) {
    case "heading":
      setHeading(book, block.level, block.text)
      break
    case "paragraph":
      setParagraph(book, block.runs)
      break
    case "quote":
      setQuote(book, block.runs)
      break
    case "list":
      setList(book, block.items, block.ordered)
      break
    case "code":
      setCode(book, block.lines)
      break
    case "table":
      setTable(book, block.head, block.rows)
      break
  }
}

function setHeading(book: Book, level: number, text: string): void {
  const style = headings[level === 1 ? 1 : level === 2 ? 2 : 3]
  const plain: Faces = { plain: style.face, strong: style.face, emphasis: style.face, code: style.face }
  const lines = breakLines([{ text, style: "plain" }], plain, column.width, measurer(book))
  if (level === 1) book.startChapter(text)
  // A heading is not the last line of a page.
  keepTogether(book, style.before + lines.length * style.leading + style.after + leastBelowHeading)
  if (level > 1) book.addSection(text)
  if (!book.isAtTop) book.y += style.before
  for (const line of lines) {
    book.setLine(line, column.left)
    book.y += style.leading
  }
  if (level === 1) book.drawRule(column.left, book.y + 2, 46, ink.accent, 1.6)
  book.y += style.after
}

function setParagraph(book: Book, runs: Run[]): void {
  setLines(book, breakLines(runs, body, column.width, measurer(book)), column.left)
  book.y += 7
}

function setQuote(book: Book, runs: Run[]): void {
  const lines = breakLines(runs, quoted, column.width - 18, measurer(book))
  keepTogether(book, lines.length * leading)
  book.fillBox(column.left, book.y, 2.4, lines.length * leading, ink.accent)
  setLines(book, lines, column.left + 14)
  book.y += 8
}

function setList(book: Book, items: Run[][], ordered: boolean): void {
  for (const [index, item] of items.entries()) {
    const lines = breakLines(item, body, column.width - 18, measurer(book))
    if (lines.length <= 4) keepTogether(book, lines.length * leading)
    else keepTogether(book, 2 * leading)
    book.setText(ordered ? `${index + 1}.` : "\u2022", body.plain, column.left + 3)
    setLines(book, lines, column.left + 18)
    book.y += 2.5
  }
  book.y += 6
}

function setCode(book: Book, lines: string[]): void {
  const inset = 8
  const step = 10.8
  const fitting = Math.floor((column.width - 2 * inset) / book.measure("0", listing))
  const tooLong = lines.find((line) => line.length > fitting)
  if (tooLong) throw new Error(`A line of code is longer than ${fitting} characters: ${tooLong}`)
  const height = lines.length * step + 2 * inset
  keepTogether(book, height)
  book.fillBox(column.left, book.y, column.width, height, ink.shade)
  book.y += inset
  for (const line of lines) {
    if (line.trim()) book.setText(line, listing, column.left + inset, book.y - 1.5)
    book.y += step
  }
  book.y += inset + 9
}

function setTable(book: Book, headCells: Run[][], rows: Run[][][]): void {
  const widths = columnWidths(book, [headCells, ...rows])
  const lineUp = (cells: Run[][], cellFaces: Faces): Row => {
    const lines = cells.map((cell, index) => breakLines(cell, cellFaces, widths[index] ?? 0, measurer(book)))
    return { lines, height: Math.max(...lines.map((cell) => cell.length)) * cellLeading + 7 }
  }
  const headRow = lineUp(headCells, head)
  const bodyRows = rows.map((row) => lineUp(row, small))
  const height = bodyRows.reduce((sum, row) => sum + row.height, headRow.height)
  // A short table is not split. A long one may start low on a page, but not with its head alone.
  keepTogether(book, height < tornAbove ? height : leastBelowHeading)
  setRow(book, headRow, widths, ink.accent)
  for (const row of bodyRows) {
    if (book.room < row.height) {
      book.addPage()
      setRow(book, headRow, widths, ink.accent)
    }
    setRow(book, row, widths, ink.rule)
  }
  book.y += 12
}

type Row = { lines: Line[][]; height: number }

function setRow(book: Book, row: Row, widths: number[], rule: string): void {
  let x = column.left
  for (const [index, lines] of row.lines.entries()) {
    for (const [at, line] of lines.entries()) book.setLine(line, x, book.y + 3 + at * cellLeading)
    x += (widths[index] ?? 0) + columnGap
  }
  book.y += row.height
  book.drawRule(column.left, book.y, column.width, rule, 0.5)
}

/** Each column is as wide as its longest word, and gets a share of the rest by the length of its text. */
function columnWidths(book: Book, rows: Run[][][]): number[] {
  const count = rows[0]?.length ?? 0
  const available = column.width - columnGap * (count - 1)
  const needs = Array.from({ length: count }, (_, index) => {
    const cells = rows.map((row) => row[index] ?? [])
    const widthsOf = (cell: Run[]) => cell.map((run) => book.measure(run.text, small[run.style]))
    const widest = Math.max(...cells.map((cell) => widthsOf(cell).reduce((sum, width) => sum + width, 0)))
    const words = cells.flatMap((cell) => cell.flatMap((run) => run.text.split(" ").map((text) => ({ ...run, text }))))
    const longest = Math.max(...words.map((word) => book.measure(word.text, small[word.style])))
    return { least: Math.min(longest + 3, available / 2.5), widest: widest + 3 }
  })
  const least = needs.reduce((sum, need) => sum + need.least, 0)
  const wanted = needs.reduce((sum, need) => sum + Math.max(0, need.widest - need.least), 0)
  const spare = Math.max(0, available - least)
  return needs.map((need) => need.least + spare * (wanted ? Math.max(0, need.widest - need.least) / wanted : 1 / count))
}

function setLines(book: Book, lines: Line[], x: number): void {
  for (const [index, line] of lines.entries()) {
    // No widows and orphans: neither the first nor the last line of a paragraph is alone on a page.
    const left = lines.length - index
    const together = (index === 0 || left === 2) && left >= 2 ? 2 : 1
    keepTogether(book, together * leading)
    book.setLine(line, x)
    book.y += leading
  }
}

function keepTogether(book: Book, height: number): void {
  if (book.room < height && !book.isAtTop) book.addPage()
}

function measurer(book: Book): Book["measure"] {
  return (text, face) => book.measure(text, face)
}
