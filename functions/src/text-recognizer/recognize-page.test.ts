// Recognizes text with Tesseract itself, in scans that are made on the spot.
import { beforeAll, expect, test } from "vitest"
import { silentLogger } from "../../test/lambda-context.ts"
import { makePdf } from "../../test/make-documents.ts"
import { makeTiff, scanPage, scanPdf } from "../../test/scanned-documents.ts"
import { encodePng } from "../page-thumbnails/encode-png.ts"
import type { RecognitionRequest } from "./recognition-request.ts"
import { createPageRecognizer } from "./recognize-page.ts"
import { loadTesseract, type Tesseract } from "./tesseract.ts"

// Short, because each line is recognized up to four times.
const relay = "The relay station was measured."
const harbor = "Forty barges left."

let tesseract: Tesseract

beforeAll(async () => {
  tesseract = await loadTesseract("eng")
})

function recognizerOf(file: Uint8Array | undefined) {
  let downloads = 0
  const recognize = createPageRecognizer({
    download: async () => {
      downloads += 1
      return file
    },
    loadTesseract: async () => tesseract,
    logger: silentLogger(),
  })
  const textOf = async (page: number, request: Partial<RecognitionRequest> = {}) => {
    const { text } = await recognize({ documentId: "d1", page, readingId: "r1", ...request })
    return text.replaceAll(/\s+/g, " ")
  }
  return { textOf, downloads: () => downloads }
}

test("recognizes each page of a scan, whichever way it was put on the scanner, and downloads the file once", async () => {
  const upsideDown = { scanned: harbor, options: { turned: 180 } }
  const { textOf, downloads } = recognizerOf(await scanPdf([relay, upsideDown, ""]))
  expect(await textOf(1)).toBe(relay)
  expect(await textOf(2)).toBe(harbor)
  expect(await textOf(3)).toBe("")
  expect(downloads()).toBe(1)
  await textOf(3, { readingId: "r2" })
  expect(downloads()).toBe(2)
})

test("recognizes PNG, and every page of TIFF", async () => {
  const images = [await scanPage(relay), await scanPage(harbor)]
  const png = recognizerOf(await encodePng(images[0]!))
  expect(await png.textOf(1)).toBe(relay)
  const tiff = recognizerOf(makeTiff(images))
  expect([await tiff.textOf(1), await tiff.textOf(2)]).toEqual([relay, harbor])
})

test("returns no text for noise", async () => {
  const [width, height] = [300, 120]
  let state = 1
  const pixels = Uint8Array.from({ length: width * height }, () => {
    state = (state * 48_271) % 2_147_483_647
    return state % 256
  })
  const noise = await encodePng({ width, height, channels: 1, pixels, dotsPerInch: 300 })
  expect(await recognizerOf(noise).textOf(1)).toBe("")
})

test("opens a protected PDF with its password", async () => {
  const { textOf } = recognizerOf(await makePdf([relay], { password: "secret" }))
  await expect(textOf(1)).rejects.toThrow("protected by a password")
  expect(await textOf(1, { password: "secret" })).toBe(relay)
})

test("fails when the file is gone, is of another kind, or has no such page", async () => {
  await expect(recognizerOf(undefined).textOf(1)).rejects.toThrow("The uploaded file is gone.")
  await expect(recognizerOf(Buffer.from("text")).textOf(1)).rejects.toThrow("damaged")
  await expect(recognizerOf(await scanPdf([relay])).textOf(2)).rejects.toThrow("Page 2 cannot be rendered.")
})
