// Reads what is needed of images before text is recognized in them: format, size, orientation, and the pages of TIFF.
import { DocumentError } from "../document-error.ts"
import { type ImageSize, isTiff, selectTiffPage, tiffPages } from "./image-directories.ts"
import { readJpegHeader } from "./jpeg-header.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { checkPageCount } from "./reading-limits.ts"

export type ImageFile = { pages: readonly ImageSize[]; bytesOf(page: number): Uint8Array }

/** A page of A3 at 600 dots per inch has 70 million. A decoded pixel takes four bytes. */
const maxPixels = 80_000_000

/**
 * @returns undefined when the bytes are not a PNG, JPEG, TIFF or WebP image
 * @throws DocumentError CORRUPT, TOO_LARGE
 */
export function readImage(bytes: Uint8Array): ImageFile | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = formatOf(view)
  if (!read) return undefined
  const pages = readHeader(read, view)
  checkPageCount(pages.length)
  if (pages.some(({ width, height }) => width < 1 || height < 1)) throw new DocumentError("CORRUPT")
  if (pages.some(({ width, height }) => width * height > maxPixels)) throw new DocumentError("TOO_LARGE")
  return { pages, bytesOf: (page) => (isTiff(view) ? selectTiffPage(bytes, page) : bytes) }
}

/** An image as a document: its pages have no text until that is recognized. */
export function openImage({ pages }: ImageFile): OpenedDocument {
  const texts = pages.map(() => "")
  return { title: null, totalPages: texts.length, pages: () => texts, pageImages: "without-text", close() {} }
}

type ReadHeader = (view: DataView) => ImageSize[]

function formatOf(view: DataView): ReadHeader | undefined {
  if (startsWith(view, 0, "\x89PNG\r\n\x1a\n")) return (png) => [sized(png.getUint32(16), png.getUint32(20))]
  if (startsWith(view, 0, "\xff\xd8\xff")) return (jpeg) => [readJpegHeader(jpeg)]
  if (startsWith(view, 0, "RIFF") && startsWith(view, 8, "WEBP")) return (webp) => [readWebp(webp)]
  return isTiff(view) ? tiffPages : undefined
}

function readHeader(read: ReadHeader, view: DataView): ImageSize[] {
  try {
    return read(view)
  } catch (cause) {
    // The header names a place after the end of the file.
    throw cause instanceof RangeError ? new DocumentError("CORRUPT", { cause }) : cause
  }
}

/** The size is at another place in each of the three kinds: lossy, lossless and extended. */
function readWebp(view: DataView): ImageSize {
  if (startsWith(view, 12, "VP8 ")) return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
  if (startsWith(view, 12, "VP8L")) {
    const bits = view.getUint32(21, true)
    return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
  }
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
  return sized(uint24(24) + 1, uint24(27) + 1)
}

function sized(width: number, height: number): ImageSize {
  return { width, height, orientation: 1 }
}

/** @param signature one character per byte */
function startsWith(view: DataView, at: number, signature: string): boolean {
  if (view.byteLength < at + signature.length) return false
  return [...signature].every((character, index) => view.getUint8(at + index) === character.charCodeAt(0))
}
