// Monitors the sizes of the frames that a client sends. API Gateway limits messages and frames, but the WebSocket library
// reports only messages, so this reads the frame headers from the same bytes before the library does.
import type { Duplex } from "node:stream"

const MASK_BYTES = 4

/**
 * Calls `onTooLarge` once, as soon as the header of a data frame announces more than `maxBytes` of payload.
 * Reads nothing but headers: 2 to 14 bytes for each frame.
 */
export function watchFrameSize(socket: Duplex, maxBytes: number, onTooLarge: () => void): void {
  /** The start of an incomplete header. No other buffer is kept, because there are thousands of connections. */
  let partial: Buffer | undefined
  let payloadLeft = 0
  const read = (chunk: Buffer) => {
    const bytes = partial ? Buffer.concat([partial, chunk]) : chunk
    partial = undefined
    let offset = payloadLeft
    while (offset < bytes.length) {
      const header = readHeader(bytes, offset)
      if (!header) {
        partial = Buffer.from(bytes.subarray(offset))
        payloadLeft = 0
        return
      }
      if (header.payloadBytes > maxBytes) {
        socket.off("data", read)
        onTooLarge()
        return
      }
      offset += header.headerBytes + header.payloadBytes
    }
    payloadLeft = offset - bytes.length
  }
  socket.prependListener("data", read)
}

/** RFC 6455, section 5.2. Undefined when more bytes are needed. */
function readHeader(bytes: Buffer, offset: number): { headerBytes: number; payloadBytes: number } | undefined {
  const available = bytes.length - offset
  if (available < 2) return undefined
  const second = bytes[offset + 1] ?? 0
  const lengthCode = second & 0x7f
  const lengthBytes = lengthCode === 127 ? 8 : lengthCode === 126 ? 2 : 0
  const headerBytes = 2 + lengthBytes + (second & 0x80 ? MASK_BYTES : 0)
  if (available < headerBytes) return undefined
  if (lengthBytes === 0) return { headerBytes, payloadBytes: lengthCode }
  const at = offset + 2
  return { headerBytes, payloadBytes: lengthBytes === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUInt16BE(at) }
}
