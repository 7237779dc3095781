// Counts the bytes of the file in an upload form while they pass, and fails when it is larger or smaller than its policy allows.
import { Transform, type TransformCallback } from "node:stream"
import type { SizeRange } from "./form-policy.ts"
import type { S3Error } from "./unserved-request.ts"

const malformedForm: S3Error = {
  status: 400,
  code: "MalformedPOSTRequest",
  message: "The body of your POST request is not well-formed multipart/form-data.",
}

export class FileSizeError extends Error {
  readonly response: S3Error

  constructor(response: S3Error) {
    super(response.message)
    this.response = response
  }
}

const CRLF = "\r\n"

/** Receives the form from the content of its file on. */
export class FileSizeCheck extends Transform {
  readonly #delimiter: Buffer
  readonly #sizes: readonly SizeRange[]
  /** The last bytes, which could be the beginning of what ends the file. */
  #held = Buffer.alloc(0)
  #bytes = 0
  #isAfterFile = false

  constructor(delimiter: Buffer, sizes: readonly SizeRange[]) {
    super()
    this.#delimiter = delimiter
    this.#sizes = sizes
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const passed = this.#isAfterFile ? chunk : this.#count(chunk)
    if (Buffer.isBuffer(passed)) done(null, passed)
    else done(new FileSizeError(passed))
  }

  override _flush(done: TransformCallback): void {
    done(this.#isAfterFile ? null : new FileSizeError(malformedForm))
  }

  /** @returns what can be passed on */
  #count(chunk: Buffer): Buffer | S3Error {
    const received = Buffer.concat([this.#held, chunk])
    const end = received.indexOf(this.#delimiter)
    if (end !== -1) {
      this.#isAfterFile = true
      const isLineEnd = received.subarray(Math.max(0, end - CRLF.length), end).toString() === CRLF
      this.#bytes += isLineEnd ? end - CRLF.length : end
      return this.#tooLarge() ?? this.#tooSmall() ?? received
    }
    const passed = Math.max(0, received.length - this.#delimiter.length - CRLF.length)
    this.#bytes += passed
    this.#held = received.subarray(passed)
    return this.#tooLarge() ?? received.subarray(0, passed)
  }

  /** AWS: the error has the size of the file and the limit (s3-form-sizes) */
  #tooLarge(): S3Error | undefined {
    const max = Math.min(...this.#sizes.map(({ max }) => max))
    if (this.#bytes <= max) return undefined
    const details = { ProposedSize: this.#bytes, MaxSizeAllowed: max }
    return {
      status: 400,
      code: "EntityTooLarge",
      message: "Your proposed upload exceeds the maximum allowed size",
      details,
    }
  }

  #tooSmall(): S3Error | undefined {
    const min = Math.max(...this.#sizes.map(({ min }) => min))
    if (this.#bytes >= min) return undefined
    const details = { ProposedSize: this.#bytes, MinSizeAllowed: min }
    return {
      status: 400,
      code: "EntityTooSmall",
      message: "Your proposed upload is smaller than the minimum allowed size",
      details,
    }
  }
}
