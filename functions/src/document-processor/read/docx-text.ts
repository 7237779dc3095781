// Extracts the text of a part of a Word document (WordprocessingML, ECMA-376 part 1, section 17) in one pass.
import { maxHeadingCharacters, type TextStructure } from "./document-structure.ts"
import { outlineLevel } from "./docx-headings.ts"
import type { XmlHandler } from "./parse-xml.ts"
import { TextBuilder } from "./text-builder.ts"

// Properties have no text. Deleted and moved text is not part of the document. Of the alternatives for one text box
// ("Choice", "Fallback") one is read. Drawings and formulas use the element "t" for other things.
const skippedElements = new Set(
  "pPr rPr sectPr tblPr tblPrEx tblGrid trPr tcPr sdtPr sdtEndPr del moveFrom Choice drawing oMath rt".split(" "),
)
const characters = new Map([
  ["tab", "\t"],
  ["br", "\n"],
  ["cr", "\n"],
  ["noBreakHyphen", "\u2011"],
  ["softHyphen", "\u00ad"],
])

/** The root elements of the parts that have text. */
const roots = new Set(["document", "hdr", "footnotes", "endnotes", "comments"])

export type DocxStructure = {
  structure: TextStructure
  /** By the id of a paragraph's style. */
  headingLevels: ReadonlyMap<string, number>
  /** By the id of a relationship. */
  linkTargets: ReadonlyMap<string, string>
}

export class DocxText implements XmlHandler {
  readonly #marks: DocxStructure | undefined
  #isPageStart = false
  #element = ""
  #heading: { level: number; text: string } | undefined
  #link: string | undefined
  readonly #text = new TextBuilder()
  /** Text boxes of the current paragraph: they are anchored within it and follow it in the text. */
  #boxes = new TextBuilder()
  #boxDepth = 0
  #isInText = false
  #isParagraphMarkDeleted = false
  #skipped: { root: string; depth: number; hasDeletion: boolean } | undefined
  #root: "missing" | "open" | "closed" = "missing"

  /** @param marks where to list headings and links, of a part that has pages */
  constructor(marks?: DocxStructure) {
    this.#marks = marks
  }

  /** Whether the part is a whole WordprocessingML document. */
  get isComplete(): boolean {
    return this.#root === "closed"
  }

  /** Paragraphs end with an empty line, pages with a form feed: where one is set, and where the program began the next one. */
  toString(): string {
    return this.#text.toString() + this.#boxes.toString()
  }

  onOpen(name: string): void {
    this.#element = name
    if (this.#skipped) {
      if (name === this.#skipped.root) this.#skipped.depth += 1
      this.#skipped.hasDeletion ||= name === "del"
      return
    }
    if (skippedElements.has(name)) {
      this.#skipped = { root: name, depth: 1, hasDeletion: false }
      return
    }
    if (roots.has(name)) this.#root = "open"
    if (name === "t") this.#isInText = true
    if (name === "p") {
      this.#isParagraphMarkDeleted = false
      this.#heading = undefined
    }
    if (name === "txbxContent") this.#boxDepth += 1
    if (name === "lastRenderedPageBreak") this.#breakPage()
    const character = characters.get(name)
    if (character !== undefined) this.#add(character)
  }

  onClose(name: string): void {
    if (this.#skipped) {
      if (name === this.#skipped.root) this.#skipped.depth -= 1
      if (this.#skipped.depth === 0) this.#endSkip(this.#skipped)
      return
    }
    if (roots.has(name)) this.#root = "closed"
    if (name === "t") this.#isInText = false
    if (name === "txbxContent" && this.#boxDepth > 0) this.#boxDepth -= 1
    if (name === "hyperlink" && this.#link !== undefined) {
      this.#marks?.structure.addLink(this.#link, this.#text.length - 1)
      this.#link = undefined
    }
    if (name === "p") this.#endParagraph()
  }

  onAttribute(name: string, value: string): void {
    if (!this.#marks) return
    if (this.#element === "br" && name === "type" && value === "page" && !this.#skipped) this.#breakPage()
    if (this.#element === "hyperlink" && name === "id" && !this.#skipped)
      this.#link = this.#marks.linkTargets.get(value)
    // Properties of a paragraph; those that it had before a change are within them.
    if (name !== "val" || this.#skipped?.root !== "pPr" || this.#skipped.depth !== 1 || this.#boxDepth > 0) return
    const level = this.#element === "outlineLvl" ? outlineLevel(value) : undefined
    const ofStyle = this.#element === "pStyle" ? this.#marks.headingLevels.get(value) : undefined
    const found = level ?? ofStyle
    if (found !== undefined) this.#heading = { level: found, text: "" }
  }

  onText(text: string): void {
    if (this.#isInText && !this.#skipped) this.#add(text)
  }

  #add(text: string): void {
    if (this.#boxDepth > 0) this.#boxes.add(text)
    else {
      this.#text.add(text)
      this.#isPageStart &&= text.trim() === ""
    }
    const heading = this.#boxDepth > 0 ? undefined : this.#heading
    if (heading && heading.text.length < maxHeadingCharacters) heading.text += text
  }

  /** Where a page break is set, the program began a page too. */
  #breakPage(): void {
    if (!this.#marks || this.#boxDepth > 0 || this.#isPageStart) return
    this.#text.add("\f")
    this.#isPageStart = true
  }

  #endParagraph(): void {
    if (this.#boxDepth === 0 && this.#heading) {
      this.#marks?.structure.addHeading(this.#heading.text, this.#heading.level, this.#text.length - 1)
      this.#heading = undefined
    }
    // A paragraph whose mark is deleted continues in the next one (17.13.5.15).
    if (!this.#isParagraphMarkDeleted && !(this.#isPageStart && this.#boxDepth === 0)) this.#add("\n\n")
    if (this.#boxDepth > 0 || this.#boxes.isEmpty) return
    this.#text.add(this.#boxes.toString())
    this.#boxes = new TextBuilder()
  }

  #endSkip({ root, hasDeletion }: { root: string; hasDeletion: boolean }): void {
    this.#skipped = undefined
    if (root === "pPr") this.#isParagraphMarkDeleted = hasDeletion
    // The rest of a deleted table row is skipped (17.13.5.12).
    if (root === "trPr" && hasDeletion) this.#skipped = { root: "tr", depth: 1, hasDeletion: false }
  }
}
