// Reads RTF (Rich Text Format 1.9.1): the text without its control words, in the encodings that it names.
import { DocumentError } from "../document-error.ts"
import { encodingOfCodePage } from "./code-pages.ts"
import { decodeAs } from "./decode-as.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openText } from "./plain-text.ts"
import { TextBuilder } from "./text-builder.ts"

// Groups whose text is not part of the document. `\*` marks others that a reader may skip.
const skippedDestinations = new Set(
  "fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf fldinst xmlnstbl listtable listoverridetable rsidtbl themedata datastore generator filetbl revtbl nonshppict bkmkstart bkmkend".split(
    " ",
  ),
)
const characters = new Map([
  ["par", "\n\n"],
  ["sect", "\n\n"],
  ["page", "\f"],
  ["line", "\n"],
  ["tab", "\t"],
  ["cell", "\t"],
  ["row", "\n"],
  ["emdash", "—"],
  ["endash", "–"],
  ["emspace", " "],
  ["enspace", " "],
  ["bullet", "•"],
  ["lquote", "‘"],
  ["rquote", "’"],
  ["ldblquote", "“"],
  ["rdblquote", "”"],
])
const symbols = new Map([
  ["\n", "\n\n"],
  ["\r", "\n\n"],
  ["~", " "],
  ["_", "\u2011"],
  ["\\", "\\"],
  ["{", "{"],
  ["}", "}"],
])
// Of the fonts' character sets, those that differ from the document's own.
const encodings = new Map([
  [128, "shift_jis"],
  [129, "euc-kr"],
  [134, "gb18030"],
  [136, "big5"],
  [161, "windows-1253"],
  [162, "windows-1254"],
  [163, "windows-1258"],
  [177, "windows-1255"],
  [178, "windows-1256"],
  [186, "windows-1257"],
  [204, "windows-1251"],
  [238, "windows-1250"],
  [222, "windows-874"],
])

/** A deeper nesting is not a document; each level takes memory. */
const maxDepth = 10_000

type Group = {
  isSkipped: boolean
  /** Text that was deleted while changes were tracked, or that is hidden. */
  isDeleted: boolean
  isHidden: boolean
  font: number /** How many characters replace a `\u` for old readers. */
  fallback: number
}

/** @throws DocumentError TOO_LARGE, CORRUPT */
export function openRtf(bytes: Uint8Array): OpenedDocument {
  const reader = new RtfReader()
  reader.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"))
  if (!reader.isComplete) throw new DocumentError("CORRUPT")
  return openText(reader.toString(), reader.title)
}

const token = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)/giy

class RtfReader {
  readonly #text = new TextBuilder()
  readonly #title = new TextBuilder()
  readonly #fonts = new Map<number, string>()
  #documentEncoding = "windows-1252"
  #group: Group = { isSkipped: false, isDeleted: false, isHidden: false, font: -1, fallback: 1 }
  #groups: Group[] = []
  /** Bytes of one encoding, decoded together: a character may have two. */
  #bytes: number[] = []
  #toSkip = 0
  #isInFontTable = false
  #isTitle = false
  isComplete = false

  get title(): string | null {
    return this.#title.toString().trim() || null
  }

  toString(): string {
    return this.#text.toString()
  }

  read(rtf: string): void {
    token.lastIndex = 0
    for (let match = token.exec(rtf); match; match = token.exec(rtf)) {
      const [, word, number, hex, symbol, brace, text] = match
      if (hex !== undefined) this.#addByte(Number.parseInt(hex, 16))
      else if (word !== undefined) this.#onWord(word, number === undefined ? undefined : Number(number), rtf)
      else if (symbol !== undefined) this.#onSymbol(symbol)
      else if (brace === "{") this.#open()
      else if (brace === "}") this.#close()
      else if (text !== undefined) this.#onText(text)
      if (this.isComplete) return
    }
  }

  #open(): void {
    this.#flush()
    if (this.#groups.length >= maxDepth) throw new DocumentError("CORRUPT")
    this.#groups.push(this.#group)
    this.#group = { ...this.#group }
  }

  #close(): void {
    this.#flush()
    this.#group = this.#groups.pop() ?? this.#group
    this.#isTitle = false
    if (!this.#group.isSkipped) this.#isInFontTable = false
    this.isComplete = this.#groups.length === 0
  }

  #onWord(word: string, number: number | undefined, rtf: string): void {
    if (word === "bin") {
      // So many raw bytes follow.
      token.lastIndex = Math.min(rtf.length, token.lastIndex + Math.max(0, number ?? 0))
      return
    }
    if (word === "u" && number !== undefined) {
      this.#flush()
      this.#add(String.fromCharCode(number < 0 ? number + 65_536 : number & 0xffff))
      this.#toSkip = this.#group.fallback
      return
    }
    this.#toSkip = 0
    if (word === "uc") this.#group.fallback = number ?? 1
    // mutants: equivalent, without a number there is no encoding, as with zero
    else if (word === "ansicpg") this.#documentEncoding = encodingOfCodePage(number ?? 0)
    else if (word === "mac") this.#documentEncoding = "macintosh"
    else if (word === "f") this.#selectFont(number ?? 0)
    else if (word === "fcharset") this.#setCharacterSet(number ?? 0)
    else if (word === "deleted" || word === "v" || word === "plain") this.#setVisibility(word, number !== 0)
    else if (word === "title" && this.#group.isSkipped) this.#isTitle = true
    else if (skippedDestinations.has(word)) {
      this.#flush()
      this.#group.isSkipped = true
      this.#isInFontTable = word === "fonttbl"
    } else {
      const character = characters.get(word)
      if (character !== undefined) {
        this.#flush()
        this.#add(character)
      }
    }
  }

  #setVisibility(word: "deleted" | "v" | "plain", isOn: boolean): void {
    this.#flush()
    if (word !== "v") this.#group.isDeleted = word === "deleted" && isOn
    if (word !== "deleted") this.#group.isHidden = word === "v" && isOn
  }

  #selectFont(font: number): void {
    this.#flush()
    this.#group.font = font
  }

  #setCharacterSet(characterSet: number): void {
    const encoding = encodings.get(characterSet)
    if (this.#isInFontTable && encoding !== undefined) this.#fonts.set(this.#group.font, encoding)
  }

  #onSymbol(symbol: string): void {
    if (symbol === "*") {
      this.#flush()
      this.#group.isSkipped = true
    }
    const text = symbols.get(symbol)
    if (text !== undefined) this.#addText(text)
  }

  #onText(text: string): void {
    const skipped = Math.min(this.#toSkip, text.length)
    this.#toSkip -= skipped
    for (const character of skipped === 0 ? text : text.slice(skipped)) this.#bytes.push(character.charCodeAt(0))
    this.#flush()
  }

  #addByte(byte: number): void {
    if (this.#toSkip > 0) this.#toSkip -= 1
    else this.#bytes.push(byte)
  }

  #addText(text: string): void {
    this.#flush()
    if (this.#toSkip > 0) this.#toSkip -= 1
    else this.#add(text)
  }

  #flush(): void {
    if (this.#bytes.length === 0) return
    const encoding = this.#fonts.get(this.#group.font) ?? this.#documentEncoding
    const bytes = Uint8Array.from(this.#bytes)
    this.#bytes = []
    this.#add(decodeAs(encoding, bytes) ?? new TextDecoder("windows-1252").decode(bytes))
  }

  #add(text: string): void {
    if (this.#isTitle) this.#title.add(text)
    else if (!(this.#group.isSkipped || this.#group.isDeleted || this.#group.isHidden)) this.#text.add(text)
  }
}
