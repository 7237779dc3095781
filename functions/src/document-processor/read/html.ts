// Reads HTML: what a reader of the page would read, without markup, scripts and navigation.
import { cutIntoPages } from "./cut-into-pages.ts"
import type { OpenedDocument } from "./opened-document.ts"

const unread = new Set([
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
const inline = new Set(
  "a abbr b bdi bdo cite code data dfn em i kbd mark q s samp small span strong sub sup time u var wbr font tt".split(
    " ",
  ),
)

export async function openHtml(html: string): Promise<OpenedDocument> {
  const { Parser } = await import("htmlparser2")
  let title = ""
  let text = ""
  let isTitle = false
  let unreadDepth = 0
  const parser = new Parser({
    onopentag(name) {
      isTitle ||= name === "title"
      if (unread.has(name)) unreadDepth += 1
      else if (!inline.has(name)) text += name === "br" ? "\n" : "\n\n"
    },
    ontext(chunk) {
      if (isTitle) title += chunk
      else if (unreadDepth === 0) text += chunk.replace(/\s+/g, " ")
    },
    onclosetag(name) {
      if (name === "title") isTitle = false
      if (unread.has(name)) unreadDepth -= 1
      else if (!inline.has(name)) text += "\n\n"
    },
  })
  parser.end(html)
  const pages = cutIntoPages(
    text
      .replace(/ *\n */g, "\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
  )
  return { title: title.replace(/\s+/g, " ").trim() || null, totalPages: pages.length, pages: () => pages, close() {} }
}
