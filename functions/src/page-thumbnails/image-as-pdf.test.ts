// Thumbnails of PNG and JPEG images, as PDFium renders them: their colors, their sizes and how they are turned.
import { crc32, deflateSync } from "node:zlib"
import { expect, test } from "vitest"
import { openPdf } from "../document-processor/read/pdf.ts"
import { imageAsPdf } from "./image-as-pdf.ts"

/** Red on the left and blue on the right, 32 by 16 pixels. */
const jpeg = Buffer.from(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAQACADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABgT/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCABGSIQDAVf//Z",
  "base64",
)

/** A PNG of one row per list of pixels. */
function png(
  type: number,
  rows: readonly (readonly number[])[],
  { bits = 8, palette = [] as number[], interlace = 0, channels = 1 } = {},
): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE((rows[0]?.length ?? 0) / channels, 0)
  header.writeUInt32BE(rows.length, 4)
  header.set([bits, type, 0, 0, interlace], 8)
  const content = deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])))
  const parts = [chunk("IHDR", header), ...(palette.length > 0 ? [chunk("PLTE", Buffer.from(palette))] : [])]
  const half = Math.floor(content.length / 2)
  parts.push(chunk("IDAT", content.subarray(0, half)), chunk("IDAT", content.subarray(half)))
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts, chunk("IEND", Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, sum])
}

/** The colors at the centers of the four quarters: top left, top right, bottom left, bottom right. */
async function cornersOf(bytes: Uint8Array): Promise<number[][]> {
  const pdf = await openPdf(imageAsPdf(bytes) ?? new Uint8Array())
  try {
    const image = pdf.pageImage(1, { channels: 3, dotsPerInch: () => 7.2 })
    if (!image) throw new Error("no page")
    const at = (x: number, y: number) => {
      const start = (Math.floor(y * image.height) * image.width + Math.floor(x * image.width)) * 3
      return [...image.pixels.subarray(start, start + 3)].map((value) => (value > 127 ? 1 : 0))
    }
    return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)]
  } finally {
    pdf.close()
  }
}

const [red, green, blue, white, black] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [1, 1, 1],
  [0, 0, 0],
] as const

test.each<[string, Uint8Array, (readonly number[])[]]>([
  [
    "gray",
    png(0, [
      [255, 0],
      [0, 255],
    ]),
    [white, black, black, white],
  ],
  [
    "RGB",
    png(
      2,
      [
        [255, 0, 0, 0, 255, 0],
        [0, 0, 255, 255, 255, 255],
      ],
      { channels: 3 },
    ),
    [red, green, blue, white],
  ],
  [
    "of a palette",
    png(
      3,
      [
        [0, 1],
        [1, 0],
      ],
      { palette: [255, 0, 0, 0, 0, 255] },
    ),
    [red, blue, blue, red],
  ],
  [
    "gray with alpha",
    png(
      4,
      [
        [255, 9, 0, 9],
        [0, 9, 255, 9],
      ],
      { channels: 2 },
    ),
    [white, black, black, white],
  ],
  [
    "RGB with alpha",
    png(
      6,
      [
        [255, 0, 0, 0, 0, 255, 0, 9],
        [0, 0, 255, 99, 255, 255, 255, 255],
      ],
      { channels: 4 },
    ),
    [red, green, blue, white],
  ],
  [
    "of 16 bits",
    png(
      0,
      [
        [255, 255, 0, 0],
        [0, 0, 255, 255],
      ],
      { bits: 16, channels: 2 },
    ),
    [white, black, black, white],
  ],
])("a PNG image, %s, keeps its colors", async (_, bytes, corners) => {
  expect(await cornersOf(bytes)).toEqual(corners)
})

test("a JPEG image keeps its colors", async () => {
  expect(await cornersOf(jpeg)).toEqual([red, blue, red, blue])
})

test("a photograph is turned as its EXIF data says", async () => {
  // Orientation 6: a quarter clockwise.
  const exif = Buffer.from("ffe1002245786966000049492a00080000000100120103000100000006000000000000000000", "hex")
  exif.writeUInt16BE(exif.length - 2, 2)
  const turned = Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)])
  expect(await cornersOf(turned)).toEqual([red, red, blue, blue])
})

test("other formats and interlaced images have none, and damaged ones are rejected", () => {
  expect(imageAsPdf(Buffer.from("%PDF-1.7"))).toBeUndefined()
  expect(imageAsPdf(Buffer.from("RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x07\0\0\x07\0\0", "latin1"))).toBeUndefined()
  expect(imageAsPdf(png(0, [[255]], { interlace: 1 }))).toBeUndefined()
  expect(() => imageAsPdf(png(0, [[255]]).subarray(0, 20))).toThrow(expect.objectContaining({ errorCode: "CORRUPT" }))
})
