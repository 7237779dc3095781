// Writes small PDF files with given streams and structures. They have no cross-reference, so that PDFium searches for
// their objects.
import { deflateSync } from "node:zlib"
import { repeated } from "./hostile-file.ts"

export type Stream = { dictionary?: string; data: Uint8Array | string }

export const flate = "/Filter/FlateDecode"
/** A content stream that shows one word. */
export const hello = "BT /F 12 Tf 20 100 Td (Hello.) Tj ET"
const font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"

export const catalog = `1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 500 500]>> endobj
3 0 obj <</Type/Page/Parent 2 0 R>> endobj
trailer <</Root 1 0 R>>`

export function raw(content: string): Buffer {
  return Buffer.from(`%PDF-1.7\n${content}`, "latin1")
}

function streamObject(id: number, { dictionary = "", data }: Stream): Buffer {
  const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data
  return Buffer.concat([
    Buffer.from(`${id} 0 obj <<${dictionary}/Length ${bytes.length}>> stream\n`),
    bytes,
    Buffer.from("\nendstream endobj\n"),
  ])
}

export function compressed(pattern: string, bytes: number, prefix = "", suffix = ""): Stream {
  const data = Buffer.concat([Buffer.from(prefix), repeated(pattern, bytes), Buffer.from(suffix)])
  return { dictionary: flate, data: deflateSync(data) }
}

export function onePage(...contents: Stream[]): Buffer {
  return pages(1, contents)
}

/** Pages that all have the same contents. */
export function pages(count: number, contents: readonly Stream[]): Buffer {
  const contentIds = contents.map((_, index) => `${index + 4} 0 R`)
  const first = contents.length + 4
  const ids = Array.from({ length: count }, (_, index) => index + first)
  const page = `/Type/Page/Parent 2 0 R/Contents[${contentIds.join(" ")}]/Resources<</Font<</F 3 0 R>>>>`
  return Buffer.concat([
    raw(`1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Count ${count}/Kids[${ids.map((id) => `${id} 0 R`).join(" ")}]/MediaBox[0 0 500 500]>> endobj
3 0 obj ${font} endobj\n`),
    ...contents.map((content, index) => streamObject(index + 4, content)),
    Buffer.from(ids.map((id) => `${id} 0 obj <<${page}>> endobj\n`).join("")),
    Buffer.from("trailer <</Root 1 0 R>>"),
  ])
}

/** A page with content and one object that it uses as `X`. */
export function onePageWith(content: Stream, object: Stream): Buffer {
  return Buffer.concat([
    raw(`1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 500 500]>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F 4 0 R>>/XObject<</X 6 0 R>>>>>> endobj
4 0 obj ${font} endobj\n`),
    streamObject(5, content),
    streamObject(6, object),
    Buffer.from("trailer <</Root 1 0 R>>"),
  ])
}

/** `width` to the power of `depth` drawings in a file of a few kilobytes. */
export function forms(depth: number, width: number): Buffer {
  const levels = Array.from({ length: depth }, (_, level) => {
    const next = level + 1 < depth ? `/Resources<</XObject<</X ${level + 7} 0 R>>>>` : ""
    const dictionary = `/Type/XObject/Subtype/Form/BBox[0 0 500 500]${next}`
    return streamObject(level + 6, { dictionary, data: next ? "/X Do ".repeat(width) : "0 0 m 9 9 l S" })
  })
  return Buffer.concat([
    raw(`1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 500 500]>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</XObject<</X 6 0 R>>>>>> endobj\n`),
    streamObject(5, { data: "/X Do" }),
    ...levels,
    Buffer.from("trailer <</Root 1 0 R>>"),
  ])
}

/**
 * A page whose font has no characters for its glyphs: neither a map to Unicode nor a known encoding. The glyphs are numbered
 * as in most TrueType fonts.
 */
export function unmappedFont(texts: readonly string[]): Buffer {
  const descriptor =
    "<</Type/FontDescriptor/FontName/AAAAAA+X/Flags 4/FontBBox[0 0 999 999]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>"
  const descendant = `<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ${descriptor}/DW 600>>`
  const glyphs = (line: string) =>
    [...line].map((character) => (character.charCodeAt(0) - 29).toString(16).padStart(4, "0"))
  const lines = (text: string) => text.split("\n").map((line) => `<${glyphs(line).join("")}> Tj T*`)
  const ids = texts.map((_, index) => 4 + 2 * index)
  return Buffer.concat([
    raw(`1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Count ${ids.length}/Kids[${ids.map((id) => `${id} 0 R`).join(" ")}]/MediaBox[0 0 1000 800]>> endobj
3 0 obj <</Type/Font/Subtype/Type0/BaseFont/AAAAAA+X/Encoding/Identity-H/DescendantFonts[${descendant}]>> endobj\n`),
    ...texts.flatMap((text, index) => [
      Buffer.from(
        `${4 + 2 * index} 0 obj <</Type/Page/Parent 2 0 R/Contents ${5 + 2 * index} 0 R/Resources<</Font<</F 3 0 R>>>>>> endobj\n`,
      ),
      streamObject(5 + 2 * index, { data: `BT /F 11 Tf 14 TL 20 780 Td ${lines(text).join(" ")} ET` }),
    ]),
    Buffer.from("trailer <</Root 1 0 R>>"),
  ])
}

function pageWithFont(fontObject: string, ...streams: Buffer[]): Buffer {
  return Buffer.concat([
    raw(`1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 500 500]>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>> endobj
4 0 obj ${fontObject} endobj\n`),
    streamObject(5, { data: hello }),
    ...streams,
    Buffer.from("trailer <</Root 1 0 R>>"),
  ])
}

export function type3Font(): Buffer {
  const differences = "/Encoding<</Differences[72/g]>>/FirstChar 72/LastChar 72/Widths[9]"
  return pageWithFont(
    `<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</g 6 0 R>>${differences}/Resources<</Font<</F 4 0 R>>>>>>`,
    streamObject(6, { data: "9 0 d0 BT /F 12 Tf (HHHHHHHHHH) Tj ET" }),
  )
}

export function toUnicode(map: Stream): Buffer {
  return pageWithFont(`<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>`, streamObject(6, map))
}

export function objectStream(data: Uint8Array): Buffer {
  return Buffer.concat([
    raw(`1 0 obj <</Type/Catalog/Pages 9 0 R>> endobj\n`),
    streamObject(2, { dictionary: `/Type/ObjStm/N 1000000/First 9${flate}`, data }),
    Buffer.from("trailer <</Root 1 0 R>>"),
  ])
}

export function crossReferenceStream(data: Uint8Array): Buffer {
  const stream = { dictionary: `/Type/XRef/Size 1000000/W[1 4 2]/Root 1 0 R${flate}`, data }
  return Buffer.concat([raw(""), streamObject(1, stream), Buffer.from("startxref\n9\n%%EOF")])
}

export function tree(pageTree: string): Buffer {
  return raw(catalog.replace("/Count 1/Kids[3 0 R]", pageTree))
}

export function deepTree(depth: number): Buffer {
  const nodes = Array.from({ length: depth }, (_, level) => {
    return `${level + 2} 0 obj <</Type/Pages/Count 1/Kids[${level + 3} 0 R]/MediaBox[0 0 9 9]>> endobj\n`
  })
  return raw(
    `1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n${nodes.join("")}${depth + 2} 0 obj <</Type/Page>> endobj\ntrailer <</Root 1 0 R>>`,
  )
}

export function objects(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index + 10} 0 obj 1 endobj\n`).join("")
}
