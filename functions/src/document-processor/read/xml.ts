// Reads XML of any vocabulary: its text without markup. Elements within a sentence do not break its line.
import type { OpenedDocument } from "./opened-document.ts"
import { loadXmlTextParser, type XmlHandler } from "./parse-xml.ts"
import { openText } from "./plain-text.ts"
import { TextBuilder } from "./text-builder.ts"

const maxTitleCharacters = 1_000
/** Longer texts are paragraphs. */
const paragraphCharacters = 80

/** @throws DocumentError TOO_LARGE, EMPTY */
export async function openXml(xml: string): Promise<OpenedDocument> {
  const parse = await loadXmlTextParser()
  const text = new XmlText()
  parse(withoutDoctype(xml), text)
  return openText(text.toString(), text.title.replace(/\s+/g, " ").trim() || null)
}

/** The tokenizer ends a document type at the first ">", which may be within the declarations that it contains. */
function withoutDoctype(xml: string): string {
  const start = xml.indexOf("<!DOCTYPE")
  const bracket = start === -1 ? -1 : xml.indexOf("[", start)
  if (bracket === -1 || xml.slice(start, bracket).includes(">")) return xml
  const end = xml.indexOf("]>", bracket)
  return end === -1 ? xml : xml.slice(0, start) + xml.slice(end + "]>".length)
}

class XmlText implements XmlHandler {
  readonly #text = new TextBuilder()
  title = ""
  #titleState: "before" | "open" | "closed" = "before"
  /** After a tag, text continues the line if nothing but spaces is between. */
  #next: "same line" | "open" | "new line" = "same line"
  #hasSpace = false
  #lineLength = 0
  #isAtLineEnd = false
  /** Of each open element: whether it began within a line of text, which then continues after it. */
  readonly #areInLine: boolean[] = []

  toString(): string {
    return this.#text.toString()
  }

  onOpen(name: string): void {
    if (this.#next === "open") this.#next = "new line"
    this.#areInLine.push(this.#next === "same line" && this.#lineLength > 0 && !this.#isAtLineEnd)
    if (this.#next === "same line" && this.#isAtLineEnd) this.#next = "open"
    if (name === "title" && this.#titleState === "before") this.#titleState = "open"
  }

  onClose(name: string): void {
    if (!this.#areInLine.pop()) this.#next = "open"
    if (name === "title" && this.#titleState === "open") this.#titleState = "closed"
  }

  onText(characters: string): void {
    if (this.#titleState === "open" && this.title.length < maxTitleCharacters) this.title += characters
    const trimmed = characters.trim()
    this.#isAtLineEnd = characters.slice(characters.trimEnd().length).includes("\n")
    const isBroken = this.#next === "open" && /^[^\S\n]*\n/.test(characters)
    if (isBroken) this.#next = "new line"
    else if (this.#next === "open" && characters !== "") this.#next = "same line"
    if (trimmed === "") {
      this.#hasSpace ||= characters !== ""
      return
    }
    const collapsed = trimmed.replace(/\s+/g, " ")
    this.#text.add(this.#separator(characters, collapsed.length))
    this.#text.add(collapsed)
    this.#lineLength += collapsed.length
    this.#hasSpace = /\s$/.test(characters)
    this.#next = "same line"
  }

  #separator(characters: string, length: number): string {
    if (this.#text.isEmpty) return ""
    if (this.#next === "same line") return this.#hasSpace || /^\s/.test(characters) ? " " : ""
    const isParagraph = Math.max(this.#lineLength, length) > paragraphCharacters
    this.#lineLength = 0
    return isParagraph ? "\n\n" : "\n"
  }
}
