// Reads HTML: the text that a visitor of the page reads, without markup, scripts and navigation.
//
// Uses the tokenizer of htmlparser2 and not its parser, which searches its stack of open elements at every end tag and
// shifts it at every start tag: 5 MB of nested elements take it minutes.
import { maxHeadingCharacters, TextStructure } from "./document-structure.ts"
import { HtmlText } from "./html-text.ts"
import { OpenElements } from "./open-elements.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openText } from "./plain-text.ts"

const skippedElements = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "nav",
  "svg",
  "head",
  "button",
  "select",
  "textarea",
])
const inlineElements = new Set(
  "a abbr b bdi bdo cite code data dfn em i kbd mark q s samp small span strong sub sup time u var wbr font tt".split(
    " ",
  ),
)
const voidElements = new Set(
  "area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr".split(
    " ",
  ),
)
const maxTitleCharacters = 10_000

/** @throws DocumentError TOO_LARGE */
export async function openHtml(html: string): Promise<OpenedDocument> {
  const readHtml = await loadHtmlReader()
  const { text, title, structure } = readHtml(html)
  return openText(text, title, structure)
}

export type ReadHtml = (html: string) => { text: string; title: string | null; structure: TextStructure }

export async function loadHtmlReader(): Promise<ReadHtml> {
  const { Tokenizer } = await import("htmlparser2")
  return (html) => readHtml(Tokenizer, html)
}

function readHtml(Tokenizer: typeof import("htmlparser2").Tokenizer, html: string): ReturnType<ReadHtml> {
  const text = new HtmlText()
  let title = ""
  let skipped = 0
  let name = ""
  const structure = new TextStructure()
  let heading: { name: string; text: string } | undefined
  let isTarget = false
  let target = ""
  let link: string | undefined

  const elements = new OpenElements((closed) => {
    if (closed === heading?.name) {
      structure.addHeading(heading.text, Number(closed.charAt(1)), text.length - 1)
      heading = undefined
    }
    if (closed === "a" && link !== undefined) {
      structure.addLink(link, text.length - 1)
      link = undefined
    }
    if (skippedElements.has(closed)) skipped -= 1
    else if (!inlineElements.has(closed)) text.break(2)
  })
  const isForeign = () => elements.has("svg") || elements.has("math")
  const addText = (characters: string) => {
    if (elements.has("title") && !isForeign()) {
      if (title.length < maxTitleCharacters) title += characters.slice(0, maxTitleCharacters)
    } else if (skipped === 0) {
      text.add(characters)
      if (heading && heading.text.length < maxHeadingCharacters) heading.text += characters
    }
  }
  const ignore = () => {}

  const tokenizer = new Tokenizer(
    {},
    {
      onopentagname(start, end) {
        name = html.slice(start, end).toLowerCase()
        // A head that is not closed ends where the body begins.
        if (name === "body") elements.close("head")
        if (!skippedElements.has(name) && !inlineElements.has(name)) text.break(name === "br" ? 1 : 2)
        if (voidElements.has(name)) return
        elements.open(name)
        if (skippedElements.has(name)) skipped += 1
        if (skipped === 0 && !heading && /^h[1-6]$/.test(name)) heading = { name, text: "" }
      },
      onselfclosingtag() {
        // Outside SVG and MathML the slash has no meaning.
        if (isForeign()) elements.close(name)
      },
      onclosetag(start, end) {
        elements.close(html.slice(start, end).toLowerCase())
      },
      ontext: (start, end) => addText(html.slice(start, end)),
      ontextentity: (codePoint) => addText(String.fromCodePoint(codePoint)),
      isInForeignContext: isForeign,
      onopentagend: ignore,
      onattribname(start, end) {
        isTarget = name === "a" && skipped === 0 && html.slice(start, end).toLowerCase() === "href"
        target = ""
      },
      onattribdata(start, end) {
        if (isTarget) target += html.slice(start, end)
      },
      onattribentity(codePoint) {
        if (isTarget) target += String.fromCodePoint(codePoint)
      },
      onattribend() {
        if (isTarget) link = target
      },
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  )
  tokenizer.write(html)
  tokenizer.end()
  return { text: text.toString(), title: title.replace(/\s+/g, " ").trim() || null, structure }
}
