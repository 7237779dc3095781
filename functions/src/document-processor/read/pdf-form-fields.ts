// Reads what was filled into the fields of a PDF form. PDFium's text of a page does not have it.

/** Source: PDFium's public/fpdf_formfill.h and public/fpdf_annot.h. */
export type FormEngine = {
  HEAPU8: Uint8Array
  wasmExports: { malloc(bytes: number): number; free(pointer: number): void }
  /** 0 when the document has no form. */
  _FPDF_GetFormType(document: number): number
  _FPDFDOC_InitFormFillEnvironment(document: number, info: number): number
  _FPDFDOC_ExitFormFillEnvironment(form: number): void
  _FPDFPage_GetAnnotCount(page: number): number
  _FPDFPage_GetAnnot(page: number, index: number): number
  _FPDFPage_CloseAnnot(annotation: number): void
  _FPDFAnnot_GetFormFieldType(form: number, annotation: number): number
  /** The bytes of UTF-16LE text, its terminator included. */
  _FPDFAnnot_GetFormFieldValue(form: number, annotation: number, buffer: number, bytes: number): number
}

// Source: PDFium's public/fpdf_formfill.h, FPDF_FORMFIELD_*.
const fieldsWithText = new Set([4, 5, 6])

/** Larger than the structure FPDF_FORMFILLINFO, whose callbacks are not called without events. */
const infoBytes = 512
const infoVersion = 1

export class FormFields {
  readonly #engine: FormEngine
  readonly #info: number
  readonly #form: number

  private constructor(engine: FormEngine, info: number, form: number) {
    this.#engine = engine
    this.#info = info
    this.#form = form
  }

  /** Undefined when the document has no form. */
  static of(engine: FormEngine, document: number): FormFields | undefined {
    if (engine._FPDF_GetFormType(document) === 0) return undefined
    const info = engine.wasmExports.malloc(infoBytes)
    if (info === 0) return undefined
    engine.HEAPU8.fill(0, info, info + infoBytes)
    engine.HEAPU8[info] = infoVersion
    const form = engine._FPDFDOC_InitFormFillEnvironment(document, info)
    if (form !== 0) return new FormFields(engine, info, form)
    engine.wasmExports.free(info)
    return undefined
  }

  /** @param readText reads UTF-16LE of so many bytes from a buffer that `write` fills */
  valuesOn(page: number, readText: (bytes: number, write: (buffer: number) => number) => string): string[] {
    const engine = this.#engine
    const values: string[] = []
    const count = engine._FPDFPage_GetAnnotCount(page)
    for (let index = 0; index < count; index += 1) {
      const annotation = engine._FPDFPage_GetAnnot(page, index)
      if (annotation === 0) continue
      if (fieldsWithText.has(engine._FPDFAnnot_GetFormFieldType(this.#form, annotation))) {
        const read = (buffer: number, bytes: number) =>
          engine._FPDFAnnot_GetFormFieldValue(this.#form, annotation, buffer, bytes)
        const bytes = read(0, 0)
        const value = readText(bytes, (buffer) => read(buffer, bytes))
        if (value !== "") values.push(value.replaceAll("\r", "\n"))
      }
      engine._FPDFPage_CloseAnnot(annotation)
    }
    return values
  }

  /** Before the document is closed. */
  close(): void {
    this.#engine._FPDFDOC_ExitFormFillEnvironment(this.#form)
    this.#engine.wasmExports.free(this.#info)
  }
}
