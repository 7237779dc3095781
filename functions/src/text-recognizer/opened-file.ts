// Opens an uploaded file whose text is to be recognized, and provides the image of each of its pages.
import { DocumentError } from "../document-processor/document-error.ts"
import { readImage } from "../document-processor/read/image.ts"
import { openPdf } from "../document-processor/read/pdf.ts"
import type { PageImage } from "../document-processor/read/pdf-page-image.ts"
import { isBlank } from "./is-blank.ts"
import type { ImageToRecognize } from "./tesseract.ts"

export type OpenedFile = {
  /** @returns undefined for a page without anything on it */
  imageOf(page: number): ImageToRecognize | undefined
  close(): void
}

// Tesseract reads characters best that are 20 to 40 pixels high: at this resolution those of 5 to 10 points. A page of A4
// has 8.7 million pixels; larger ones are rendered at a lower resolution.
const dotsPerInch = 300
const maxPixels = 12_000_000

/** @throws DocumentError when the file is neither a PDF nor an image, or cannot be opened */
export async function openFile(bytes: Uint8Array, password: string | undefined): Promise<OpenedFile> {
  const image = readImage(bytes)
  if (image) {
    const imageOf = (page: number) => ({ bytes: image.bytesOf(page), ...image.pages[page - 1] })
    return { imageOf, close() {} }
  }
  const pdf = await openPdf(bytes, password)
  return {
    imageOf(page) {
      const rendered = pdf.pageImage(page, { channels: 1, dotsPerInch: resolutionFor })
      if (!rendered) throw new DocumentError("CORRUPT", { message: `Page ${page} cannot be rendered.` })
      if (isBlank(rendered.pixels)) return undefined
      return { bytes: asPortableGraymap(rendered), dotsPerInch: rendered.dotsPerInch }
    },
    close: () => pdf.close(),
  }
}

/** @param page in points, which are 1/72 inch */
function resolutionFor(page: { width: number; height: number }): number {
  const inches = (page.width / 72) * (page.height / 72)
  return Math.min(dotsPerInch, Math.sqrt(maxPixels / inches))
}

/** The simplest format that Leptonica reads: a header, then the pixels as they are. */
function asPortableGraymap({ width, height, pixels }: PageImage): Uint8Array {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels])
}
