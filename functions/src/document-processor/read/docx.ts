// Reads Word documents (.docx).
//
// Each part is read up to a bound and in one pass. A library that builds the document as a tree takes gigabytes for a
// million one-letter paragraphs, which are 30 KB as a file.
import { DocumentError } from "../document-error.ts"
import { TextStructure } from "./document-structure.ts"
import { headingStyles } from "./docx-headings.ts"
import { docxPages } from "./docx-pages.ts"
import { DocxText } from "./docx-text.ts"
import type { OfficePackage } from "./office-package.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openPages } from "./plain-text.ts"

// Headers repeat on each page and are read once; a header of the first page often names the authors.
const partsBefore = ["header"]
const partsAfter = ["footnotes", "endnotes", "comments"]

/** @throws DocumentError TOO_LARGE, ENCRYPTED, CORRUPT */
export function openDocx(office: OfficePackage, mainPart: string): OpenedDocument {
  const relationships = office.relationships(mainPart)
  const styles = relationships.find(({ type }) => type === "styles")
  const structure = new TextStructure()
  const body = new DocxText({
    structure,
    headingLevels: styles ? headingStyles(office, styles.target) : new Map(),
    linkTargets: office.linkTargets(mainPart),
  })
  office.parsePart(mainPart, body)
  if (!body.isComplete) throw new DocumentError("CORRUPT")
  const textsOf = (types: readonly string[]) => {
    const parts = relationships.filter(({ type }) => types.includes(type)).map(({ target }) => target)
    return [...new Set(parts)].map((part) => textOf(office, part)?.trim() ?? "").filter((text) => text !== "")
  }
  const before = [...new Set(textsOf(partsBefore))]
  const after = textsOf(partsAfter)
  const marks = new TextStructure()
  marks.addAll(
    structure,
    before.reduce((length, text) => length + text.length + 2, 0),
  )
  const text = [...before, body.toString().trimEnd(), ...after].join("\n\n")
  const opened = openPages(text, docxPages(text, office), { title: office.title, marks })
  return { ...opened, author: office.author }
}

/** Undefined when the archive does not have the whole part. */
function textOf(office: OfficePackage, part: string): string | undefined {
  const text = new DocxText()
  office.parsePart(part, text)
  return text.isComplete ? text.toString() : undefined
}
