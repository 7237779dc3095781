// Small documents of each format, made on the spot, for tests of what reads them.
import { once } from "node:events"
import { strToU8, zipSync } from "fflate"
import PDFDocument from "pdfkit"

type PdfOptions = {
  title?: string
  author?: string
  password?: string
  /** Bookmarks by the number of their page; those of level 2 are in the one before them. */
  bookmarks?: readonly { text: string; level: 1 | 2; page: number }[]
  /** Annotations that can be clicked, by the number of their page. */
  links?: readonly { target: string; page: number }[]
}

/** A PDF with one page per text; "" makes a page with a drawing and no text. */
export async function makePdf(
  pages: string[],
  { title, author, password, bookmarks = [], links = [] }: PdfOptions = {},
): Promise<Uint8Array> {
  const pdf = new PDFDocument({
    size: "A5",
    autoFirstPage: false,
    info: { ...(title && { Title: title }), ...(author && { Author: author }) },
    ...(password && { userPassword: password }),
  })
  const chunks: Uint8Array[] = []
  pdf.on("data", (chunk) => chunks.push(chunk))
  const ended = once(pdf, "end")
  let chapter = pdf.outline
  for (const [index, text] of pages.entries()) {
    pdf.addPage()
    if (text) pdf.fontSize(11).text(text)
    else pdf.rect(50, 50, 100, 100).fill("#888")
    for (const { target } of links.filter(({ page }) => page === index + 1)) pdf.link(50, 50, 100, 20, target)
    for (const bookmark of bookmarks.filter(({ page }) => page === index + 1)) {
      if (bookmark.level === 1) chapter = pdf.outline.addItem(bookmark.text)
      else chapter.addItem(bookmark.text)
    }
  }
  pdf.end()
  await ended
  return Buffer.concat(chunks)
}

/** A text with these pages, which is read at once: for tests of the system around its reading. */
export function textOf(pages: readonly string[]): Uint8Array {
  return Buffer.from(pages.join("\f"))
}

/** A Word document with one paragraph per text. */
export function makeDocx(paragraphs: string[]): Uint8Array {
  const xml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  const body = paragraphs.map((text) => `<w:p><w:r><w:t>${xml(text)}</w:t></w:r></w:p>`).join("")
  const relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  return zipSync({
    "[Content_Types].xml": strToU8(
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    ),
    "_rels/.rels": strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relationships}/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    "word/document.xml": strToU8(
      `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ),
  })
}
