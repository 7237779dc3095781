// Small presentations, workbooks, OpenDocument files and e-books, made on the spot, for tests of what reads them.
import { strToU8, zipSync } from "fflate"

const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

export function makeArchive(parts: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, content]) => [name, strToU8(content)])))
}

/** @param targets the type and the target of each relationship; their ids are r0, r1, … */
export function relationships(targets: readonly [type: string, target: string][]): string {
  const elements = targets.map(
    ([type, target], id) => `<Relationship Id="r${id}" Type="${office}/${type}" Target="${target}"/>`,
  )
  return `<Relationships>${elements.join("")}</Relationships>`
}

export const coreProperties = (title: string, author = "") =>
  `<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title><dc:creator>${author}</dc:creator></cp:coreProperties>`

type Slide = {
  title?: string
  text: string[]
  notes?: string
  /** Where its last paragraph leads to. */
  link?: string
}

/** A presentation whose files are numbered in another order than its slides. */
export function makePptx(slides: Slide[], title = ""): Uint8Array {
  const paragraphs = (texts: string[]) => texts.map((text) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`).join("")
  const parts: Record<string, string> = {
    "_rels/.rels": relationships([
      ["officeDocument", "ppt/presentation.xml"],
      ["metadata/core-properties", "docProps/core.xml"],
    ]),
    "docProps/core.xml": coreProperties(title, "Nora Lindqvist"),
    "ppt/presentation.xml": `<p:presentation><p:sldIdLst>${slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="r${at}"/>`).join("")}</p:sldIdLst></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relationships(
      slides.map((_, at) => ["slide", `slides/slide${slides.length - at}.xml`]),
    ),
  }
  const titleShape = (title: string) =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:txBody>${paragraphs([title])}</p:txBody></p:sp>`
  const clickable = `<a:p><a:r><a:rPr><a:hlinkClick r:id="link"/></a:rPr><a:t>here</a:t></a:r></a:p>`
  for (const [at, { title: slideTitle, text, notes, link }] of slides.entries()) {
    const name = `slide${slides.length - at}.xml`
    const hyperlink =
      link === undefined
        ? ""
        : `<Relationship Id="link" Type="${office}/hyperlink" Target="${link}" TargetMode="External"/>`
    parts[`ppt/slides/${name}`] =
      `<p:sld>${slideTitle === undefined ? "" : titleShape(slideTitle)}${paragraphs(text)}${link === undefined ? "" : clickable}<a:p><a:fld type="slidenum"><a:t>${at + 1}</a:t></a:fld></a:p></p:sld>`
    const notesOfSlide: [string, string][] = notes === undefined ? [] : [["notesSlide", `../notesSlides/${name}`]]
    parts[`ppt/slides/_rels/${name}.rels`] = relationships(notesOfSlide).replace("</R", `${hyperlink}</R`)
    if (notes !== undefined) parts[`ppt/notesSlides/${name}`] = `<p:notes>${paragraphs([notes])}</p:notes>`
  }
  return makeArchive(parts)
}

/** Texts are shared strings, as Excel writes them. */
export function makeXlsx(sheets: { name: string; rows: (string | number)[][] }[]): Uint8Array {
  const strings: string[] = []
  const cell = (value: string | number) =>
    typeof value === "number" ? `<c><v>${value}</v></c>` : `<c t="s"><v>${strings.push(value) - 1}</v></c>`
  const parts: Record<string, string> = {
    "_rels/.rels": relationships([["officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<workbook><sheets>${sheets.map(({ name }, at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="r${at}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships([
      ...sheets.map((_, at): [string, string] => ["worksheet", `worksheets/sheet${at + 1}.xml`]),
      ["sharedStrings", "sharedStrings.xml"],
    ]),
  }
  for (const [at, { rows }] of sheets.entries()) {
    parts[`xl/worksheets/sheet${at + 1}.xml`] =
      `<worksheet><sheetData>${rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("")}</sheetData></worksheet>`
  }
  parts["xl/sharedStrings.xml"] = `<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join("")}</sst>`
  return makeArchive(parts)
}

/** @param body the content of `office:body` */
export function makeOpenDocument(kind: "text" | "spreadsheet" | "presentation", body: string, title = ""): Uint8Array {
  return makeArchive({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "content.xml": `<office:document-content><office:automatic-styles><style:style/></office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    "meta.xml": `<office:document-meta><meta:initial-creator>Nora Lindqvist</meta:initial-creator><dc:creator>Ole van Dam</dc:creator><dc:title>${title}</dc:title></office:document-meta>`,
  })
}

/** @param files more files of the archive */
export function makeEpub(
  chapters: string[],
  { title = "", files = {} }: { title?: string; files?: Record<string, string> } = {},
): Uint8Array {
  const parts: Record<string, string> = {
    mimetype: "application/epub+zip",
    "META-INF/container.xml": `<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>`,
    "OEBPS/book.opf": `<package><metadata><dc:creator>Nora Lindqvist</dc:creator><dc:title>${title}</dc:title></metadata><manifest>${chapters.map((_, at) => `<item id="c${at}" href="chapter%20${chapters.length - at}.xhtml"/>`).join("")}</manifest><spine>${chapters.map((_, at) => `<itemref idref="c${at}"/>`).join("")}</spine></package>`,
  }
  for (const [at, chapter] of chapters.entries()) {
    parts[`OEBPS/chapter ${chapters.length - at}.xhtml`] =
      `<html><head><title>x</title></head><body>${chapter}</body></html>`
  }
  return makeArchive({ ...parts, ...files })
}
