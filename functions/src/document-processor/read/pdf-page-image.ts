// Renders a page of a PDF with PDFium into a bitmap: for text recognition and for thumbnails.
//
// Rendering may take long and much memory, whatever the size of the file. Both functions that render do nothing else, so
// a page that exceeds their time or memory harms only its own invocation.
import { DocumentError } from "../document-error.ts"

export type PageImage = { width: number; height: number; channels: 1 | 3; pixels: Uint8Array; dotsPerInch: number }

export type PageImageOptions = {
  /** 1: grayscale, 3: RGB. */
  channels: 1 | 3
  /** The resolution for a page of this size in points, which are 1/72 inch. */
  dotsPerInch(page: { width: number; height: number }): number
}

/** The part of PDFium's C API that renders. */
export type RenderingEngine = {
  HEAPU8: Uint8Array
  _FPDF_LoadPage(document: number, index: number): number
  _FPDF_ClosePage(page: number): void
  _FPDF_GetPageWidth(page: number): number
  _FPDF_GetPageHeight(page: number): number
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: number, stride: number): number
  _FPDFBitmap_FillRect(bitmap: number, x: number, y: number, width: number, height: number, color: number): void
  _FPDF_RenderPageBitmap: (...args: [bitmap: number, page: number, ...numbers: number[]]) => void
  _FPDFBitmap_Destroy(bitmap: number): void
  wasmExports: { malloc(bytes: number): number; free(buffer: number): void }
}

// Source: PDFium's public/fpdfview.h: FPDFBitmap_Gray, FPDFBitmap_BGR; FPDF_ANNOT, FPDF_GRAYSCALE, FPDF_REVERSE_BYTE_ORDER.
const formats = { 1: 1, 3: 2 } as const
const flags = { 1: 0x01 | 0x08, 3: 0x01 | 0x10 } as const
const white = 0xff_ff_ff_ff

/** @returns undefined for a page that cannot be loaded */
export function renderPdfPage(
  engine: RenderingEngine,
  { document, index }: { document: number; index: number },
  { channels, dotsPerInch }: PageImageOptions,
): PageImage | undefined {
  const page = engine._FPDF_LoadPage(document, index)
  if (!page) return undefined
  try {
    const size = { width: engine._FPDF_GetPageWidth(page), height: engine._FPDF_GetPageHeight(page) }
    const resolution = dotsPerInch(size)
    const width = Math.max(1, Math.round((size.width * resolution) / 72))
    const height = Math.max(1, Math.round((size.height * resolution) / 72))
    const pixels = render(engine, { page, width, height, channels })
    return { width, height, channels, pixels, dotsPerInch: resolution }
  } finally {
    engine._FPDF_ClosePage(page)
  }
}

type Bitmap = { page: number; width: number; height: number; channels: 1 | 3 }

function render(engine: RenderingEngine, { page, width, height, channels }: Bitmap): Uint8Array {
  const stride = width * channels
  const buffer = engine.wasmExports.malloc(stride * height)
  if (buffer === 0) throw new DocumentError("TOO_LARGE")
  try {
    const bitmap = engine._FPDFBitmap_CreateEx(width, height, formats[channels], buffer, stride)
    if (bitmap === 0) throw new DocumentError("TOO_LARGE")
    engine._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white)
    engine._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags[channels])
    engine._FPDFBitmap_Destroy(bitmap)
    return engine.HEAPU8.slice(buffer, buffer + stride * height)
  } finally {
    engine.wasmExports.free(buffer)
  }
}
