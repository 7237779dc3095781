// Splits what a process writes to a stream into lines, and cuts lines that are too long.
import { StringDecoder } from "node:string_decoder"

const NEWLINE = 0x0a

/** @param cutBytes how much of the line was over the limit */
export type OnLine = (text: string, cutBytes: number) => void

export class LineReader {
  readonly #decoder = new StringDecoder("utf8")
  readonly #maxBytes: number
  readonly #onLine: OnLine
  #line = ""
  #lineBytes = 0
  #cutBytes = 0

  /** @param maxBytes of one line */
  constructor(maxBytes: number, onLine: OnLine) {
    this.#maxBytes = maxBytes
    this.#onLine = onLine
  }

  /** @returns how many bytes were read: all, or as many as `maxLines` lines have */
  push(chunk: Buffer, maxLines: number): number {
    let offset = 0
    for (let lines = 0; lines < maxLines; lines++) {
      const end = chunk.indexOf(NEWLINE, offset)
      if (end === -1) {
        this.#append(chunk.subarray(offset))
        return chunk.length
      }
      this.#append(chunk.subarray(offset, end))
      this.#emit()
      offset = end + 1
    }
    return offset
  }

  /** Emits a last line that has no end. */
  flush(): void {
    if (this.#lineBytes > 0) this.#emit()
  }

  #append(part: Buffer): void {
    const roomBytes = Math.max(0, this.#maxBytes - this.#lineBytes)
    this.#lineBytes += part.length
    this.#cutBytes += Math.max(0, part.length - roomBytes)
    this.#line += this.#decoder.write(part.subarray(0, roomBytes))
  }

  #emit(): void {
    const line = this.#line + this.#decoder.end()
    const cutBytes = this.#cutBytes
    this.#line = ""
    this.#lineBytes = 0
    this.#cutBytes = 0
    this.#onLine(line, cutBytes)
  }
}
