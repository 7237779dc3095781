// Scans, made on the spot: pages are printed as PDF, rendered to an image, and put into a PDF without text, or into TIFF.
import { once } from "node:events"
import PDFDocument from "pdfkit"
import { openPdf } from "../src/document-processor/read/pdf.ts"
import type { PageImage } from "../src/document-processor/read/pdf-page-image.ts"
import { encodePng } from "../src/page-thumbnails/encode-png.ts"

/** A small page, which is recognized in a fraction of a second. */
const size: [number, number] = [280, 110]

export type ScanOptions = {
  /** In points. */
  page?: [width: number, height: number]
  font?: string
  fontSize?: number
  dotsPerInch?: number
  /** How the page lies on the scanner, in degrees: 180 is upside down. */
  turned?: number
}

/** The image of a printed page, at 300 dots per inch as scanners make it by default; "" is an empty page. */
export async function scanPage(text: string, options: ScanOptions = {}): Promise<PageImage> {
  const { page = size, font = "Helvetica", fontSize = 11, dotsPerInch = 300, turned = 0 } = options
  const printed = await pdfOf((pdf) => {
    pdf.addPage({ size: page, margin: 12 })
    pdf.rotate(turned, { origin: [page[0] / 2, page[1] / 2] })
    pdf.font(font).fontSize(fontSize).text(text)
  })
  const opened = await openPdf(printed)
  const image = opened.pageImage(1, { channels: 1, dotsPerInch: () => dotsPerInch })
  opened.close()
  if (!image) throw new Error("the page was not rendered")
  return image
}

export type PageToScan = string | { scanned: string; options?: ScanOptions } | { printed: string }

/** A PDF of scanned pages, and of pages with text (`printed`), as when both were put together. */
export async function scanPdf(pages: readonly PageToScan[]): Promise<Uint8Array> {
  const scans = await Promise.all(
    pages.map(async (page) => {
      if (typeof page !== "string" && "printed" in page) return page
      const { scanned, options } = typeof page === "string" ? { scanned: page } : page
      return { image: await encodePng(await scanPage(scanned, options)) }
    }),
  )
  return pdfOf((pdf) => {
    for (const page of scans) {
      pdf.addPage({ size, margin: 12 })
      if ("image" in page) pdf.image(Buffer.from(page.image), 0, 0, { width: size[0] })
      else pdf.fontSize(11).text(page.printed)
    }
  })
}

/** An uncompressed TIFF with one directory per image. */
export function makeTiff(images: readonly PageImage[]): Uint8Array {
  const entryCount = 9
  const parts: Buffer[] = [Buffer.from("II*\0\0\0\0\0", "latin1")]
  let length = 8
  let linkAt = 4
  for (const { width, height, pixels } of images) {
    const directory = Buffer.alloc(2 + entryCount * 12 + 4)
    directory.writeUInt16LE(entryCount, 0)
    const values = [width, height, 8, 1, 1, length, 1, height, pixels.length]
    const tags = [0x100, 0x101, 0x102, 0x103, 0x106, 0x111, 0x115, 0x116, 0x117]
    for (const [index, tag] of tags.entries()) {
      directory.writeUInt16LE(tag, 2 + index * 12)
      directory.writeUInt16LE(4, 4 + index * 12)
      directory.writeUInt32LE(1, 6 + index * 12)
      directory.writeUInt32LE(values[index] ?? 0, 10 + index * 12)
    }
    parts.push(Buffer.from(pixels), directory)
    const at = length + pixels.length
    writeAt(parts, linkAt, at)
    linkAt = at + directory.length - 4
    length += pixels.length + directory.length
  }
  return Buffer.concat(parts)
}

/** Writes the place of a directory, which is known only when those before it are written. */
function writeAt(parts: Buffer[], position: number, value: number): void {
  let start = 0
  for (const part of parts) {
    if (position < start + part.length) {
      part.writeUInt32LE(value, position - start)
      return
    }
    start += part.length
  }
}

async function pdfOf(draw: (pdf: PDFKit.PDFDocument) => void): Promise<Uint8Array> {
  const pdf = new PDFDocument({ autoFirstPage: false })
  const chunks: Uint8Array[] = []
  pdf.on("data", (chunk) => chunks.push(chunk))
  const ended = once(pdf, "end")
  draw(pdf)
  pdf.end()
  await ended
  return Buffer.concat(chunks)
}
