// Reads what was filled into the fields of a PDF form, and what was typed onto a page. PDFium's text of a page has neither.

/** Source: PDFium's public/fpdf_formfill.h and public/fpdf_annot.h. Texts are UTF-16LE, their lengths in bytes. */
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
  _FPDFAnnot_GetSubtype(annotation: number): number
  _FPDFAnnot_GetFlags(annotation: number): number
  _FPDFAnnot_GetStringValue(annotation: number, key: number, buffer: number, bytes: number): number
  _FPDFAnnot_GetFormFieldType(form: number, annotation: number): number
  _FPDFAnnot_GetFormFieldFlags(form: number, annotation: number): number
  _FPDFAnnot_GetFormFieldValue(form: number, annotation: number, buffer: number, bytes: number): number
  _FPDFAnnot_GetFormFieldName(form: number, annotation: number, buffer: number, bytes: number): number
  _FPDFAnnot_GetFormFieldAlternateName(form: number, annotation: number, buffer: number, bytes: number): number
  _FPDFAnnot_GetOptionCount(form: number, annotation: number): number
  _FPDFAnnot_IsOptionSelected(form: number, annotation: number, index: number): number
  _FPDFAnnot_GetOptionLabel(form: number, annotation: number, index: number, buffer: number, bytes: number): number
}

/** Reads so many bytes of UTF-16LE from a buffer that `write` fills. */
type ReadText = (bytes: number, write: (buffer: number) => number) => string

// FPDF_ANNOT_FREETEXT and FPDF_ANNOT_WIDGET.
const freeText = 3
const widget = 20
// FPDF_FORMFIELD_*.
const checkBox = 2
const radioButton = 3
const choices = new Set([4, 5])
const textField = 6
/** PDF 1.7, tables 165 and 228: hidden, not shown on a screen; a password. */
const hiddenFlags = 2 | 32
const passwordFlag = 1 << 13

/** Of a page: in hostile documents each has the same million. */
const maxAnnotations = 5_000
const maxOptions = 1_000

/** Larger than the structure FPDF_FORMFILLINFO, whose callbacks are not called without events. */
const infoBytes = 512
const infoVersion = 1

export class FormFields {
  readonly #engine: FormEngine
  readonly #readText: ReadText
  #info = 0
  /** 0 when the document has no form. */
  #form = 0

  constructor(engine: FormEngine, document: number, readText: ReadText) {
    this.#engine = engine
    this.#readText = readText
    if (engine._FPDF_GetFormType(document) === 0) return
    this.#info = engine.wasmExports.malloc(infoBytes)
    if (this.#info === 0) return
    engine.HEAPU8.fill(0, this.#info, this.#info + infoBytes)
    engine.HEAPU8[this.#info] = infoVersion
    this.#form = engine._FPDFDOC_InitFormFillEnvironment(document, this.#info)
  }

  valuesOn(page: number): string[] {
    const engine = this.#engine
    const values: string[] = []
    const count = Math.min(maxAnnotations, engine._FPDFPage_GetAnnotCount(page))
    for (let index = 0; index < count; index += 1) {
      const annotation = engine._FPDFPage_GetAnnot(page, index)
      if (annotation === 0) continue
      const value = engine._FPDFAnnot_GetFlags(annotation) & hiddenFlags ? "" : this.#valueOf(annotation)
      if (value !== "") values.push(value.replaceAll(/\r\n?/g, "\n"))
      engine._FPDFPage_CloseAnnot(annotation)
    }
    return values
  }

  #valueOf(annotation: number): string {
    const subtype = this.#engine._FPDFAnnot_GetSubtype(annotation)
    if (subtype === freeText) return this.#entry(annotation, "Contents")
    return subtype === widget && this.#form !== 0 ? this.#fieldValue(annotation) : ""
  }

  /** A text or a name in the dictionary of an annotation. */
  #entry(annotation: number, name: string): string {
    const engine = this.#engine
    const key = engine.wasmExports.malloc(name.length + 1)
    if (key === 0) return ""
    engine.HEAPU8.set(new TextEncoder().encode(`${name}\0`), key)
    const text = this.#read((buffer, bytes) => engine._FPDFAnnot_GetStringValue(annotation, key, buffer, bytes))
    engine.wasmExports.free(key)
    return text
  }

  #fieldValue(annotation: number): string {
    const engine = this.#engine
    const form = this.#form
    const type = engine._FPDFAnnot_GetFormFieldType(form, annotation)
    if (type === checkBox || type === radioButton) return this.#checked(annotation, type)
    if (type !== textField && !choices.has(type)) return ""
    if (type === textField && engine._FPDFAnnot_GetFormFieldFlags(form, annotation) & passwordFlag) return ""
    const selected = type === textField ? "" : this.#selected(annotation)
    if (selected !== "") return selected
    return this.#read((buffer, bytes) => engine._FPDFAnnot_GetFormFieldValue(form, annotation, buffer, bytes))
  }

  /** What a reader sees of the options; a value that is none of them was typed. */
  #selected(annotation: number): string {
    const engine = this.#engine
    const count = Math.min(maxOptions, engine._FPDFAnnot_GetOptionCount(this.#form, annotation))
    const labels: string[] = []
    for (let index = 0; index < count; index += 1) {
      if (!engine._FPDFAnnot_IsOptionSelected(this.#form, annotation, index)) continue
      labels.push(
        this.#read((buffer, bytes) => engine._FPDFAnnot_GetOptionLabel(this.#form, annotation, index, buffer, bytes)),
      )
    }
    return labels.join(", ")
  }

  /** The description of what was checked, or else its name; of radio buttons, which one. */
  #checked(annotation: number, type: number): string {
    const engine = this.#engine
    const form = this.#form
    // The state whose picture is shown.
    const state = this.#entry(annotation, "AS")
    if (state === "" || state === "Off") return ""
    const name =
      this.#read((buffer, bytes) => engine._FPDFAnnot_GetFormFieldAlternateName(form, annotation, buffer, bytes)) ||
      this.#read((buffer, bytes) => engine._FPDFAnnot_GetFormFieldName(form, annotation, buffer, bytes))
    return type === checkBox ? `☒ ${name}` : `☒ ${name}: ${state}`
  }

  #read(call: (buffer: number, bytes: number) => number): string {
    const bytes = call(0, 0)
    return this.#readText(bytes, (buffer) => call(buffer, bytes))
  }

  /** Before the document is closed. */
  close(): void {
    if (this.#form !== 0) this.#engine._FPDFDOC_ExitFormFillEnvironment(this.#form)
    if (this.#info !== 0) this.#engine.wasmExports.free(this.#info)
  }
}
