// Reads OpenDocument texts, spreadsheets and presentations (.odt, .ods, .odp; ISO/IEC 26300).
import { DocumentError } from "../document-error.ts"
import { maxHeadingCharacters, TextStructure } from "./document-structure.ts"
import type { OpenedDocument } from "./opened-document.ts"
import type { ParseXml, XmlHandler } from "./parse-xml.ts"
import { openText } from "./plain-text.ts"
import { maxXmlBytes } from "./reading-limits.ts"
import { TextBuilder } from "./text-builder.ts"
import { textOfElement } from "./text-of-element.ts"
import type { ZipArchive } from "./zip-archive.ts"

const maxManifestBytes = 5_000_000

// Deleted text, forms, and what is drawn for every page.
const skippedElements = new Set(["tracked-changes", "forms", "presentation-page-layout", "annotation-end", "creator"])

/** @throws DocumentError UNSUPPORTED_TYPE, TOO_LARGE, ENCRYPTED, CORRUPT */
export function openOpenDocument(archive: ZipArchive, parse: ParseXml): OpenedDocument {
  if (isEncrypted(archive, parse)) throw new DocumentError("ENCRYPTED")
  const content = archive.read("content.xml", maxXmlBytes)
  if (!content) throw new DocumentError("UNSUPPORTED_TYPE")
  const text = new OpenDocumentText()
  parse(content, text)
  if (!text.isComplete) throw new DocumentError("CORRUPT")
  const property = (element: string) => textOfElement({ archive, parse }, "meta.xml", element)
  return { ...openText(text.toString(), property("title"), text.structure), author: property("initial-creator") }
}

function isEncrypted(archive: ZipArchive, parse: ParseXml): boolean {
  const manifest = archive.read("META-INF/manifest.xml", maxManifestBytes)
  let found = false
  if (manifest) {
    parse(manifest, {
      onOpen(name) {
        found ||= name === "encryption-data"
      },
      onClose() {},
    })
  }
  return found
}

/** Their authors, dates and marks are no paragraphs. */
const notes = new Set(["note", "annotation"])

class OpenDocumentText implements XmlHandler {
  readonly #text = new TextBuilder()
  /** Notes and comments of the current paragraph: they are within it and follow it in the text. */
  #notes = new TextBuilder()
  /** How many paragraphs are open around each open note. */
  readonly #aroundNotes: number[] = []
  #body = 0
  #skipped: { element: string; depth: number } | undefined
  #paragraphs = 0
  #cells = 0
  #tables = 0
  #isSpreadsheet = false
  #isEmptyPage = true
  isComplete = false
  readonly structure = new TextStructure()
  #element = ""
  #heading: { text: string; level: number } | undefined
  #link: string | undefined

  toString(): string {
    return this.#text.toString()
  }

  onOpen(name: string): void {
    if (this.#skipped) {
      if (name === this.#skipped.element) this.#skipped.depth += 1
      return
    }
    if (skippedElements.has(name)) {
      this.#skipped = { element: name, depth: 1 }
      return
    }
    this.#element = name
    if (name === "h") this.#heading = { text: "", level: 1 }
    if (notes.has(name)) {
      this.#aroundNotes.push(this.#paragraphs)
      this.#paragraphs = 0
    }
    if (name === "body") this.#body += 1
    if (name === "p" || name === "h") this.#paragraphs += 1
    if (name === "tab") this.#add("\t")
    if (name === "s") this.#add(" ")
    if (name === "line-break") this.#add("\n")
    if (name === "spreadsheet") this.#isSpreadsheet = true
    if (name === "table") this.#tables += 1
    if (name === "table-cell") this.#cells += 1
  }

  onClose(name: string): void {
    if (this.#skipped) {
      if (name === this.#skipped.element) this.#skipped.depth -= 1
      if (this.#skipped.depth === 0) this.#skipped = undefined
      return
    }
    if (notes.has(name)) this.#paragraphs = this.#aroundNotes.pop() ?? this.#paragraphs
    if (name === "h" && this.#heading) {
      this.structure.addHeading(this.#heading.text, this.#heading.level, this.#text.length - 1)
      this.#heading = undefined
    }
    if (name === "a" && this.#link !== undefined) {
      this.structure.addLink(this.#link, this.#text.length - 1)
      this.#link = undefined
    }
    if (name === "body") {
      this.#body -= 1
      this.isComplete = true
    }
    if ((name === "p" || name === "h") && this.#paragraphs > 0) {
      this.#paragraphs -= 1
      this.#break(this.#cells > 0 ? " " : "\n\n")
      if (this.#aroundNotes.length === 0) this.#endNotes()
    }
    if (name === "table-cell" && this.#cells > 0) {
      this.#cells -= 1
      this.#break("\t")
    }
    if (name === "table-row") this.#break("\n")
    if (name === "table" && this.#tables > 0) this.#tables -= 1
    // A slide, or a sheet, which is a table outside all others.
    if (name === "page" || (name === "table" && this.#isSpreadsheet && this.#tables === 0)) this.#endPage()
  }

  onText(text: string): void {
    if (this.#paragraphs > 0 && !this.#skipped) this.#add(text)
  }

  onAttribute(name: string, value: string): void {
    if (this.#skipped) return
    if (this.#element === "h" && name === "outline-level" && this.#heading) this.#heading.level = Number(value) || 1
    if (this.#element === "a" && name === "href") this.#link = value
  }

  #add(text: string): void {
    if (this.#body === 0) return
    const heading = this.#aroundNotes.length > 0 ? undefined : this.#heading
    if (heading && heading.text.length < maxHeadingCharacters) heading.text += text
    this.#current.add(text)
    this.#isEmptyPage = false
  }

  #break(mark: string): void {
    if (this.#body > 0) this.#current.add(mark)
  }

  get #current(): TextBuilder {
    return this.#aroundNotes.length > 0 ? this.#notes : this.#text
  }

  #endNotes(): void {
    if (this.#notes.isEmpty) return
    this.#text.add(this.#notes.toString())
    this.#notes = new TextBuilder()
  }

  #endPage(): void {
    if (!this.#isEmptyPage) this.#text.add("\f")
    this.#isEmptyPage = true
  }
}
