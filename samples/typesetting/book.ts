// Writes a PDF book: pages, running headers, contents and bookmarks. `set-block.ts` fills the pages.
import PDFDocument from "pdfkit"
import type { Face, Line } from "./lines.ts"

export type BookOptions = {
  title: string
  subtitle: string
  /** Adds a title page and a table of contents, and starts each chapter on a new page. */
  bound: boolean
  /** The password that opens the book. */
  password?: string
}

/** A5, in points. */
const paper = { width: 419.53, height: 595.28, top: 66, bottom: 62, side: 50 }
export const column = { left: paper.side, width: paper.width - 2 * paper.side }

export const ink = { text: "#1d1d1f", quiet: "#6b6f76", accent: "#0b5563", shade: "#f3f4f2", rule: "#c9cdd2" }

// Fixed, because the same sources must always give the same bytes.
const published = new Date("2026-11-22T00:00:00Z")

const contentsPage = 2

type Entry = { title: string; page: number; destination: string }

export class Book {
  readonly #doc: PDFKit.PDFDocument
  readonly #options: BookOptions
  readonly #chapters: Entry[] = []
  readonly #headers = new Map<number, string>()
  readonly #chunks: Buffer[] = []
  #pages = 0
  #outline: PDFKit.PDFOutline | undefined
  /** How far the current page is filled, in points from its top. */
  y = 0

  constructor(options: BookOptions) {
    this.#options = options
    this.#doc = new PDFDocument({
      size: [paper.width, paper.height],
      margin: 0,
      autoFirstPage: false,
      bufferPages: true,
      // Uncompressed, because the output of zlib differs between processors.
      compress: false,
      pdfVersion: "1.4",
      lang: "en",
      displayTitle: true,
      info: {
        Title: options.title,
        Subject: options.subtitle,
        Author: "The Document Insight project",
        Creator: "samples/generate.ts",
        CreationDate: published,
      },
      ...(options.password !== undefined && { userPassword: options.password }),
    })
    this.#doc.on("data", (chunk: Buffer) => this.#chunks.push(chunk))
    if (options.bound) this.#setTitlePage()
    this.addPage()
  }

  /** Points left on the current page. */
  get room(): number {
    return paper.height - paper.bottom - this.y
  }

  get isAtTop(): boolean {
    return this.y === paper.top
  }

  addPage(): void {
    this.#doc.addPage()
    this.#pages++
    this.y = paper.top
    const chapter = this.#chapters.at(-1)
    if (chapter) this.#headers.set(this.#pages, this.#pages % 2 === 0 ? this.#options.title : chapter.title)
  }

  /** Starts a chapter: a new page when the book is bound, a bookmark, and a line of the contents. */
  startChapter(title: string): void {
    if (this.#options.bound && !this.isAtTop) this.addPage()
    if (this.isAtTop) this.#headers.delete(this.#pages)
    const destination = `chapter-${this.#chapters.length + 1}`
    this.#doc.addNamedDestination(destination, "XYZ", 0, Math.max(0, this.y - 30), null)
    this.#outline = this.#doc.outline.addItem(title)
    this.#chapters.push({ title, page: this.#pages, destination })
  }

  /** A bookmark below the current chapter's. */
  addSection(title: string): void {
    this.#outline?.addItem(title)
  }

  measure(text: string, face: Face): number {
    return this.#doc.font(face.font, face.size).widthOfString(text)
  }

  /** Sets one line with its baseline box's top at `y`; nothing is wrapped, so `line` must fit. */
  setLine(line: Line, x: number, y = this.y): void {
    let left = x
    for (const { text, face, width } of line) {
      rejectUnprintable(text)
      this.#doc.font(face.font, face.size).fillColor(face.color ?? ink.text)
      // Faces of different sizes share one baseline.
      const baseline = y + 10.5 - face.size * 0.75
      this.#doc.text(text, left, baseline, { lineBreak: false })
      left += width
    }
  }

  setText(text: string, face: Face, x: number, y = this.y): void {
    this.setLine([{ text, face, width: this.measure(text, face) }], x, y)
  }

  fillBox(x: number, y: number, width: number, height: number, color: string): void {
    this.#doc.rect(x, y, width, height).fill(color)
  }

  drawRule(x: number, y: number, width: number, color: string, weight = 0.6): void {
    this.#doc
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(weight)
      .stroke(color)
  }

  /** Adds a page that an image fills. */
  addPicture(png: Uint8Array): void {
    if (!this.isAtTop) this.addPage()
    this.#doc.image(Buffer.from(png), 0, 0, { width: paper.width, height: paper.height })
    this.y = paper.height
  }

  /** Adds headers, page numbers and contents, and closes the book. */
  async finish(options: { numbered: boolean } = { numbered: true }): Promise<Buffer> {
    if (this.#options.bound) this.#setContents()
    if (options.numbered) {
      for (let page = this.#options.bound ? 2 : 1; page <= this.#pages; page++) this.#setMargins(page)
    }
    const ended = new Promise((resolve) => this.#doc.once("end", resolve))
    this.#doc.end()
    await ended
    return Buffer.concat(this.#chunks)
  }

  #setTitlePage(): void {
    this.addPage()
    const [title, ...rest] = this.#options.title.split(", ")
    this.fillBox(0, 0, paper.width, 236, ink.accent)
    this.setText("DOCUMENT INSIGHT", { font: "Helvetica", size: 9, color: "#cfe3e6" }, paper.side, 70)
    let y = 122
    for (const part of [title ?? "", ...rest]) {
      this.setText(part, { font: "Helvetica-Bold", size: 22, color: "#ffffff" }, paper.side, y)
      y += 34
    }
    this.setText(this.#options.subtitle, { font: "Times-Italic", size: 12.5, color: ink.accent }, paper.side, 266)
    this.setText("A handbook", { font: "Times-Roman", size: 11, color: ink.quiet }, paper.side, 520)
    this.addPage()
  }

  #setContents(): void {
    this.#doc.switchToPage(contentsPage - 1)
    const face = { font: "Times-Roman", size: 10.5 }
    this.setText("Contents", { font: "Helvetica-Bold", size: 18, color: ink.accent }, column.left, paper.top)
    for (const [index, { title, page, destination }] of this.#chapters.entries()) {
      const y = paper.top + 46 + index * 22
      const number = String(page)
      const right = column.left + column.width - this.measure(number, face)
      this.setText(title, face, column.left, y)
      this.setText(number, face, right, y)
      const from = column.left + this.measure(title, face) + 6
      this.drawRule(from, y + 11, right - from - 6, ink.rule, 0.4)
      this.#doc.goTo(column.left, y, column.width, 14, destination)
    }
  }

  #setMargins(page: number): void {
    this.#doc.switchToPage(page - 1)
    const face = { font: "Helvetica", size: 8, color: ink.quiet }
    const header = this.#headers.get(page)
    if (header) {
      const left = page % 2 === 0 ? column.left : column.left + column.width - this.measure(header, face)
      this.setText(header, face, left, 34)
      this.drawRule(column.left, 50, column.width, ink.rule, 0.4)
    }
    const number = String(page)
    this.setText(number, face, (paper.width - this.measure(number, face)) / 2, paper.height - 40)
  }
}

/** The standard fonts contain only Windows-1252; other characters would be blank or wrong. */
function rejectUnprintable(text: string): void {
  const unprintable = /[^\x20-\x7e\xa0-\xff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac]/.exec(text)
  if (unprintable) throw new Error(`The standard fonts do not contain "${unprintable[0]}", in: ${text}`)
}
