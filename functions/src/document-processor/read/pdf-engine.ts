// Loads PDFium, which is WebAssembly: its code once, and an instance for each document.
//
// An instance of its own, because WebAssembly's memory grows and never shrinks, and what a broken document does to it must
// not affect the next one. The code is kept, because it is compiled when it is called, and compiled better when it is called
// often: of a document of 100 pages, that takes a fifth of the reader's time.
import { readFile } from "node:fs/promises"
import type { PDFiumModule } from "@hyzyla/pdfium"
import { packageFile } from "../../package-file.ts"
import type { FormEngine } from "./pdf-form-fields.ts"
import type { LinkEngine } from "./pdf-links.ts"
import type { BookmarkEngine } from "./pdf-outline.ts"
import { maxPdfEngineBytes } from "./reading-limits.ts"

export type PdfEngine = Awaited<ReturnType<typeof PDFiumModule>> &
  FormEngine &
  BookmarkEngine &
  LinkEngine & {
    /** Source: PDFium's public/fpdf_doc.h: the bytes of UTF-16LE text, its terminator included, or the bytes it needs. */
    _FPDF_GetMetaText(document: number, tag: number, buffer: number, bytes: number): number
    wasmExports: { memory: { readonly buffer: ArrayBuffer; grow(pages: number): number } }
  }

/** TypeScript has the types of WebAssembly only together with those of browsers. */
type Code = object
type Instance = { exports: object }
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    compile(bytes: Uint8Array): Promise<Code>
    Instance: new (code: Code, imports: object) => Instance
  }
}

const wasmPageBytes = 65_536

let compiled: Code | undefined

export async function loadEngine(): Promise<PdfEngine> {
  // Loaded for the first PDF: other formats and the cold start do not pay for it.
  const { PDFiumModule } = await import("@hyzyla/pdfium")
  compiled ??= await WebAssembly.compile(await readFile(packageFile("@hyzyla/pdfium/pdfium.wasm")))
  const code = compiled
  const options: object = {
    // PDFium's messages would be printed as the function's.
    print() {},
    printErr() {},
    instantiateWasm(imports: object, receive: (instance: Instance) => void) {
      const instance = new WebAssembly.Instance(code, imports)
      receive(instance)
      return instance.exports
    },
  }
  try {
    const engine = (await PDFiumModule(options)) as PdfEngine
    engine._FPDF_InitLibraryWithConfig({})
    return engine
  } catch (cause) {
    // No property of the document, such as a RangeError would be taken for.
    throw new Error("The PDF engine cannot be started.", { cause })
  }
}

/**
 * Makes the engine's memory stop growing at its limit. A stream of 2 MB may inflate to 2 GB, and no other limit bounds
 * WebAssembly memory: `resourceLimits` of a thread bound the JavaScript heap only.
 */
export function limitMemory({ wasmExports: { memory } }: PdfEngine): { isExhausted: boolean } {
  const state = { isExhausted: false }
  const grow = memory.grow.bind(memory)
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * wasmPageBytes <= maxPdfEngineBytes) return grow(pages)
    state.isExhausted = true
    throw new RangeError("the PDF engine's memory limit is reached")
  }
  return state
}
