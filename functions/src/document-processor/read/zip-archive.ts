// Reads single files out of a zip archive, with an upper bound for what each may inflate to.
import { inflateRawSync } from "node:zlib"
import { DocumentError } from "../document-error.ts"
import { maxArchiveBytes } from "./reading-limits.ts"

type Entry = { method: number; compressedBytes: number; inflatedBytes: number; headerAt: number }

// Source: PKWARE's APPNOTE.TXT, 4.3.7 (local file header), 4.3.12 (central directory header) and 4.3.16 (end of central
// directory record).
const endSignature = Buffer.from("PK\x05\x06", "latin1")
const endRecordBytes = 22
const entrySignature = 0x02014b50
const entryHeaderBytes = 46
const localSignature = 0x04034b50
const localHeaderBytes = 30
const isEncryptedFlag = 1
const stored = 0
const deflated = 8

export class ZipArchive {
  readonly #file: Buffer
  readonly #entries: Map<string, Entry>
  #inflatedBytes = 0

  /** @throws DocumentError CORRUPT when the archive has no central directory, ENCRYPTED when its files have a password. */
  constructor(bytes: Uint8Array) {
    this.#file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#entries = readCentralDirectory(this.#file)
    if (this.#entries.size === 0) throw new DocumentError("CORRUPT")
  }

  get names(): IterableIterator<string> {
    return this.#entries.keys()
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /**
   * The declared size is not trusted: inflating stops at `maxBytes`. All files that are read, each counted every time,
   * have `maxArchiveBytes`.
   * @returns undefined when the archive has no such file.
   * @throws DocumentError TOO_LARGE, CORRUPT
   */
  read(name: string, maxBytes: number): Uint8Array | undefined {
    const entry = this.#entries.get(name)
    if (!entry) return undefined
    this.#inflatedBytes += entry.inflatedBytes
    if (entry.inflatedBytes > maxBytes || this.#inflatedBytes > maxArchiveBytes) throw new DocumentError("TOO_LARGE")
    const inflated = inflate(this.#compressed(entry), entry.method, maxBytes)
    if (inflated.length !== entry.inflatedBytes) throw new DocumentError("CORRUPT")
    return inflated
  }

  #compressed({ headerAt, compressedBytes }: Entry): Uint8Array {
    const file = this.#file
    if (headerAt + localHeaderBytes > file.length || file.readUInt32LE(headerAt) !== localSignature) {
      throw new DocumentError("CORRUPT")
    }
    const start = headerAt + localHeaderBytes + file.readUInt16LE(headerAt + 26) + file.readUInt16LE(headerAt + 28)
    if (start + compressedBytes > file.length) throw new DocumentError("CORRUPT")
    return file.subarray(start, start + compressedBytes)
  }
}

function readCentralDirectory(file: Buffer): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  const end = file.lastIndexOf(endSignature)
  if (end < 0 || end + endRecordBytes > file.length) return entries
  let at = file.readUInt32LE(end + 16)
  while (at + entryHeaderBytes <= file.length && file.readUInt32LE(at) === entrySignature) {
    if (file.readUInt16LE(at + 8) & isEncryptedFlag) throw new DocumentError("ENCRYPTED")
    const nameStart = at + entryHeaderBytes
    const nameEnd = nameStart + file.readUInt16LE(at + 28)
    entries.set(file.toString("utf8", nameStart, nameEnd), {
      method: file.readUInt16LE(at + 10),
      compressedBytes: file.readUInt32LE(at + 20),
      inflatedBytes: file.readUInt32LE(at + 24),
      headerAt: file.readUInt32LE(at + 42),
    })
    at = nameEnd + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return entries
}

function inflate(compressed: Uint8Array, method: number, maxBytes: number): Uint8Array {
  if (method === stored) return compressed
  if (method !== deflated) throw new DocumentError("CORRUPT")
  try {
    return inflateRawSync(compressed, { maxOutputLength: maxBytes })
  } catch (cause) {
    const isTooLarge = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE"
    throw new DocumentError(isTooLarge ? "TOO_LARGE" : "CORRUPT", { cause })
  }
}
