// Reads and writes the frames between the gateway and an execution environment: lengths, a header, a payload.
import { Buffer } from "node:buffer"

// A handler may replace what the runtime uses of its realm.
const { parse, stringify } = JSON

// Two 32-bit lengths: of everything that follows the first one, and of the header. The payload is separate text, so
// that JSON in it is not escaped and parsed once more. A header is JSON, or binary for the two messages of every
// invocation: a kind, numbers, and a text that fills the rest.
const LENGTH_BYTES = 4
const KIND_BYTES = 1
const DOUBLE_BYTES = 8
// JSON begins with another byte.
const INVOKE = 1
const RESPONDED = 2
const RESPONDED_BYTES = KIND_BYTES + 2 * DOUBLE_BYTES
const INVOKE_BYTES = KIND_BYTES + LENGTH_BYTES

const INITIAL_BYTES = 16 * 1024
/** A larger buffer is not kept. */
const MAX_KEPT_BYTES = 256 * 1024
/** The size of a longer text is counted, that of a shorter one is estimated. */
const MAX_ESTIMATED_LENGTH = 16 * 1024
/** Of UTF-8, for one unit of UTF-16. */
const MAX_UNIT_BYTES = 3
const EMPTY = Buffer.alloc(0)

export class FrameError extends Error {}

/** `streams`: the caller receives the response in parts. Only in a header in JSON. */
export type InvokeHeader = { type: "invoke"; requestId: string; invokedFunctionArn: string; streams?: boolean }
export type RespondedHeader = { type: "responded"; requestId: string; durationMs: number; memoryBytes: number }

/** Collects frames in one buffer, which is used again. */
export class FrameWriter {
  #buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  #length = 0

  /** What was added since the last call, as one buffer that is the caller's until the next frame is added. */
  take(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#length)
    if (this.#buffer.length > MAX_KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES)
    this.#length = 0
    return bytes
  }

  /** @param header anything that JSON can represent */
  add(header: object, payload = ""): void {
    // First, because a handler may have added a `toJSON` that writes to the log.
    const text = stringify(header)
    const start = this.#reserve(maxBytesOf(text), payload)
    this.#finish(start, this.#write(text, start), payload)
  }

  addInvoke({ requestId, invokedFunctionArn }: Omit<InvokeHeader, "type">, payload: string): void {
    const start = this.#reserve(INVOKE_BYTES + maxBytesOf(requestId) + maxBytesOf(invokedFunctionArn), payload)
    this.#buffer[start] = INVOKE
    const idEnd = this.#write(requestId, start + INVOKE_BYTES)
    this.#buffer.writeUInt32LE(idEnd - start, start + KIND_BYTES)
    this.#finish(start, this.#write(invokedFunctionArn, idEnd), payload)
  }

  addResponded({ requestId, durationMs, memoryBytes }: Omit<RespondedHeader, "type">, payload: string): void {
    const start = this.#reserve(RESPONDED_BYTES + maxBytesOf(requestId), payload)
    this.#buffer[start] = RESPONDED
    this.#buffer.writeDoubleLE(durationMs, start + KIND_BYTES)
    this.#buffer.writeDoubleLE(memoryBytes, start + KIND_BYTES + DOUBLE_BYTES)
    this.#finish(start, this.#write(requestId, start + RESPONDED_BYTES), payload)
  }

  /** Makes room for one more frame. @returns where its header starts */
  #reserve(headerBytes: number, payload: string): number {
    const start = this.#length + 2 * LENGTH_BYTES
    const needed = start + headerBytes + maxBytesOf(payload)
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    return start
  }

  /** @returns where the text ends */
  #write(text: string, start: number): number {
    return start + this.#buffer.write(text, start)
  }

  #finish(start: number, headerEnd: number, payload: string): void {
    const end = this.#write(payload, headerEnd)
    this.#buffer.writeUInt32LE(end - start + LENGTH_BYTES, start - 2 * LENGTH_BYTES)
    this.#buffer.writeUInt32LE(headerEnd - start, start - LENGTH_BYTES)
    this.#length = end
  }
}

function maxBytesOf(text: string): number {
  return text.length > MAX_ESTIMATED_LENGTH ? Buffer.byteLength(text) : text.length * MAX_UNIT_BYTES
}

/**
 * Reads the frame between two offsets, without its first length.
 * @throws FrameError
 */
export function decodeFrame(bytes: Buffer, start: number, end: number): { header: unknown; payload: string } {
  const headerStart = start + LENGTH_BYTES
  if (headerStart > end) throw new FrameError("a frame is shorter than its header's length")
  const headerEnd = headerStart + bytes.readUInt32LE(start)
  if (headerEnd > end) throw new FrameError("a header is longer than its frame")
  return { header: decodeHeader(bytes, headerStart, headerEnd), payload: bytes.toString("utf8", headerEnd, end) }
}

function decodeHeader(bytes: Buffer, start: number, end: number): unknown {
  const kind = start < end ? bytes[start] : undefined
  if (kind === RESPONDED && end - start >= RESPONDED_BYTES) {
    return {
      type: "responded",
      requestId: bytes.toString("utf8", start + RESPONDED_BYTES, end),
      durationMs: bytes.readDoubleLE(start + KIND_BYTES),
      memoryBytes: bytes.readDoubleLE(start + KIND_BYTES + DOUBLE_BYTES),
    } satisfies RespondedHeader
  }
  if (kind === INVOKE && end - start >= INVOKE_BYTES) {
    const idEnd = start + bytes.readUInt32LE(start + KIND_BYTES)
    return {
      type: "invoke",
      requestId: bytes.toString("utf8", start + INVOKE_BYTES, Math.min(idEnd, end)),
      invokedFunctionArn: bytes.toString("utf8", Math.min(idEnd, end), end),
    } satisfies InvokeHeader
  }
  try {
    return parse(bytes.toString("utf8", start, end))
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
    // A large frame arrives in many chunks: they are joined once, when the last one is there.
    if (this.#length + chunk.length < this.#needed) {
      this.#keep(chunk)
      return
    }
    const bytes = this.#length === 0 ? chunk : Buffer.concat([...this.#chunks, chunk])
    this.#chunks = []
    this.#length = 0
    const rest = this.#emitFrames(bytes)
    if (rest.length > 0) this.#keep(rest)
  }

  #keep(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  #emitFrames(bytes: Buffer): Buffer {
    let offset = 0
    while (bytes.length - offset >= LENGTH_BYTES) {
      const length = bytes.readUInt32LE(offset)
      if (length > this.#maxBytes) throw new FrameError(`a frame of ${length} bytes is over the limit`)
      this.#needed = LENGTH_BYTES + length
      if (bytes.length - offset < this.#needed) return bytes.subarray(offset)
      const { header, payload } = decodeFrame(bytes, offset + LENGTH_BYTES, offset + this.#needed)
      offset += this.#needed
      this.#needed = LENGTH_BYTES
      this.#onFrame(header, payload)
    }
    return offset === bytes.length ? EMPTY : bytes.subarray(offset)
  }
}
