// Reads the headers of images: real ones, and those of hostile or damaged files.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { makeTiff } from "../../../test/scanned-documents.ts"
import { encodePng } from "../../page-thumbnails/encode-png.ts"
import { DocumentError } from "../document-error.ts"
import { readImage } from "./image.ts"
import { openDocument } from "./open-document.ts"
import type { PageImage } from "./pdf-page-image.ts"

const gray = (width: number, height: number): PageImage => {
  return { width, height, channels: 1, pixels: new Uint8Array(width * height), dotsPerInch: 72 }
}
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))))
const frame = (height: number, width: number) => [
  ...[0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255],
  ...[1, 1, 0x11, 0],
]
/** EXIF data of a photograph that was taken with the camera turned. */
const turned = bytes(
  [0xff, 0xe1, 0, 34],
  "Exif\0\0MM\0*",
  [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0],
  [...[0, 0, 0, 0]],
)

describe("the size of an image", () => {
  test("is read from PNG and TIFF, for each page", async () => {
    expect(readImage(await encodePng(gray(30, 20)))?.pages).toEqual([{ width: 30, height: 20, orientation: 1 }])
    const tiff = readImage(makeTiff([gray(30, 20), gray(10, 40)]))
    expect(tiff?.pages).toMatchObject([
      { width: 30, height: 20 },
      { width: 10, height: 40 },
    ])
    expect(readImage(tiff!.bytesOf(2))?.pages).toMatchObject([{ width: 10, height: 40 }])
  })

  test("is read from JPEG, with the orientation of the camera", () => {
    const jpeg = bytes([0xff, 0xd8], turned.toString("latin1"), frame(600, 800))
    expect(readImage(jpeg)?.pages).toEqual([{ width: 800, height: 600, orientation: 6 }])
    expect(readImage(bytes([0xff, 0xd8], frame(600, 800)))?.pages).toEqual([
      { width: 800, height: 600, orientation: 1 },
    ])
  })

  test.each([
    ["lossy", bytes("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a", [0x20, 3, 0x58, 2])],
    ["lossless", bytes("RIFF\0\0\0\0WEBPVP8L\0\0\0\0/", [0x1f, 0xc3, 0x95, 0])],
    ["extended", bytes("RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0", [0x1f, 3, 0, 0x57, 2, 0])],
  ])("is read from %s WebP", (_kind, webp) => {
    expect(readImage(webp)?.pages).toEqual([{ width: 800, height: 600, orientation: 1 }])
  })
})

test("an image of too many pixels is too large", async () => {
  const png = Buffer.from(await encodePng(gray(1, 1)))
  png.writeUInt32BE(30_000, 16)
  png.writeUInt32BE(30_000, 20)
  expect(() => readImage(png)).toThrow(expect.objectContaining({ errorCode: "TOO_LARGE" }))
})

test("directories that name each other in a circle end", () => {
  const tiff = Buffer.from(makeTiff([gray(2, 2)]))
  tiff.writeUInt32LE(tiff.readUInt32LE(4), tiff.length - 4)
  expect(readImage(tiff)?.pages).toHaveLength(1)
})

test("an image that ends within its header is damaged, and any bytes either are an image or are rejected", () => {
  const damaged = (part: Uint8Array) =>
    expect(() => readImage(part)).toThrow(expect.objectContaining({ errorCode: "CORRUPT" }))
  damaged(bytes("\x89PNG\r\n\x1a\n\0\0"))
  damaged(bytes([0xff, 0xd8, 0xff]))
  damaged(makeTiff([gray(2, 2)]).subarray(0, 20))
  const starts = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "II*\0", "MM\0*", "RIFF\0\0\0\0WEBPVP8L"].map((start) =>
    bytes(start),
  )
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 60 }), (start, rest) => {
      try {
        readImage(Buffer.concat([start, rest]))
      } catch (error) {
        expect(error).toBeInstanceOf(DocumentError)
      }
    }),
  )
})

test("the content decides before the name, and an image has pages without text", async () => {
  const document = await openDocument(makeTiff([gray(2, 2), gray(2, 2)]), "application/pdf")
  expect({ ...document, pages: [...document.pages()] }).toMatchObject({
    totalPages: 2,
    pages: ["", ""],
    pageImages: "without-text",
  })
})
