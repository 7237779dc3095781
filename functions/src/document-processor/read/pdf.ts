// Reads PDF with PDFium (WebAssembly), page by page.
//
// PDFium's code looks for `pdfium.wasm` beside the file it runs in (`new URL("pdfium.wasm", import.meta.url)`): in
// node_modules that is the package's own, in a bundle it is beside index.mjs. So whoever bundles the processor copies
// `@hyzyla/pdfium/dist/pdfium.wasm` there; bundle.test.ts does, and proves that the bundle reads a PDF.
//
// Each document gets an instance of its own: WebAssembly's memory grows and never shrinks, and what a broken document
// does to it must not reach the next one. An instance takes some 30 ms.
//
// The package's PDFiumPage closes a page only when it is rendered, so the pages of a long document would pile up;
// its PDFiumModule is PDFium's plain C API, in which we close them.
import type { PDFiumModule } from "@hyzyla/pdfium"
import { DocumentError } from "../document-error.ts"
import type { OpenedDocument } from "./opened-document.ts"

type PDFium = Awaited<ReturnType<typeof PDFiumModule>> & {
  /** Source: PDFium's public/fpdf_doc.h: bytes of UTF-16LE text, its terminator included, or the bytes it would need. */
  _FPDF_GetMetaText(document: number, tag: number, buffer: number, bytes: number): number
}

// Source: PDFium's public/fpdfview.h, FPDF_ERR_*.
const wrongPassword = 4
const unknownSecurity = 5

/** @throws DocumentError ENCRYPTED, CORRUPT */
export async function openPdf(bytes: Uint8Array): Promise<OpenedDocument> {
  const pdfium = await loadPdfium()
  const { malloc, free } = pdfium.wasmExports
  const file = malloc(bytes.length)
  pdfium.HEAPU8.set(bytes, file)
  const document = pdfium._FPDF_LoadMemDocument(file, bytes.length, 0)
  if (!document) {
    const reason = pdfium._FPDF_GetLastError()
    free(file)
    throw new DocumentError(reason === wrongPassword || reason === unknownSecurity ? "ENCRYPTED" : "CORRUPT")
  }
  const totalPages = pdfium._FPDF_GetPageCount(document)
  const close = () => {
    pdfium._FPDF_CloseDocument(document)
    free(file)
  }
  if (totalPages < 1) {
    close()
    throw new DocumentError("CORRUPT")
  }
  return {
    title: metadata(pdfium, document, "Title"),
    totalPages,
    *pages() {
      for (let index = 0; index < totalPages; index += 1) yield pageText(pdfium, document, index)
    },
    close,
  }
}

async function loadPdfium(): Promise<PDFium> {
  // Loaded when the first PDF comes: other formats and the cold start do not pay for it.
  const { PDFiumModule } = await import("@hyzyla/pdfium")
  const pdfium = await PDFiumModule({})
  pdfium._FPDF_InitLibraryWithConfig({})
  return pdfium as PDFium
}

/** A page that cannot be loaded has no text; its neighbours may well have. */
function pageText(pdfium: PDFium, document: number, index: number): string {
  const page = pdfium._FPDF_LoadPage(document, index)
  if (!page) return ""
  const textPage = pdfium._FPDFText_LoadPage(page)
  try {
    const characters = textPage ? pdfium._FPDFText_CountChars(textPage) : 0
    if (characters < 1) return ""
    const text = readUtf16(pdfium, (characters + 1) * 2, (buffer) => {
      return pdfium._FPDFText_GetText(textPage, 0, characters, buffer) * 2
    })
    // PDFium joins a word that was broken at a line's end, and marks the place with U+FFFE.
    return text.replaceAll("\r\n", "\n").replaceAll("\uFFFE", "-\n")
  } finally {
    if (textPage) pdfium._FPDFText_ClosePage(textPage)
    pdfium._FPDF_ClosePage(page)
  }
}

function metadata(pdfium: PDFium, document: number, name: string): string | null {
  const tag = pdfium.wasmExports.malloc(name.length + 1)
  pdfium.HEAPU8.set(new TextEncoder().encode(`${name}\0`), tag)
  const bytes = pdfium._FPDF_GetMetaText(document, tag, 0, 0)
  const text = readUtf16(pdfium, bytes, (buffer) => pdfium._FPDF_GetMetaText(document, tag, buffer, bytes))
  pdfium.wasmExports.free(tag)
  return text.trim() || null
}

/** Lets `write` fill a buffer with terminated UTF-16LE text, and gives that text. `write` returns the bytes it wrote. */
function readUtf16(pdfium: PDFium, bytes: number, write: (buffer: number) => number): string {
  if (bytes <= 2) return ""
  const buffer = pdfium.wasmExports.malloc(bytes)
  try {
    const written = Math.max(0, write(buffer) - 2)
    return new TextDecoder("utf-16le").decode(pdfium.HEAPU8.slice(buffer, buffer + written))
  } finally {
    pdfium.wasmExports.free(buffer)
  }
}
