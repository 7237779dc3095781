// Encodes and decodes the frames between the gateway and an execution environment: a length, a header of JSON, a payload.

import { Buffer } from "node:buffer"

// A handler may replace what the runtime uses of its realm.
const { stringify } = JSON

// Two 32-bit lengths: of everything that follows the first one, and of the header. The payload is separate text, so
// that JSON in it is not escaped and parsed once more.
const LENGTH_BYTES = 4
const EMPTY = Buffer.alloc(0)

export class FrameError extends Error {}

/** @param header anything that JSON can represent */
export function encodeFrame(header: object, payload = ""): Buffer {
  const headerText = stringify(header)
  const headerBytes = Buffer.byteLength(headerText)
  const length = LENGTH_BYTES + headerBytes + Buffer.byteLength(payload)
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + length)
  frame.writeUInt32LE(length, 0)
  frame.writeUInt32LE(headerBytes, LENGTH_BYTES)
  frame.write(headerText, 2 * LENGTH_BYTES)
  frame.write(payload, 2 * LENGTH_BYTES + headerBytes)
  return frame
}

/** @param body a frame without its first length @throws FrameError */
export function decodeFrame(body: Buffer): { header: unknown; payload: string } {
  if (body.length < LENGTH_BYTES) throw new FrameError("a frame is shorter than its header's length")
  const headerEnd = LENGTH_BYTES + body.readUInt32LE(0)
  if (headerEnd > body.length) throw new FrameError("a header is longer than its frame")
  return { header: parse(body.toString("utf8", LENGTH_BYTES, headerEnd)), payload: body.toString("utf8", headerEnd) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FrameError("a header is not JSON")
  }
}

/** Collects chunks and emits each frame that is complete. */
export class FrameReader {
  readonly #maxBytes: number
  readonly #onFrame: (header: unknown, payload: string) => void
  #chunks: Buffer[] = []
  #length = 0
  /** Bytes of the frame under way, its first length included. */
  #needed = LENGTH_BYTES

  /** @param maxBytes of one frame */
  constructor(maxBytes: number, onFrame: (header: unknown, payload: string) => void) {
    this.#maxBytes = maxBytes
    this.#onFrame = onFrame
  }

  /** @throws FrameError for bytes that are not a frame; nothing can be read after it */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    // A large frame arrives in many chunks: they are joined once, when the last one is there.
    if (this.#length < this.#needed) return
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const rest = this.#emitFrames(bytes)
    this.#chunks = rest.length > 0 ? [rest] : []
    this.#length = rest.length
  }

  #emitFrames(bytes: Buffer): Buffer {
    let offset = 0
    while (bytes.length - offset >= LENGTH_BYTES) {
      const length = bytes.readUInt32LE(offset)
      if (length > this.#maxBytes) throw new FrameError(`a frame of ${length} bytes is over the limit`)
      this.#needed = LENGTH_BYTES + length
      if (bytes.length - offset < this.#needed) return bytes.subarray(offset)
      const { header, payload } = decodeFrame(bytes.subarray(offset + LENGTH_BYTES, offset + this.#needed))
      offset += this.#needed
      this.#needed = LENGTH_BYTES
      this.#onFrame(header, payload)
    }
    return offset === bytes.length ? EMPTY : bytes.subarray(offset)
  }
}
