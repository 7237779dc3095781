// Word documents with content that takes much memory, archives that lie, and damaged ones.
import { deflateRawSync } from "node:zlib"
import { makeDocx } from "../make-documents.ts"
import { rawDeflateBomb } from "./deflate-bomb.ts"
import { contentTypes, damaged, type HostileFile, type Outcome, repeated } from "./hostile-file.ts"

type Entry = {
  name: string
  content: Uint8Array
  /** Otherwise as they are. */
  compressed?: Uint8Array
  declaredBytes?: number
  method?: number
  flags?: number
}

const namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
const start = `<w:document xmlns:w="${namespace}"><w:body>`
const end = "</w:body></w:document>"
const relationship = `<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>`
const paragraph = "<w:p><w:r><w:t>a</w:t></w:r></w:p>"

/** @param bytes the size of each main part, inflated */
export function hostileDocx(bytes: number): HostileFile[] {
  const body = (pattern: string, prefix = "", suffix = "") =>
    zip([part(Buffer.concat([Buffer.from(start + prefix), repeated(pattern, bytes), Buffer.from(suffix + end)]))])
  const whole = (pattern: string, prefix = "", suffix = "") => {
    const count = Math.floor(bytes / pattern.length)
    return zip([part(Buffer.from(start + prefix + pattern.repeat(count) + suffix + end))])
  }
  const nested = (open: string, close: string, inner = paragraph) => {
    const depth = Math.floor(bytes / (open.length + close.length))
    return zip([part(Buffer.from(start + open.repeat(depth) + inner + close.repeat(depth) + end))])
  }
  const small = part(Buffer.from(start + paragraph + end))
  const bomb = rawDeflateBomb(2_048, 0x20)
  const bombEntry = (name: string, declaredBytes: number): Entry => ({
    name,
    content: new Uint8Array(),
    compressed: bomb.compressed,
    declaredBytes,
  })
  const files: [string, () => Uint8Array, ...Outcome[]][] = [
    ["one-letter paragraphs", () => whole(paragraph), "complete"],
    ["empty paragraphs", () => whole("<w:p/>"), "complete"],
    ["one-letter runs in one paragraph", () => whole("<w:r><w:t>a</w:t></w:r>", "<w:p>", "</w:p>"), "complete"],
    ["one text as long as the part", () => body("a", "<w:p><w:r><w:t>", "</w:t></w:r></w:p>"), "complete"],
    ["sentences of one letter", () => body("a. ", "<w:p><w:r><w:t>", "</w:t></w:r></w:p>"), "complete"],
    ["tabs", () => whole("<w:tab/>"), "complete"],
    ["line breaks", () => whole("<w:br/>"), "complete"],
    ["entities", () => whole("&amp;", "<w:p><w:r><w:t>", "</w:t></w:r></w:p>"), "complete"],
    ["nested paragraphs", () => nested("<w:p>", "</w:p>"), "complete"],
    ["nested tables", () => nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"), "complete"],
    ["nested text boxes", () => nested("<w:p><w:txbxContent>", "</w:txbxContent></w:p>"), "complete"],
    [
      "nested alternatives",
      () => nested("<mc:AlternateContent><mc:Fallback>", "</mc:Fallback></mc:AlternateContent>"),
      "complete",
    ],
    ["nested properties", () => nested("<w:pPr>", "</w:pPr>"), "complete"],
    [
      "text boxes in one paragraph",
      () => whole(`<w:txbxContent>${paragraph}</w:txbxContent>`, "<w:p>", "</w:p>"),
      "complete",
    ],
    [
      "start tags without end tags",
      () => zip([part(Buffer.concat([Buffer.from(start), repeated("<w:p>", bytes)]))]),
      "CORRUPT",
    ],
    ["end tags without start tags", () => whole("</w:p>"), "complete"],
    ["elements of other names", () => whole("<x/><y/>"), "complete"],
    ["an attribute as long as the part", () => body("a", '<w:p w:x="', '"/>'), "complete"],
    ["many attributes", () => whole(' a="b"', "<w:p", "/>"), "complete"],
    ["comments", () => whole("<!-- a -->"), "complete"],
    [
      "an unclosed comment",
      () => zip([part(Buffer.concat([Buffer.from(`${start}<!--`), repeated("-", bytes)]))]),
      "CORRUPT",
    ],
    ["character data", () => whole("<w:p><w:r><w:t><![CDATA[a]]></w:t></w:r></w:p>"), "complete"],
    ["processing instructions", () => whole("<?a b?>"), "complete"],
    ["entities that refer to entities", () => zip([part(Buffer.from(billionLaughs()))]), "complete"],
    [
      "UTF-16",
      () => zip([part(Buffer.from(`\ufeff${start}${paragraph.repeat(bytes / 100)}${end}`, "utf16le"))]),
      "complete",
    ],
    ["binary data as main part", () => zip([part(repeated("\0\x01\x02\xff", bytes))]), "CORRUPT"],
    ["a main part above the limit", () => zip([part(repeated(" ", 60_000_001))]), "TOO_LARGE"],
    ["a main part of 2 GB", () => zip([bombEntry("word/document.xml", bomb.inflatedBytes)]), "TOO_LARGE"],
    ["a main part of 2 GB that is declared as 1 KB", () => zip([bombEntry("word/document.xml", 1_000)]), "TOO_LARGE"],
    ["a small main part that is declared as 50 MB", () => zip([{ ...small, declaredBytes: 50_000_000 }]), "CORRUPT"],
    ["relationships of 2 GB", () => zip([bombEntry("_rels/.rels", 1_000), small]), "TOO_LARGE"],
    ["relationships of 2 GB, declared", () => zip([bombEntry("_rels/.rels", bomb.inflatedBytes), small]), "TOO_LARGE"],
    [
      "many relationships",
      () => zip([{ name: "_rels/.rels", content: repeated(relationship, 990_000) }, small]),
      "complete",
    ],
    ["content types of 2 GB", () => zip([bombEntry("[Content_Types].xml", 1_000), small]), "complete"],
    [
      "styles and notes of 2 GB",
      () => zip([bombEntry("word/styles.xml", 9), bombEntry("word/footnotes.xml", 9), small]),
      "complete",
    ],
    ["an image of 2 GB", () => zip([bombEntry("word/media/image1.png", 9), small]), "complete"],
    ["65,000 files", () => zip([...manyEntries(65_000), small]), "complete"],
    ["many main parts in one place", () => zip(Array.from({ length: 60_000 }, () => small)), "complete"],
    ["a password", () => zip([{ ...small, flags: 1 }]), "ENCRYPTED"],
    ["an unknown compression", () => zip([{ ...small, method: 99 }]), "CORRUPT"],
    ["a central directory without its files", () => zip([small]).subarray(-100), "CORRUPT"],
    ["a spreadsheet", () => zip([{ ...small, name: "xl/workbook.xml" }]), "UNSUPPORTED_TYPE"],
    [
      "no central directory",
      () => Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), repeated("PK\x01\x02", bytes)]),
      "CORRUPT",
    ],
    [
      "ends of central directories",
      () => Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), repeated("PK\x05\x06", bytes)]),
      "CORRUPT",
    ],
  ]
  return [
    ...files.map(([name, make, ...outcomes]) => ({
      name: `docx: ${name}`,
      contentType: contentTypes.docx,
      outcomes,
      make,
    })),
    ...Array.from(
      { length: 8 },
      (_, seed): HostileFile => ({
        name: `docx: damaged bytes, seed ${seed + 1}`,
        contentType: contentTypes.docx,
        outcomes: ["complete", "CORRUPT", "UNSUPPORTED_TYPE", "ENCRYPTED", "TOO_LARGE"],
        make: () => damaged(makeDocx(Array.from({ length: 50 }, (_, line) => `Line ${line} of the text.`)), seed + 1),
      }),
    ),
  ]
}

function part(content: Uint8Array): Entry {
  return { name: "word/document.xml", content }
}

function manyEntries(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) => ({ name: `word/part${index}.xml`, content: Buffer.from("<a/>") }))
}

function billionLaughs(): string {
  const entities = Array.from({ length: 30 }, (_, level) => {
    const value = level === 0 ? "lol" : `&e${level - 1};`.repeat(10)
    return `<!ENTITY e${level} "${value}">`
  })
  return `<?xml version="1.0"?><!DOCTYPE d [${entities.join("")}]>${start}<w:p><w:r><w:t>&e29;</w:t></w:r></w:p>${end}`
}

/** A zip archive that says what its entries declare. Checksums are zero. */
function zip(entries: readonly Entry[]): Buffer {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  for (const { name, content, compressed, declaredBytes, method = 8, flags = 0 } of entries) {
    const data = compressed ?? deflateRawSync(content, { level: 1 })
    const inflatedBytes = declaredBytes ?? content.length
    const nameBytes = Buffer.from(name)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    writeEntry(local, 6, { flags, method, compressedBytes: data.length, inflatedBytes, nameBytes: nameBytes.length })
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    writeEntry(central, 8, { flags, method, compressedBytes: data.length, inflatedBytes, nameBytes: nameBytes.length })
    central.writeUInt32LE(at, 42)
    parts.push(local, nameBytes, data)
    directory.push(central, nameBytes)
    at += local.length + nameBytes.length + data.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length & 0xffff, 8)
  end.writeUInt16LE(entries.length & 0xffff, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, central, end])
}

type Header = { flags: number; method: number; compressedBytes: number; inflatedBytes: number; nameBytes: number }

/** The fields that both headers have, in the same distances from each other. */
function writeEntry(header: Buffer, at: number, fields: Header): void {
  header.writeUInt16LE(fields.flags, at)
  header.writeUInt16LE(fields.method, at + 2)
  header.writeUInt32LE(fields.compressedBytes, at + 12)
  header.writeUInt32LE(fields.inflatedBytes >>> 0, at + 16)
  header.writeUInt16LE(fields.nameBytes, at + 20)
}
