// Reads PDF with PDFium (WebAssembly), page by page.
//
// The package's PDFiumPage closes a page only when it is rendered, so the pages of a long document would pile up. Its
// PDFiumModule, the engine, is PDFium's C API, which closes them.
import { DocumentError } from "../document-error.ts"
import type { DocumentStructure } from "./document-structure.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { limitMemory, loadEngine, type PdfEngine } from "./pdf-engine.ts"
import { FormFields } from "./pdf-form-fields.ts"
import { PdfLinks } from "./pdf-links.ts"
import { pdfOutline } from "./pdf-outline.ts"
import { type PageImage, type PageImageOptions, renderPdfPage } from "./pdf-page-image.ts"
import { checkPageCount, maxCharacters } from "./reading-limits.ts"

// Source: PDFium's public/fpdfview.h, FPDF_ERR_*.
const wrongPassword = 4
const unknownSecurity = 5

export const needsPassword = "This PDF is protected by a password. Enter the password to have it read."
export const passwordIsWrong = "This is not the password of the PDF. Check it and enter it again."

const maxPropertyBytes = 20_000
// Kept, because to create it takes several times as long as to decode a page.
const utf16 = new TextDecoder("utf-16le")
/** Pages that an earlier invocation read are loaded again for their links, for this time. */
const maxSkippedMs = 1_000

export type OpenedPdf = OpenedDocument & {
  /** @returns undefined when the page does not exist or cannot be loaded */
  pageImage(page: number, options: PageImageOptions): PageImage | undefined
}

/** @throws DocumentError ENCRYPTED, CORRUPT, TOO_LARGE; so do the pages. */
export async function openPdf(bytes: Uint8Array, password?: string): Promise<OpenedPdf> {
  const pdf = new PdfFile(await loadEngine())
  try {
    pdf.open(bytes, password)
    const { title, author, totalPages } = pdf
    const pageImage: OpenedPdf["pageImage"] = (page, options) => pdf.pageImage(page, options)
    return {
      title,
      author,
      totalPages,
      pages: (skipped) => pdf.pages(skipped),
      structure: () => pdf.structure(),
      pageImages: "with-text",
      pageImage,
      close: () => pdf.close(),
    }
  } catch (error) {
    pdf.close()
    throw error
  }
}

class PdfFile {
  readonly #engine: PdfEngine
  readonly #memory: { isExhausted: boolean }
  #file = 0
  #document = 0
  #form: FormFields | undefined
  readonly #links: PdfLinks
  #skipped = 0

  constructor(engine: PdfEngine) {
    this.#engine = engine
    this.#links = new PdfLinks(engine)
    this.#memory = limitMemory(engine)
  }

  open(bytes: Uint8Array, password: string | undefined): void {
    this.#guard(() => {
      const engine = this.#engine
      this.#file = engine.wasmExports.malloc(bytes.length)
      if (this.#file === 0) throw new DocumentError("TOO_LARGE")
      engine.HEAPU8.set(bytes, this.#file)
      for (const encoded of encodingsOf(password)) {
        this.#document = this.#load(bytes.length, encoded)
        if (this.#document === 0) continue
        this.#form = new FormFields(engine, this.#document, (bytes, write) => this.#readUtf16(bytes, write))
        return
      }
      const reason = engine._FPDF_GetLastError()
      if (reason === unknownSecurity) throw new DocumentError("ENCRYPTED")
      if (reason !== wrongPassword) throw new DocumentError("CORRUPT")
      throw new DocumentError("ENCRYPTED", { message: password === undefined ? needsPassword : passwordIsWrong })
    })
    checkPageCount(this.totalPages)
    if (this.totalPages < 1) throw new DocumentError("CORRUPT")
  }

  #load(bytes: number, password: Uint8Array | undefined): number {
    const engine = this.#engine
    if (!password) return engine._FPDF_LoadMemDocument(this.#file, bytes, 0)
    const buffer = engine.wasmExports.malloc(password.length + 1)
    if (buffer === 0) throw new DocumentError("TOO_LARGE")
    try {
      engine.HEAPU8.set(password, buffer)
      engine.HEAPU8[buffer + password.length] = 0
      return engine._FPDF_LoadMemDocument(this.#file, bytes, buffer)
    } finally {
      engine.HEAPU8.fill(0, buffer, buffer + password.length)
      engine.wasmExports.free(buffer)
    }
  }

  get totalPages(): number {
    return this.#engine._FPDF_GetPageCount(this.#document)
  }

  get title(): string | null {
    return this.#property("Title")
  }

  get author(): string | null {
    return this.#property("Author")
  }

  #property(name: string): string | null {
    const engine = this.#engine
    return this.#guard(() => {
      const tag = engine.wasmExports.malloc(name.length + 1)
      engine.HEAPU8.set(new TextEncoder().encode(`${name}\0`), tag)
      const bytes = engine._FPDF_GetMetaText(this.#document, tag, 0, 0)
      const write = (buffer: number) => engine._FPDF_GetMetaText(this.#document, tag, buffer, bytes)
      const text = bytes > maxPropertyBytes ? "" : this.#readUtf16(bytes, write)
      engine.wasmExports.free(tag)
      return text.trim() || null
    })
  }

  *pages(skipped = 0): Iterable<string> {
    const { totalPages } = this
    this.#skipped = skipped
    for (let index = skipped; index < totalPages; index += 1) yield this.#guard(() => this.#pageText(index))
  }

  structure(): DocumentStructure {
    const readText = (bytes: number, write: (buffer: number) => number) => this.#readUtf16(bytes, write)
    return this.#guard(() => {
      this.#readSkippedLinks()
      return { outline: pdfOutline(this.#engine, this.#document, readText), links: this.#links.all }
    })
  }

  #readSkippedLinks(): void {
    const start = performance.now()
    for (let index = 0; index < this.#skipped; index += 1) {
      if (this.#links.isFull || performance.now() - start > maxSkippedMs) return
      const page = this.#engine._FPDF_LoadPage(this.#document, index)
      if (!page) continue
      this.#links.add(this.#document, { page, number: index + 1 })
      this.#engine._FPDF_ClosePage(page)
    }
  }

  pageImage(page: number, options: PageImageOptions): PageImage | undefined {
    return this.#guard(() => renderPdfPage(this.#engine, { document: this.#document, index: page - 1 }, options))
  }

  close(): void {
    // An engine that ran out of memory or crashed cannot be called again; its instance is garbage.
    if (this.#memory.isExhausted || this.#document === 0) return
    this.#form?.close()
    this.#engine._FPDF_CloseDocument(this.#document)
    this.#engine.wasmExports.free(this.#file)
    this.#document = 0
  }

  /** Out of memory, PDFium either crashes or continues with what it has: both end the document. */
  #guard<Result>(call: () => Result): Result {
    let result: Result
    try {
      result = call()
    } catch (cause) {
      if (cause instanceof DocumentError && !this.#memory.isExhausted) throw cause
      // The instance is in an unknown state.
      this.#document = 0
      throw new DocumentError(this.#memory.isExhausted ? "TOO_LARGE" : "CORRUPT", { cause })
    }
    if (this.#memory.isExhausted) throw new DocumentError("TOO_LARGE")
    return result
  }

  /** A page that cannot be loaded has no text; its neighbours may have some. What was filled into its form follows it. */
  #pageText(index: number): string {
    const engine = this.#engine
    const page = engine._FPDF_LoadPage(this.#document, index)
    if (!page) return ""
    try {
      this.#links.add(this.#document, { page, number: index + 1 })
      const values = this.#form?.valuesOn(page) ?? []
      const parts = [this.#printedText(page), ...values].filter((part) => part !== "")
      return parts.join("\n")
    } finally {
      engine._FPDF_ClosePage(page)
    }
  }

  #printedText(page: number): string {
    const engine = this.#engine
    const textPage = engine._FPDFText_LoadPage(page)
    try {
      const characters = textPage ? engine._FPDFText_CountChars(textPage) : 0
      if (characters < 1) return ""
      if (characters > maxCharacters) throw new DocumentError("TOO_LARGE")
      const text = this.#readUtf16((characters + 1) * 2, (buffer) => {
        return engine._FPDFText_GetText(textPage, 0, characters, buffer) * 2
      })
      // PDFium joins a word that was broken at a line's end, and marks the place with U+FFFE.
      return text.replaceAll("\r\n", "\n").replaceAll("\uFFFE", "-\n")
    } finally {
      if (textPage) engine._FPDFText_ClosePage(textPage)
    }
  }

  /** @param write fills a buffer with terminated UTF-16LE text and returns the bytes it wrote */
  #readUtf16(bytes: number, write: (buffer: number) => number): string {
    if (bytes <= 2) return ""
    const engine = this.#engine
    const buffer = engine.wasmExports.malloc(bytes)
    if (buffer === 0) throw new DocumentError("TOO_LARGE")
    try {
      const written = Math.max(0, write(buffer) - 2)
      return utf16.decode(engine.HEAPU8.slice(buffer, buffer + written))
    } finally {
      engine.wasmExports.free(buffer)
    }
  }
}

/** Newer PDFs have passwords in UTF-8, older ones in an 8-bit encoding. */
function encodingsOf(password: string | undefined): (Uint8Array | undefined)[] {
  if (password === undefined) return [undefined]
  return [Buffer.from(password, "utf8"), Buffer.from(password, "latin1")]
}
