// Small Word documents of the format before 2007 (.doc), made on the spot, for tests of what reads them.
import cfb from "cfb"

export type DocParts = {
  /** Each piece is stored as single bytes of windows-1252 if it can be, and as UTF-16 otherwise. */
  body: readonly string[]
  footnotes?: string
  headers?: string
  comments?: string
  endnotes?: string
  /** A part of the text that was deleted while changes were tracked. */
  deleted?: string
  title?: string
  flags?: number
}

const textStart = 0x800

export function makeDoc({
  body,
  footnotes = "",
  headers = "",
  comments = "",
  endnotes = "",
  ...rest
}: DocParts): Uint8Array {
  const main: Buffer[] = [fileInformation(rest.flags ?? 0)]
  const pieces: { text: string; position: number }[] = []
  let end = textStart
  let deletedAt = 0
  for (const text of [...body, footnotes, headers, comments, endnotes].filter((piece) => piece !== "")) {
    const isCompressed = !/[^\0-\x7f\xa0-\xff]/.test(text)
    const bytes = Buffer.from(text, isCompressed ? "latin1" : "utf16le")
    if (rest.deleted !== undefined && text.includes(rest.deleted)) {
      deletedAt = end + text.indexOf(rest.deleted) * (isCompressed ? 1 : 2)
    }
    pieces.push({ text, position: isCompressed ? (2 * end) | 0x40000000 : end })
    main.push(bytes)
    end += bytes.length
  }
  const padding = Buffer.alloc((512 - (end % 512)) % 512)
  const properties = characterProperties(deletedAt, deletedAt + (rest.deleted?.length ?? 0))
  const stream = Buffer.concat([...main, padding, properties])
  const lengths = [body.join(""), footnotes, headers, "", comments, endnotes, ""].map(({ length }) => length)
  for (const [index, length] of lengths.entries()) stream.writeInt32LE(length, 0x4c + 4 * index)
  const table = pieceTable(pieces)
  stream.writeUInt32LE(table.length, 0xfa)
  const pages = Buffer.alloc(12)
  if (rest.deleted !== undefined) stream.writeUInt32LE(pages.length, 0xfe)
  pages.writeUInt32LE((end + padding.length) / 512, 8)
  stream.writeUInt32LE(table.length, 0x01a6)
  const streams = { WordDocument: stream, "1Table": Buffer.concat([table, pages]) }
  return makeCompoundFile(
    rest.title === undefined ? streams : { ...streams, "\u0005SummaryInformation": summary(rest.title) },
  )
}

export function makeCompoundFile(streams: Readonly<Record<string, Buffer>>): Uint8Array {
  const container = cfb.utils.cfb_new()
  for (const [name, content] of Object.entries(streams)) cfb.utils.cfb_add(container, name, content)
  return cfb.write(container, { type: "buffer" }) as Buffer
}

/** @param flags beside the one that the second table is used */
function fileInformation(flags: number): Buffer {
  const bytes = Buffer.alloc(textStart)
  bytes.writeUInt16LE(0xa5ec, 0)
  bytes.writeUInt16LE(0x00c1, 2)
  bytes.writeUInt16LE(0x0200 | flags, 0x0a)
  return bytes
}

/** After a formatting change that readers skip. */
function pieceTable(pieces: readonly { text: string; position: number }[]): Buffer {
  const rows = Buffer.alloc(4 * (pieces.length + 1) + 8 * pieces.length)
  let characters = 0
  pieces.forEach(({ text, position }, index) => {
    characters += text.length
    rows.writeUInt32LE(characters, 4 * (index + 1))
    rows.writeUInt32LE(position, 4 * (pieces.length + 1) + 8 * index + 2)
  })
  const head = Buffer.from([1, 2, 0, 0, 0, 2, 0, 0, 0, 0])
  head.writeUInt32LE(rows.length, 6)
  return Buffer.concat([head, rows])
}

/** One page with one run, bold and deleted. */
function characterProperties(start: number, end: number): Buffer {
  const page = Buffer.alloc(512)
  page.writeUInt32LE(start, 0)
  page.writeUInt32LE(end, 4)
  page.writeUInt8(100, 8)
  page.set([6, 0x35, 0x08, 1, 0x00, 0x08, 1], 200)
  page.writeUInt8(1, 511)
  return page
}

/** The title in the code page 1251. */
function summary(title: string): Buffer {
  const encoded = Buffer.from([...title].map((letter) => windows1251(letter)))
  const section = Buffer.alloc(40 + encoded.length)
  section.writeUInt32LE(section.length, 0)
  section.writeUInt32LE(2, 4)
  section.set([1, 0, 0, 0, 24, 0, 0, 0, 2, 0, 0, 0, 32, 0, 0, 0], 8)
  section.writeUInt32LE(2, 24)
  section.writeUInt16LE(1251, 28)
  section.writeUInt32LE(0x1e, 32)
  section.writeUInt32LE(encoded.length, 36)
  section.set(encoded, 40)
  const head = Buffer.alloc(48)
  head.writeUInt32LE(48, 44)
  return Buffer.concat([head, section])
}

function windows1251(letter: string): number {
  const code = letter.charCodeAt(0)
  return code >= 0x410 && code <= 0x44f ? code - 0x350 : code
}
