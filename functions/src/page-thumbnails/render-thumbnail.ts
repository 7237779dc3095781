// Renders a page of a PDF, or a PNG or JPEG image, as a small PNG.
import { DocumentError } from "../document-processor/document-error.ts"
import { openPdf } from "../document-processor/read/pdf.ts"
import { encodePng } from "./encode-png.ts"
import { imageAsPdf } from "./image-as-pdf.ts"

/** Twice what the page shows, for screens with two pixels per point. */
const maxWidth = 360
const maxHeight = 480

/** @throws DocumentError when the file is of another format, needs another password, or is damaged */
export async function renderThumbnail(bytes: Uint8Array, page: number, password?: string): Promise<Uint8Array> {
  const pdf = await openPdf(imageAsPdf(bytes) ?? bytes, password)
  try {
    const dotsPerInch = ({ width, height }: { width: number; height: number }) =>
      72 * Math.min(maxWidth / width, maxHeight / height)
    const image = pdf.pageImage(page, { channels: 3, dotsPerInch })
    if (!image) throw new DocumentError("CORRUPT")
    return await encodePng(image)
  } finally {
    pdf.close()
  }
}
