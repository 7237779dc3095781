// Removes the marks of links, images, code and emphasis from a paragraph of Markdown, in one pass.

const maxEmphasizedCharacters = 300
const maxLinkTargetCharacters = 500

/**
 * @param text a paragraph; marks are paired within it
 * @param onLink receives what each link leads to
 */
export function withoutInlineMarks(text: string, onLink: (target: string) => void = () => {}): string {
  return /[*_`[]/.test(text) ? new InlineMarks(text, onLink).remove() : text
}

class InlineMarks {
  readonly #text: string
  readonly #onLink: (target: string) => void
  /** 1 for each character to remove. */
  readonly #isRemoved: Uint8Array
  readonly #openBrackets: number[] = []
  readonly #next = { ")": -2, "]": -2, "\n": -2 }
  /** Where an unpaired "**", "__" or "*" is; -1 when there is none. */
  readonly #open = { "**": -1, __: -1, "*": -1 }

  constructor(text: string, onLink: (target: string) => void) {
    this.#text = text
    this.#onLink = onLink
    this.#isRemoved = new Uint8Array(text.length)
  }

  remove(): string {
    let at = 0
    while (at < this.#text.length) at = this.#step(at)
    let kept = ""
    let start = 0
    for (let index = 0; index <= this.#text.length; index += 1) {
      if (index < this.#text.length && this.#isRemoved[index] === 0) continue
      if (index > start) kept += this.#text.slice(start, index)
      start = index + 1
    }
    return kept
  }

  /** Handles what is at this place and returns the next one. */
  #step(at: number): number {
    switch (this.#text[at]) {
      case "`":
        return this.#code(at)
      case "[":
        this.#openBrackets.push(at)
        return at + 1
      case "]":
        return this.#link(at)
      case "*":
        return this.#text[at + 1] === "*" ? this.#strong(at, "**") : this.#emphasis(at)
      case "_":
        return this.#text[at + 1] === "_" ? this.#strong(at, "__") : at + 1
      case "\n":
        this.#openBrackets.length = 0
        this.#open["*"] = -1
        return at + 1
      default:
        return at + 1
    }
  }

  /** Code begins and ends with the same number of backticks, on one line; its content is kept as it is. */
  #code(at: number): number {
    const contentStart = this.#runEnd(at)
    const contentEnd = this.#text.indexOf("`", contentStart)
    if (contentEnd === -1) return contentStart
    const end = this.#runEnd(contentEnd)
    const isCode = end - contentEnd === contentStart - at && this.#nextOf("\n", at) > contentEnd
    if (!isCode) return contentStart
    this.#isRemoved.fill(1, at, contentStart)
    this.#isRemoved.fill(1, contentEnd, end)
    return end
  }

  /** `[text](target)` or `[text][label]`, an image with "!" before it. */
  #link(at: number): number {
    const open = this.#openBrackets.pop()
    const follows = this.#text[at + 1]
    if (open === undefined || (follows !== "(" && follows !== "[")) return at + 1
    const end = this.#nextOf(follows === "(" ? ")" : "]", at + 2)
    if (end > at + 2 + maxLinkTargetCharacters || end > this.#nextOf("\n", at)) return at + 1
    this.#isRemoved.fill(1, this.#text[open - 1] === "!" ? open - 1 : open, open + 1)
    this.#isRemoved.fill(1, at, end + 1)
    // A title may follow the target.
    const [target = ""] = this.#text
      .slice(at + 2, end)
      .trim()
      .split(/\s/, 1)
    if (follows === "(" && this.#text[open - 1] !== "!") this.#onLink(target.replace(/^<|>$/g, ""))
    return end + 1
  }

  #strong(at: number, mark: "**" | "__"): number {
    this.#pair(at, mark, true)
    return at + 2
  }

  #emphasis(at: number): number {
    // In "2*3" and "a*b" the asterisk is part of the text.
    const isInWord = at > 0 && this.#isRemoved[at - 1] === 0 && /[\p{L}\p{N}]/u.test(this.#text.charAt(at - 1))
    this.#pair(at, "*", !isInWord)
    return at + 1
  }

  /** A mark closes when it follows a word, and opens when a word follows it. */
  #pair(at: number, mark: "**" | "__" | "*", canOpen: boolean): void {
    const end = at + mark.length
    const open = this.#open[mark]
    const isNear = open !== -1 && at - open <= maxEmphasizedCharacters
    if (isNear && at > open + mark.length && /\S/.test(this.#text.charAt(at - 1))) {
      this.#isRemoved.fill(1, open, open + mark.length)
      this.#isRemoved.fill(1, at, end)
      this.#open[mark] = -1
    } else if (canOpen && /\S/.test(this.#text.charAt(end))) this.#open[mark] = at
  }

  #runEnd(at: number): number {
    let end = at
    while (this.#text[end] === "`") end += 1
    return end
  }

  /** The next place of this character, the text's end without one. Each part of the text is searched only once. */
  #nextOf(character: ")" | "]" | "\n", from: number): number {
    if (this.#next[character] < from) {
      const found = this.#text.indexOf(character, from)
      this.#next[character] = found === -1 ? this.#text.length : found
    }
    return this.#next[character]
  }
}
