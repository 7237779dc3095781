// Parses XML and reports elements and text as they occur (SAX). Memory does not grow with the nesting of elements.
//
// Uses the tokenizer of htmlparser2: its parser shifts a stack of all open elements at every tag.
import { decodeAs } from "./decode-as.ts"
import { declaredEncoding } from "./decode-text.ts"
import { decodeByteOrderMark } from "./decode-unicode.ts"

export type XmlHandler = {
  /** @param name without its namespace prefix, which every program chooses */
  onOpen(name: string): void
  onClose(name: string): void
  onText?(text: string): void
  /** Attributes of the element that was opened last; called only with their own prefix removed. */
  onAttribute?(name: string, value: string): void
}

export type ParseXml = (bytes: Uint8Array, handler: XmlHandler) => void

/** @returns a function that needs no waiting: parts of a document are read one by one, with their pages */
export async function loadXmlParser(): Promise<ParseXml> {
  const { Tokenizer } = await import("htmlparser2")
  return (bytes, handler) => parse(Tokenizer, decodeXml(bytes), handler)
}

export type ParseXmlText = (xml: string, handler: XmlHandler) => void

export async function loadXmlTextParser(): Promise<ParseXmlText> {
  const { Tokenizer } = await import("htmlparser2")
  return (xml, handler) => parse(Tokenizer, xml, handler)
}

function decodeXml(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString("latin1")
  return decodeByteOrderMark(bytes) ?? decodeAs(declaredEncoding(head), bytes) ?? new TextDecoder().decode(bytes)
}

type TokenizerClass = typeof import("htmlparser2").Tokenizer

function parse(Tokenizer: TokenizerClass, xml: string, handler: XmlHandler): void {
  const localName = (start: number, end: number) => {
    const name = xml.slice(start, end)
    return name.slice(name.indexOf(":") + 1)
  }
  let element = ""
  let attribute = ""
  let value = ""
  const ignore = () => {}
  const tokenizer = new Tokenizer(
    { xmlMode: true, decodeEntities: true },
    {
      onopentagname(start, end) {
        element = localName(start, end)
        handler.onOpen(element)
      },
      onselfclosingtag: () => handler.onClose(element),
      onclosetag: (start, end) => handler.onClose(localName(start, end)),
      ontext: (start, end) => handler.onText?.(xml.slice(start, end)),
      ontextentity: (codePoint) => handler.onText?.(String.fromCodePoint(codePoint)),
      oncdata: (start, end, offset) => handler.onText?.(xml.slice(start, end - offset)),
      onattribname(start, end) {
        attribute = localName(start, end)
        value = ""
      },
      onattribdata(start, end) {
        if (handler.onAttribute) value += xml.slice(start, end)
      },
      onattribentity(codePoint) {
        if (handler.onAttribute) value += String.fromCodePoint(codePoint)
      },
      onattribend: () => handler.onAttribute?.(attribute, value),
      onopentagend: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  )
  tokenizer.write(xml)
  tokenizer.end()
}
