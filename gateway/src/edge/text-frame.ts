// Encodes a text frame as one buffer. The WebSocket library writes a header and a payload, which costs two buffers and a
// gathering write for each message.

const FIN_AND_TEXT = 0x81
const LENGTH_IN_16_BITS = 126
const SHORT_HEADER_BYTES = 2
const LONG_HEADER_BYTES = 4
/** Bytes of UTF-8 for one unit of UTF-16. */
export const MAX_UNIT_BYTES = 3

/** A text of up to this many characters fits into a frame with a length of 16 bits. */
export const MAX_CHARACTERS = Math.floor(0xffff / MAX_UNIT_BYTES)

/** An unmasked final frame (RFC 6455, section 5.2). @param text at most `MAX_CHARACTERS` */
export function encodeTextFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  const headerBytes = bytes < LENGTH_IN_16_BITS ? SHORT_HEADER_BYTES : LONG_HEADER_BYTES
  const frame = Buffer.allocUnsafe(headerBytes + bytes)
  frame[0] = FIN_AND_TEXT
  if (headerBytes === SHORT_HEADER_BYTES) frame[1] = bytes
  else {
    frame[1] = LENGTH_IN_16_BITS
    frame.writeUInt16BE(bytes, SHORT_HEADER_BYTES)
  }
  frame.write(text, headerBytes)
  return frame
}
