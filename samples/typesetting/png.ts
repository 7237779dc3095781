// Encodes greyscale images as PNG.
import { zlibSync } from "fflate"

/** Rows of pixels from the top, one byte each: 0 is black, 255 is white. */
export type Picture = { width: number; height: number; pixels: Uint8Array }

/**
 * @param bits bits per pixel; fewer make a smaller file and fewer shades of grey
 */
export function writePng({ width, height, pixels }: Picture, bits: 1 | 2 | 4 | 8): Uint8Array {
  const perByte = 8 / bits
  const stride = Math.ceil(width / perByte)
  // Every row begins with its filter type; 0 is none.
  const rows = new Uint8Array(height * (stride + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (stride + 1) + 1 + Math.floor(x / perByte)
      const shift = 8 - bits * ((x % perByte) + 1)
      rows[at] = (rows[at] ?? 0) | (((pixels[y * width + x] ?? 0) >> (8 - bits)) << shift)
    }
  }
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header[8] = bits
  return concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    // Not node:zlib, because its output differs between processors.
    chunk("IDAT", zlibSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array(0)),
  ])
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = concat([new TextEncoder().encode(name), data])
  return concat([uint32(data.length), body, uint32(crc32(body))])
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

function concat(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
