// Watches the sizes of the frames that a client sends. The WebSocket library tells messages, not frames, and API
// Gateway limits both; so the frame headers are read here from the same bytes, just before the library gets them.
import type { Duplex } from "node:stream"

const MASK_BYTES = 4

/**
 * Calls `onTooLarge` once, as soon as the header of a data frame announces more than `maxBytes` of payload.
 * Reads nothing but headers: 2 to 14 bytes for each frame.
 */
export function watchFrameSize(socket: Duplex, maxBytes: number, onTooLarge: () => void): void {
  const header = Buffer.alloc(14)
  let headerLength = 0
  let payloadLeft = 0
  const read = (chunk: Buffer) => {
    let offset = 0
    while (offset < chunk.length) {
      if (payloadLeft > 0) {
        const skipped = Math.min(payloadLeft, chunk.length - offset)
        payloadLeft -= skipped
        offset += skipped
        continue
      }
      header[headerLength++] = chunk[offset++] ?? 0
      if (headerLength < 2) continue
      const lengthCode = (header[1] ?? 0) & 0x7f
      const lengthBytes = lengthCode === 127 ? 8 : lengthCode === 126 ? 2 : 0
      const isMasked = ((header[1] ?? 0) & 0x80) !== 0
      if (headerLength < 2 + lengthBytes + (isMasked ? MASK_BYTES : 0)) continue
      payloadLeft =
        lengthBytes === 8 ? Number(header.readBigUInt64BE(2)) : lengthBytes === 2 ? header.readUInt16BE(2) : lengthCode
      headerLength = 0
      if (payloadLeft > maxBytes) {
        socket.off("data", read)
        onTooLarge()
        return
      }
    }
  }
  socket.prependListener("data", read)
}
