// Monitors the frames that a client sends: their sizes, and messages that are not complete. API Gateway limits messages and
// frames, but the WebSocket library reports only messages, so this reads the frame headers from the same bytes before it.
import type { Duplex } from "node:stream"

const MASK_BYTES = 4
const FIN = 0x80
const OPCODE = 0x0f
/** RFC 6455: opcodes from 8 on are control frames, which may occur between the fragments of a message. */
const FIRST_CONTROL_OPCODE = 8

/** Reads nothing but headers: 2 to 14 bytes for each frame. */
export abstract class FrameMonitor {
  readonly #maxBytes: number
  /** The start of an incomplete header. No other buffer is kept, because there are thousands of connections. */
  #partial: Buffer | undefined
  #payloadLeft = 0
  /** Whether nothing is incomplete after the frame that is arriving: it ends a message, or is between messages. */
  #endsMessage = false
  /** Whether further fragments of a message follow. */
  #isFragmented = false
  #incompleteBytes = 0
  #messages = 0

  /** @param maxBytes of the payload of a data frame */
  constructor(socket: Duplex, maxBytes: number) {
    this.#maxBytes = maxBytes
    const read = (chunk: Buffer) => {
      if (this.#read(chunk)) return
      socket.off("data", read)
      this.frameTooLarge()
    }
    socket.prependListener("data", read)
  }

  /** Called once, as soon as the header of a data frame announces more than the limit. */
  protected abstract frameTooLarge(): void
  /** Called after each chunk that leaves a message incomplete. */
  protected abstract messageIncomplete(): void

  /** What was received of an incomplete message, and how many messages (and frames between them) were complete before it. */
  measure(): { bytes: number; progress: number } {
    return { bytes: this.#incompleteBytes, progress: this.#messages }
  }

  /** @returns false when a frame is too large */
  #read(chunk: Buffer): boolean {
    const bytes = this.#partial ? Buffer.concat([this.#partial, chunk]) : chunk
    this.#partial = undefined
    let offset = this.#payloadLeft
    let messageStart = 0
    if (this.#endsMessage && offset > 0 && offset <= bytes.length) messageStart = this.#completeAt(offset)
    while (offset < bytes.length) {
      const header = readHeader(bytes, offset)
      if (!header) {
        this.#partial = Buffer.from(bytes.subarray(offset))
        break
      }
      if (header.payloadBytes > this.#maxBytes) return false
      offset += header.headerBytes + header.payloadBytes
      if (header.opcode < FIRST_CONTROL_OPCODE) this.#isFragmented = !header.isFinal
      this.#endsMessage = !this.#isFragmented
      if (this.#endsMessage && offset <= bytes.length) messageStart = this.#completeAt(offset)
    }
    this.#payloadLeft = this.#partial ? 0 : offset - bytes.length
    if (this.#payloadLeft > 0 || this.#partial || this.#isFragmented) {
      // Control frames too, because the library may keep all of a chunk for the sake of a fragment of one byte.
      this.#incompleteBytes += bytes.length - messageStart
      this.messageIncomplete()
    }
    return true
  }

  #completeAt(offset: number): number {
    this.#messages++
    this.#incompleteBytes = 0
    return offset
  }
}

type Header = { headerBytes: number; payloadBytes: number; isFinal: boolean; opcode: number }

/** RFC 6455, section 5.2. Undefined when more bytes are needed. */
function readHeader(bytes: Buffer, offset: number): Header | undefined {
  const available = bytes.length - offset
  if (available < 2) return undefined
  const first = bytes[offset] ?? 0
  const second = bytes[offset + 1] ?? 0
  const lengthCode = second & 0x7f
  const lengthBytes = lengthCode === 127 ? 8 : lengthCode === 126 ? 2 : 0
  const headerBytes = 2 + lengthBytes + (second & 0x80 ? MASK_BYTES : 0)
  if (available < headerBytes) return undefined
  const at = offset + 2
  const payloadBytes =
    lengthBytes === 0 ? lengthCode : lengthBytes === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUInt16BE(at)
  return { headerBytes, payloadBytes, isFinal: (first & FIN) !== 0, opcode: first & OPCODE }
}
