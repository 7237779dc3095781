// Collects the text of an HTML page and collapses white space as a browser does.
import { TextBuilder } from "./text-builder.ts"

export class HtmlText {
  readonly #text = new TextBuilder()
  #isEmpty = true
  #lineBreaks = 0
  #hasSpace = false

  /** White space at the edges of a line is dropped, and each other run of it becomes one space. */
  add(characters: string): void {
    const collapsed = characters.replace(/\s+/g, " ")
    const text = collapsed.trim()
    if (text === "") {
      this.#hasSpace ||= collapsed !== ""
      return
    }
    this.#text.add(this.#separator(collapsed.startsWith(" ")))
    this.#text.add(text)
    this.#isEmpty = false
    this.#lineBreaks = 0
    this.#hasSpace = collapsed.endsWith(" ")
  }

  /** @param lines 1 for a line break, 2 for the edge of a block. There is never more than one empty line. */
  break(lines: number): void {
    this.#lineBreaks = Math.min(2, this.#lineBreaks + lines)
  }

  /** Characters so far. */
  get length(): number {
    return this.#text.length
  }

  toString(): string {
    return this.#text.toString()
  }

  #separator(startsWithSpace: boolean): string {
    if (this.#isEmpty) return ""
    if (this.#lineBreaks > 0) return "\n".repeat(this.#lineBreaks)
    return this.#hasSpace || startsWithSpace ? " " : ""
  }
}
