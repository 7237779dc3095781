// Builds compressed streams that inflate to gigabytes, without ever holding what they inflate to.
import { constants, deflateRawSync } from "node:zlib"

const blockBytes = 2 ** 20

/** Raw deflate of `blocks` times 1 MB of one byte: a block after a full flush is independent of what is before it. */
export function rawDeflateBomb(blocks: number, byte: number): { compressed: Buffer; inflatedBytes: number } {
  const block = deflateRawSync(Buffer.alloc(blockBytes, byte), { level: 9, finishFlush: constants.Z_FULL_FLUSH })
  const end = deflateRawSync(Buffer.alloc(0))
  const compressed = Buffer.concat([...Array.from({ length: blocks }, () => block), end])
  return { compressed, inflatedBytes: blocks * blockBytes }
}

/** The same in zlib's format, with the checksum of zeros. */
export function zlibBomb(blocks: number): Buffer {
  const { compressed, inflatedBytes } = rawDeflateBomb(blocks, 0)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt16BE(inflatedBytes % 65_521, 0)
  checksum.writeUInt16BE(1, 2)
  return Buffer.concat([Buffer.from([0x78, 0xda]), compressed, checksum])
}
