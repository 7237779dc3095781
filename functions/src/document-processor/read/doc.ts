// Reads Word documents before 2007 (.doc), as the Word Binary File Format ([MS-DOC]) defines them: text that is in pieces
// in one stream, with a table of the pieces in another.
import { DocumentError } from "../document-error.ts"
import { deletedRanges, type FileRange } from "./doc-deletions.ts"
import { documentTitle } from "./doc-title.ts"
import { firstIndex } from "./first-index.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openText } from "./plain-text.ts"
import { maxCharacters } from "./reading-limits.ts"

/** @returns undefined when the file has no such stream */
export type FindStream = (name: string) => Buffer | undefined

// Offsets in the FIB (file information block), with which the main stream begins.
const fib = { magic: 0xa5ec, flags: 0x0a, lengths: 0x4c, clx: 0x01a2, size: 0x01aa }
const isEncryptedFlag = 0x0100
const secondTableFlag = 0x0200

/** @throws DocumentError TOO_LARGE, ENCRYPTED, CORRUPT */
export function openDoc(findStream: FindStream): OpenedDocument {
  const main = findStream("WordDocument")
  if (!main || main.length < fib.size || main.readUInt16LE(0) !== fib.magic) throw new DocumentError("CORRUPT")
  const flags = main.readUInt16LE(fib.flags)
  if (flags & isEncryptedFlag) throw new DocumentError("ENCRYPTED")
  const table = findStream(flags & secondTableFlag ? "1Table" : "0Table")
  if (!table) throw new DocumentError("CORRUPT")
  try {
    return openText(textOf(main, table), documentTitle(findStream("\u0005SummaryInformation")))
  } catch (cause) {
    // A length or an offset that leads out of its stream.
    if (cause instanceof RangeError) throw new DocumentError("CORRUPT", { cause })
    throw cause
  }
}

/** Headers first and notes last, as for the newer format: a header of the first page often names the authors. */
function textOf(main: Buffer, table: Buffer): string {
  const parts = partsOf(main, readPieces(main, table))
  const { body, footnotes, headers, comments, endnotes, textBoxes } = parts
  return [headers, body, textBoxes, footnotes, endnotes, comments]
    .map((text) => plainText(text).trim())
    .filter((text) => text !== "")
    .join("\n\n")
}

/** All parts are one text, in the order of their lengths in the FIB. */
function partsOf(main: Buffer, text: string) {
  let start = 0
  const next = (index: number) => {
    const length = main.readInt32LE(fib.lengths + 4 * index)
    if (length < 0) throw new RangeError(`A part of ${length} characters`)
    start += length
    return text.slice(start - length, start)
  }
  const body = next(0)
  const footnotes = next(1)
  const headers = next(2)
  // The next length is not used by Word since 1997.
  const comments = next(4)
  const endnotes = next(5)
  const textBoxes = next(6)
  return { body, footnotes, headers, comments, endnotes, textBoxes }
}

/** The characters of all pieces. Deleted ones are null characters, so that the others keep their positions. */
function readPieces(main: Buffer, table: Buffer): string {
  const pieces = pieceTable(main, table)
  const count = Math.floor((pieces.length - 4) / 12)
  const deleted = deletedRanges(main, table)
  const texts: string[] = []
  let characters = 0
  for (let index = 0; index < count; index++) {
    const length = pieces.readUInt32LE(4 * (index + 1)) - pieces.readUInt32LE(4 * index)
    characters += Math.max(0, length)
    if (characters > maxCharacters) throw new DocumentError("TOO_LARGE")
    const position = pieces.readUInt32LE(4 * (count + 1) + 8 * index + 2)
    // A flag says that each character is one byte, and the offset is doubled.
    const isCompressed = (position & 0x40000000) !== 0
    const width = isCompressed ? 1 : 2
    const start = isCompressed ? (position & 0x3fffffff) / 2 : position
    const bytes = main.subarray(start, start + length * width)
    if (bytes.length < length * width) throw new RangeError("A piece ends after its stream")
    const text = isCompressed ? windows1252.decode(bytes) : bytes.toString("utf16le")
    texts.push(withoutDeleted(text, { start, width }, deleted))
  }
  return texts.join("")
}

const windows1252 = new TextDecoder("windows-1252")

/** After formatting changes (type 1), which are skipped, there is one table (type 2). */
function pieceTable(main: Buffer, table: Buffer): Buffer {
  let position = main.readUInt32LE(fib.clx)
  while (table.readUInt8(position) === 1) position += 3 + table.readUInt16LE(position + 1)
  if (table.readUInt8(position) !== 2) throw new RangeError("There is no table of pieces")
  const length = table.readUInt32LE(position + 1)
  return table.subarray(position + 5, position + 5 + length)
}

/** @param deleted sorted, and none overlaps another */
function withoutDeleted(
  text: string,
  { start, width }: { start: number; width: number },
  deleted: readonly FileRange[],
): string {
  const end = start + text.length * width
  let kept = ""
  let position = 0
  const first = firstIndex(deleted, (range) => range.end > start)
  for (let index = first; (deleted[index]?.start ?? end) < end; index++) {
    const range = deleted[index] as FileRange
    const from = Math.max(position, Math.floor((range.start - start) / width))
    const to = Math.min(text.length, Math.ceil((range.end - start) / width))
    kept += text.slice(position, from) + "\0".repeat(to - from)
    position = to
  }
  return kept + text.slice(position)
}

const fieldStart = "\x13"
const fieldSeparator = "\x14"
const fieldEnd = "\x15"
const shown = new Map([
  ["\r", "\n\n"],
  ["\x07", "\t"],
  ["\x0b", "\n"],
  ["\x0c", "\f"],
  ["\t", "\t"],
  ["\x1e", "\u2011"],
])

/** Without the instructions of fields, of which only the results are shown, and without marks of pictures and notes. */
function plainText(text: string): string {
  const parts: string[] = []
  // Whether each open field is still at its instructions, and how many are.
  const fields: boolean[] = []
  let instructions = 0
  let start = 0
  for (let index = 0; index <= text.length; index++) {
    const character = text[index] ?? "\0"
    if (character >= " ") continue
    if (instructions === 0) parts.push(text.slice(start, index), shown.get(character) ?? "")
    start = index + 1
    if (character === fieldStart) {
      fields.push(true)
      instructions++
    } else if (character === fieldSeparator || character === fieldEnd) {
      if (fields.pop()) instructions--
      if (character === fieldSeparator) fields.push(false)
    }
  }
  return parts.join("")
}
