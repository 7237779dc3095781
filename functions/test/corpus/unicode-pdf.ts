// Writes PDF files with text of any script. Their font has a map to Unicode and no glyphs, so that no font file is needed.

const bytesOf = (text: string) => Buffer.from(text, "latin1")
const codeOf = (unit: number) => unit.toString(16).padStart(4, "0")
const lineCharacters = 74
const rightToLeft = /[\p{sc=Arabic}\p{sc=Hebrew}]/u
const wide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u

export type PdfPage = {
  lines: readonly string[]
  /** An image of the whole page, as a scanner makes it. */
  hasImage?: boolean
}

export type PdfOptions = { title?: string }

export function writeUnicodePdf(pages: readonly PdfPage[], { title }: PdfOptions = {}): Uint8Array {
  const kids = pages.map((_, at) => `${5 + 2 * at} 0 R`).join(" ")
  const descendant =
    "<</Type/Font/Subtype/CIDFontType2/BaseFont/Corpus/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/Corpus/Flags 4/FontBBox[0 0 999 999]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>/DW 500>>"
  const info = 5 + 2 * pages.length
  return Buffer.concat([
    bytesOf(`%PDF-1.7
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Count ${pages.length}/Kids[${kids}]/MediaBox[0 0 500 700]>> endobj
3 0 obj <</Type/Font/Subtype/Type0/BaseFont/Corpus/Encoding/Identity-H/DescendantFonts[${descendant}]/ToUnicode 4 0 R>> endobj
`),
    stream(4, "", unicodeMap(pages)),
    ...pages.flatMap((page, at) => [
      bytesOf(
        `${5 + 2 * at} 0 obj <</Type/Page/Parent 2 0 R/Contents ${6 + 2 * at} 0 R/Resources<</Font<</F 3 0 R>>>>>> endobj\n`,
      ),
      stream(6 + 2 * at, "", contentOf(page)),
    ]),
    bytesOf(`${info} 0 obj <<${title === undefined ? "" : `/Title <feff${utf16Hex(title)}>`}>> endobj
trailer <</Root 1 0 R/Info ${info} 0 R>>`),
  ])
}

/** The lines of a page: a heading, and paragraphs that are broken as a typesetter does. */
export function typeset(paragraphs: readonly string[]): string[] {
  return paragraphs.flatMap((paragraph) => [...linesOf(paragraph), ""])
}

function linesOf(paragraph: string): string[] {
  const isWide = wide.test(paragraph)
  const lines: string[] = []
  let line = ""
  for (const part of isWide ? [...paragraph] : paragraph.split(/(?<= )/u)) {
    const isFull = line.length + part.length > (isWide ? lineCharacters / 2 : lineCharacters)
    // A line does not start with a full stop or a comma.
    if (isFull && !/^[。、，]/u.test(part)) {
      lines.push(line.trimEnd())
      line = ""
    }
    line += part
  }
  return [...lines, line.trimEnd()]
}

function contentOf({ lines, hasImage = false }: PdfPage): string {
  const image = hasImage ? "q 500 0 0 700 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \u00e0 EI Q\n" : ""
  const shown = lines.map((line) => {
    // Letters are placed from left to right.
    const placed = rightToLeft.test(line) ? mirrored(line) : line
    return placed === "" ? "T*" : `<${utf16Hex(placed)}> Tj T*`
  })
  return `${image}BT /F 11 Tf 14 TL 30 670 Td ${shown.join("\n")} ET`
}

/** A line of a script from right to left, without numbers and Latin words, as it is drawn. */
function mirrored(line: string): string {
  return [...line].toReversed().join("")
}

function unicodeMap(pages: readonly PdfPage[]): string {
  const units = new Set<number>()
  for (const { lines } of pages) {
    for (const line of lines) for (let at = 0; at < line.length; at += 1) units.add(line.charCodeAt(at))
  }
  const sorted = [...units].sort((a, b) => a - b)
  const entries = sorted.map((unit) => `<${codeOf(unit)}> <${codeOf(unit)}>`)
  const blocks: string[] = []
  for (let at = 0; at < entries.length; at += 100) {
    const block = entries.slice(at, at + 100)
    blocks.push(`${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`)
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Corpus def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
${blocks.join("\n")}
endcmap CMapName currentdict /CMap defineresource pop end end`
}

function utf16Hex(text: string): string {
  return Buffer.from(text, "utf16le").swap16().toString("hex")
}

function stream(id: number, dictionary: string, data: string): Buffer {
  const bytes = bytesOf(data)
  return Buffer.concat([
    bytesOf(`${id} 0 obj <<${dictionary}/Length ${bytes.length}>> stream\n`),
    bytes,
    bytesOf("\nendstream endobj\n"),
  ])
}
