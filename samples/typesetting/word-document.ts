// Writes blocks as a Word document (Office Open XML): a zip of a few XML files.
import { strToU8, zipSync } from "fflate"
import { type Block, type Run, textOf } from "./markdown.ts"

// Fixed, because dates in a zip have no time zone and would differ between machines.
const zipped = "2026-11-22T00:00:00"

const main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
const packages = "http://schemas.openxmlformats.org/package/2006"
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
const word = "application/vnd.openxmlformats-officedocument.wordprocessingml"

/** The first heading of level 1 becomes the document's title. Code blocks are not supported. */
export function writeWordDocument(blocks: readonly Block[]): Uint8Array {
  const heading = blocks.find((block) => block.form === "heading" && block.level === 1)
  const title = heading?.form === "heading" ? heading.text : ""
  const files: Record<string, string> = {
    "[Content_Types].xml": contentTypes(),
    "_rels/.rels": relationships([
      [`${relations}/officeDocument`, "word/document.xml"],
      [`${packages}/relationships/metadata/core-properties`, "docProps/core.xml"],
    ]),
    "docProps/core.xml": coreProperties(title),
    "word/_rels/document.xml.rels": relationships([
      [`${relations}/styles`, "styles.xml"],
      [`${relations}/numbering`, "numbering.xml"],
    ]),
    "word/document.xml": part("document", `<w:body>${blocks.map(blockXml).join("")}${section}</w:body>`),
    "word/numbering.xml": part("numbering", numbering()),
    "word/styles.xml": part("styles", styles()),
  }
  const bytes = Object.entries(files).map(([name, xml]) => [name, strToU8(xml)] as const)
  return zipSync(Object.fromEntries(bytes), { mtime: zipped })
}

function blockXml(block: Block): string {
  switch (block.form) {
    case "heading":
      return paragraph([{ text: block.text, style: "plain" }], `<w:pStyle w:val="Heading${block.level}"/>`)
    case "paragraph":
      return paragraph(block.runs)
    case "quote":
      return paragraph(block.runs, '<w:pStyle w:val="Quote"/>')
    case "list": {
      const list = `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="${block.ordered ? 2 : 1}"/></w:numPr>`
      return block.items.map((item) => paragraph(item, list)).join("")
    }
    case "table": {
      const cells = [block.head.map((cell): Run[] => [{ text: textOf(cell), style: "strong" }]), ...block.rows]
      const rows = cells.map((row) => `<w:tr>${row.map(cellXml).join("")}</w:tr>`)
      const grid = block.head.map(() => "<w:gridCol/>").join("")
      return `<w:tbl>${tableBorders}<w:tblGrid>${grid}</w:tblGrid>${rows.join("")}</w:tbl>${paragraph([])}`
    }
    case "code":
      throw new Error("Code blocks are not supported in the Word sample.")
  }
}

const section = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
const tableBorders =
  '<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>' +
  '<w:bottom w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/></w:tblBorders></w:tblPr>'

function cellXml(cell: Run[]): string {
  return `<w:tc><w:tcPr><w:tcW w:w="4500" w:type="dxa"/></w:tcPr>${paragraph(cell)}</w:tc>`
}

function paragraph(runs: Run[], properties = ""): string {
  return `<w:p>${properties && `<w:pPr>${properties}</w:pPr>`}${runs.map(runXml).join("")}</w:p>`
}

const runStyles = {
  plain: "",
  strong: "<w:rPr><w:b/></w:rPr>",
  emphasis: "<w:rPr><w:i/></w:rPr>",
  code: '<w:rPr><w:rFonts w:ascii="Courier New"/></w:rPr>',
}

function runXml({ text, style }: Run): string {
  return `<w:r>${runStyles[style]}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`
}

function styles(): string {
  const heading = (level: number, halfPoints: number) =>
    `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/><w:pPr><w:keepNext/>` +
    `<w:spacing w:before="280" w:after="120"/><w:outlineLvl w:val="${level - 1}"/></w:pPr>` +
    `<w:rPr><w:b/><w:sz w:val="${halfPoints}"/></w:rPr></w:style>`
  const normal =
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>' +
    '<w:pPr><w:spacing w:after="140" w:line="300" w:lineRule="auto"/></w:pPr>' +
    '<w:rPr><w:rFonts w:ascii="Georgia" w:hAnsi="Georgia"/><w:sz w:val="22"/></w:rPr></w:style>'
  const quote =
    '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/><w:pPr><w:ind w:left="500"/></w:pPr>' +
    "<w:rPr><w:i/></w:rPr></w:style>"
  return normal + heading(1, 36) + heading(2, 27) + heading(3, 23) + quote
}

function numbering(): string {
  const list = (id: number, format: string, text: string) =>
    `<w:abstractNum w:abstractNumId="${id}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="${format}"/>` +
    `<w:lvlText w:val="${text}"/><w:pPr><w:ind w:left="500" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>`
  const use = (id: number) => `<w:num w:numId="${id}"><w:abstractNumId w:val="${id}"/></w:num>`
  return list(1, "bullet", "\u2022") + list(2, "decimal", "%1.") + use(1) + use(2)
}

function contentTypes(): string {
  const of = (path: string, type: string) => `<Override PartName="${path}" ContentType="${type}+xml"/>`
  return document(
    `<Types xmlns="${packages}/content-types">` +
      `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      of("/word/document.xml", `${word}.document.main`) +
      of("/word/styles.xml", `${word}.styles`) +
      of("/word/numbering.xml", `${word}.numbering`) +
      of("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties") +
      "</Types>",
  )
}

function relationships(targets: [type: string, target: string][]): string {
  const each = targets.map(([type, to], index) => `<Relationship Id="r${index + 1}" Type="${type}" Target="${to}"/>`)
  return document(`<Relationships xmlns="${packages}/relationships">${each.join("")}</Relationships>`)
}

function coreProperties(title: string): string {
  return document(
    `<cp:coreProperties xmlns:cp="${packages}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
      `<dc:title>${escapeXml(title)}</dc:title></cp:coreProperties>`,
  )
}

function part(name: string, content: string): string {
  return document(`<w:${name} xmlns:w="${main}">${content}</w:${name}>`)
}

function document(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${root}`
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
}
