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

const sizeIn = (...parts: (string | number[])[]) => readImage(bytes([0xff, 0xd8], ...parts))?.pages[0]

test("the size of a JPEG image is in the first frame of any kind, after other segments", () => {
  const size = { width: 800, height: 600, orientation: 1 }
  for (let marker = 0xc0; marker <= 0xcf; marker += 1) {
    const segment = [0xff, marker, ...frame(600, 800).slice(2)]
    // Tables, extensions and conditions have markers among those of frames.
    if ([0xc4, 0xc8, 0xcc].includes(marker)) expect(sizeIn(segment, frame(60, 80))).toMatchObject({ width: 80 })
    else expect(sizeIn(segment, frame(60, 80))).toEqual(size)
  }
  expect(sizeIn([0xff, 0xe0, 0, 4, 1, 2], [0xff, 0xfe, 0, 2], frame(600, 800))).toEqual(size)
})

test.each([
  ["a scan before its size", [0xff, 0xda, 0, 2]],
  ["a segment that is shorter than its length", [0xff, 0xe0, 0, 1]],
  ["no marker after a segment", [0xff, 0xe0, 0, 2, 0xfe, 0xe0, 0, 2]],
  ["a height of zero", frame(0, 800)],
  ["a width of zero", frame(600, 0)],
])("a JPEG image with %s is damaged", (_what, segment) => {
  expect(() => sizeIn(segment, frame(600, 800))).toThrow(expect.objectContaining({ errorCode: "CORRUPT" }))
})

/** A segment of EXIF data with an orientation, of which a part is replaced. */
const exif = (from: string, to: string) => turned.toString("latin1").replace(from, to)

test.each([
  ["of the camera", "\0\x06\0\0", "\0\x08\0\0", 8],
  ["that does not exist", "\0\x06\0\0", "\0\x09\0\0", 1],
  ["of zero", "\0\x06\0\0", "\0\0\0\0", 1],
  ["in data of another kind", "Exif", "http", 1],
  ["in data that does not begin as TIFF", "MM\0*", "MM\0+", 1],
  ["in a directory outside of the data", "\0\0\0\x08", "\0\0\x01\0", 1],
])("an orientation %s is read from EXIF data", (_what, from, to, orientation) => {
  expect(sizeIn(exif(from, to), frame(600, 800))).toEqual({ width: 800, height: 600, orientation })
})

test("an orientation is read in the byte order of little endian, as most phones write it", () => {
  const directory = [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]
  expect(sizeIn([0xff, 0xe1, 0, 34], "Exif\0\0", directory, frame(600, 800))).toMatchObject({ orientation: 3 })
})

test("an image of 80 million pixels is read", async () => {
  const png = Buffer.from(await encodePng(gray(1, 1)))
  png.writeUInt32BE(10_000, 16)
  png.writeUInt32BE(8_000, 20)
  expect(readImage(png)?.pages).toMatchObject([{ width: 10_000, height: 8_000 }])
  png.writeUInt32BE(8_001, 20)
  expect(() => readImage(png)).toThrow(expect.objectContaining({ errorCode: "TOO_LARGE" }))
})

test.each([
  ["lossy", bytes("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a", [0xff, 0xff, 1, 0x40]), 16_383, 1],
  ["lossless", bytes("RIFF\0\0\0\0WEBPVP8L\0\0\0\0/", [0x0f, 0xc0, 0xff, 0x0f]), 16, 16_384],
  ["extended", bytes("RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0", [0, 0, 1, 0x0f, 0, 0]), 65_537, 16],
])("the size of %s WebP has all of its bits, and none of those beside them", (_kind, webp, width, height) => {
  expect(readImage(webp)?.pages).toEqual([{ width, height, orientation: 1 }])
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
