// Reads what the link annotations of a PDF lead to. The text of a page only has what is written on it.
import { FirstPlaces, maxTargetCharacters } from "./document-structure.ts"

/** Source: PDFium's public/fpdf_doc.h. Links and actions are pointers; 0 is none. */
export type LinkEngine = {
  HEAPU8: Uint8Array
  wasmExports: { malloc(bytes: number): number; free(pointer: number): void }
  /** Reads and advances the position at `position`, and writes the link at it to `link`: integers of 32 bits. */
  _FPDFLink_Enumerate(page: number, position: number, link: number): number
  _FPDFLink_GetAction(link: number): number
  _FPDFAction_GetType(action: number): number
  /** The bytes of the address, its terminator included. */
  _FPDFAction_GetURIPath(document: number, action: number, buffer: number, bytes: number): number
}

/** PDFACTION_URI. */
const uri = 3
/** A table of contents on each page has no more links than this. */
const maxEnumerated = 50_000

export class PdfLinks {
  readonly #engine: LinkEngine
  readonly #found = new FirstPlaces()
  #enumerated = 0

  constructor(engine: LinkEngine) {
    this.#engine = engine
  }

  /** Whether further links are ignored. */
  get isFull(): boolean {
    return this.#found.isFull || this.#enumerated >= maxEnumerated
  }

  get all(): { target: string; page: number }[] {
    return this.#found.entries.map(([target, page]) => ({ target, page }))
  }

  /** @param page a loaded one, and its number from 1 */
  add(document: number, { page, number }: { page: number; number: number }): void {
    if (this.isFull) return
    const engine = this.#engine
    const position = engine.wasmExports.malloc(8)
    if (position === 0) return
    const link = position + 4
    // mutants: equivalent, an allocation is larger than eight bytes
    engine.HEAPU8.fill(0, position, position + 8)
    while (!this.isFull && engine._FPDFLink_Enumerate(page, position, link) !== 0) {
      this.#enumerated += 1
      // The memory may have grown, which replaces the view.
      const { buffer } = engine.HEAPU8
      const target = this.#targetOf(document, new DataView(buffer).getUint32(link, true))
      if (target !== undefined) this.#found.add(target, number)
    }
    engine.wasmExports.free(position)
  }

  #targetOf(document: number, link: number): string | undefined {
    const engine = this.#engine
    const action = engine._FPDFLink_GetAction(link)
    if (action === 0 || engine._FPDFAction_GetType(action) !== uri) return undefined
    const bytes = engine._FPDFAction_GetURIPath(document, action, 0, 0)
    if (bytes <= 1 || bytes > maxTargetCharacters) return undefined
    const buffer = engine.wasmExports.malloc(bytes)
    if (buffer === 0) return undefined
    engine._FPDFAction_GetURIPath(document, action, buffer, bytes)
    const target = new TextDecoder().decode(engine.HEAPU8.slice(buffer, buffer + bytes - 1))
    engine.wasmExports.free(buffer)
    return target
  }
}
