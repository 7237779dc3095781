// Rendering with an engine that only counts: sizes, and that pages and memory are given back however it ends.
import { expect, test } from "vitest"
import { type RenderingEngine, renderPdfPage } from "./pdf-page-image.ts"

function createEngine(changes: Partial<RenderingEngine> = {}, bufferAt = 100) {
  const open = { pages: 0, buffers: 0, bitmaps: 0 }
  const calls: Record<string, number[]> = {}
  const note = (name: string, numbers: number[]) => {
    calls[name] = numbers
  }
  const engine: RenderingEngine = {
    HEAPU8: Uint8Array.from({ length: 4000 }, (_, at) => at % 256),
    _FPDF_LoadPage: () => ++open.pages,
    _FPDF_ClosePage: () => void open.pages--,
    _FPDF_GetPageWidth: () => 36,
    _FPDF_GetPageHeight: () => 18,
    _FPDFBitmap_CreateEx(...numbers) {
      note("create", numbers)
      open.bitmaps++
      return 7
    },
    _FPDFBitmap_FillRect: (...numbers) => note("fill", numbers),
    _FPDF_RenderPageBitmap: (...numbers) => note("render", numbers),
    _FPDFBitmap_Destroy: () => void open.bitmaps--,
    wasmExports: {
      malloc(bytes) {
        note("malloc", [bytes])
        if (bufferAt > 0) open.buffers++
        return bufferAt
      },
      free: () => void open.buffers--,
    },
    ...changes,
  }
  return { engine, open, calls }
}

const place = { document: 1, index: 0 }
const nothing = { pages: 0, buffers: 0, bitmaps: 0 }

test.each([
  [1, 1, 0x09],
  [3, 2, 0x11],
] as const)("a page in %d channels has a bitmap of its size and resolution", (channels, format, flags) => {
  const { engine, open, calls } = createEngine()
  const image = renderPdfPage(engine, place, { channels, dotsPerInch: ({ width }) => width * 4 })
  expect(image).toEqual({
    width: 72,
    height: 36,
    channels,
    pixels: engine.HEAPU8.slice(100, 100 + 72 * 36 * channels),
    dotsPerInch: 144,
  })
  expect(calls).toEqual({
    malloc: [72 * 36 * channels],
    create: [72, 36, format, 100, 72 * channels],
    fill: [7, 0, 0, 72, 36, 0xff_ff_ff_ff],
    render: [7, 1, 0, 0, 72, 36, 0, flags],
  })
  expect(open).toEqual(nothing)
})

test("an image has at least one pixel", () => {
  const { engine } = createEngine()
  expect(renderPdfPage(engine, place, { channels: 1, dotsPerInch: () => 0.1 })).toMatchObject({ width: 1, height: 1 })
})

test("a page that cannot be loaded has no image", () => {
  const { engine, open } = createEngine({ _FPDF_LoadPage: () => 0 })
  expect(renderPdfPage(engine, place, { channels: 1, dotsPerInch: () => 72 })).toBeUndefined()
  expect(open).toEqual(nothing)
})

test.each([
  ["memory", createEngine({}, 0)],
  ["bitmap", createEngine({ _FPDFBitmap_CreateEx: () => 0 })],
])("a page for which there is no %s is too large, and is closed", (_what, { engine, open }) => {
  const render = () => renderPdfPage(engine, place, { channels: 1, dotsPerInch: () => 72 })
  expect(render).toThrow(expect.objectContaining({ errorCode: "TOO_LARGE" }))
  expect(open).toEqual(nothing)
})
