// Encodes the image of a page as PNG.
import { promisify } from "node:util"
import { crc32, deflate } from "node:zlib"
import type { PageImage } from "../document-processor/read/pdf-page-image.ts"

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1")
// Source: the PNG specification, 11.2.1: color types, and 9.2: the filter "Up".
const colorTypes = { 1: 0, 3: 2 } as const
const up = 2

export async function encodePng({ width, height, channels, pixels }: PageImage): Promise<Uint8Array> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(8, 8)
  header.writeUInt8(colorTypes[channels], 9)
  const content = await promisify(deflate)(filtered(pixels, width * channels))
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", content), chunk("IEND", Buffer.alloc(0))])
}

/** Each line as the difference to the one above, which is mostly zero: pages have many equal lines. */
function filtered(pixels: Uint8Array, stride: number): Uint8Array {
  const height = pixels.length / stride
  const lines = new Uint8Array(pixels.length + height)
  for (let line = 0; line < height; line += 1) {
    const start = line * stride
    lines[start + line] = up
    for (let at = start; at < start + stride; at += 1) {
      // mutants: equivalent, both places are in the image
      lines[at + line + 1] = (pixels[at] ?? 0) - (line === 0 ? 0 : (pixels[at - stride] ?? 0))
    }
  }
  return lines
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, "latin1"), data, Buffer.alloc(4)])
  bytes.writeUInt32BE(data.length, 0)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length)
  return bytes
}
