// Reads Excel workbooks (.xlsx, SpreadsheetML): each sheet begins a page, each row is a line, cells are divided by tabs.
import { DocumentError } from "../document-error.ts"
import type { OfficePackage } from "./office-package.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openText } from "./plain-text.ts"
import { checkPageCount, maxCharacters } from "./reading-limits.ts"
import { TextBuilder } from "./text-builder.ts"
import { CellFormats } from "./xlsx-formats.ts"

type Sheet = { name: string; part: string }

/** @throws DocumentError TOO_LARGE, CORRUPT, EMPTY */
export function openXlsx(office: OfficePackage, mainPart: string): OpenedDocument {
  const relationships = office.relationships(mainPart)
  const { sheets, is1904 } = readWorkbook(
    office,
    mainPart,
    new Map(relationships.map(({ id, target }) => [id, target])),
  )
  if (sheets.length === 0) throw new DocumentError("EMPTY")
  checkPageCount(sheets.length)
  const strings = relationships.find(({ type }) => type === "sharedStrings")
  const sharedStrings = strings ? readSharedStrings(office, strings.target) : []
  const styles = relationships.find(({ type }) => type === "styles")
  const formats = new CellFormats(office, styles?.target, { is1904 })
  const budget = { characters: maxCharacters }
  const texts = sheets.map(
    ({ name, part }) => `${name}\n\n${textOfSheet(office, { part, sharedStrings, formats, budget })}`,
  )
  return openText(texts.join("\f"), office.title)
}

/** @returns also whether days are counted from 1904 instead of 1900, as workbooks of old Macintosh computers do */
function readWorkbook(
  office: OfficePackage,
  mainPart: string,
  targets: ReadonlyMap<string, string>,
): { sheets: Sheet[]; is1904: boolean } {
  const sheets: Sheet[] = []
  let is1904 = false
  let name: string | undefined
  let part: string | undefined
  office.parsePart(mainPart, {
    onOpen() {
      name = undefined
      part = undefined
    },
    onAttribute(attribute, value) {
      if (attribute === "date1904") is1904 = value === "1" || value === "true"
      if (attribute === "name") name = value
      if (attribute === "id") part = targets.get(value) ?? part
    },
    onClose(element) {
      if (element === "sheet" && part !== undefined) sheets.push({ name: name ?? "", part })
    },
  })
  return { sheets, is1904 }
}

/** Phonetic guides (`rPh`) repeat the text for its reader. */
function readSharedStrings(office: OfficePackage, part: string): string[] {
  const strings: string[] = []
  let text = new TextBuilder()
  let isText = false
  let phonetics = 0
  office.parsePart(part, {
    onOpen(name) {
      if (name === "si") text = new TextBuilder()
      if (name === "rPh") phonetics += 1
      if (name === "t") isText = phonetics === 0
    },
    onClose(name) {
      if (name === "rPh" && phonetics > 0) phonetics -= 1
      if (name === "t") isText = false
      if (name === "si") strings.push(text.toString())
    },
    onText(characters) {
      if (isText) text.add(characters)
    },
  })
  return strings
}

type SheetToRead = {
  part: string
  sharedStrings: readonly string[]
  formats: CellFormats
  /** Of all sheets: a short cell can refer to a long string. */
  budget: { characters: number }
}

/** @throws DocumentError TOO_LARGE */
function textOfSheet(office: OfficePackage, { part, sharedStrings, formats, budget }: SheetToRead): string {
  const text = new TextBuilder()
  let type = ""
  let style = 0
  let value = ""
  let isValue = false
  let isFirstInRow = true
  const shown = () => {
    if (type === "s") return sharedStrings[Number(value)] ?? ""
    if (type === "b") return value === "1" ? "TRUE" : "FALSE"
    return type === "" || type === "n" ? formats.format(value, style) : value
  }
  const addCell = () => {
    const cell = shown()
    value = ""
    if (cell === "" || type === "e") return
    budget.characters -= cell.length + 1
    if (budget.characters < 0) throw new DocumentError("TOO_LARGE")
    text.add(`${isFirstInRow ? "" : "\t"}${cell.replaceAll("\f", " ")}`)
    isFirstInRow = false
  }
  const isRead = office.parsePart(part, {
    onOpen(name) {
      if (name === "c") {
        type = ""
        style = 0
        value = ""
      }
      isValue = name === "v" || name === "t"
    },
    onAttribute(name, attribute) {
      if (name === "t" && !isValue) type = attribute
      if (name === "s" && !isValue) style = Number(attribute)
    },
    onText(characters) {
      if (isValue) value += characters
    },
    onClose(name) {
      if (name === "v" || name === "t") isValue = false
      if (name === "c") addCell()
      if (name === "row" && !isFirstInRow) {
        text.add("\n")
        isFirstInRow = true
      }
    },
  })
  if (!isRead) throw new DocumentError("CORRUPT")
  return text.toString()
}
