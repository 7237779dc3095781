// Reads Markdown: its words without the marks that format them.
//
// Works line by line, so that time grows with the length of the text. Regular expressions over the whole text look
// ahead from each place: on "# a####…" their time grows with the square of the length.
import { TextStructure } from "./document-structure.ts"
import { withoutInlineMarks } from "./markdown-inline.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { openText } from "./plain-text.ts"
import { TextBuilder } from "./text-builder.ts"

// A longer paragraph is divided; a pair of marks that is divided with it stays in the text.
const maxParagraphCharacters = 10_000

/**
 * Code blocks and comments are removed, since they are not prose. Of links and images the text stays, and headings
 * become paragraphs.
 * @throws DocumentError TOO_LARGE
 */
export function openMarkdown(markdown: string): OpenedDocument {
  const text = new TextBuilder()
  const structure = new TextStructure()
  let paragraph = ""
  const endParagraph = () => {
    const targets: string[] = []
    if (paragraph !== "") text.add(withoutInlineMarks(paragraph, (target) => targets.push(target)))
    for (const target of targets) structure.addLink(target, text.length - 1)
    paragraph = ""
  }
  for (const line of proseLines(markdown.replaceAll("\r\n", "\n"))) {
    const heading = headingOf(line)
    if (heading) {
      endParagraph()
      text.add("\n")
      paragraph = heading.text
      structure.addHeading(withoutInlineMarks(heading.text), heading.level, text.length)
      endParagraph()
      text.add("\n\n")
      continue
    }
    const block = line === "" ? "\n" : withoutBlockMarks(line)
    if (block === "\n" && paragraph !== "\n") endParagraph()
    for (let start = 0; start < block.length; start += maxParagraphCharacters) {
      const part = block.slice(start, start + maxParagraphCharacters)
      if (paragraph.length + part.length > maxParagraphCharacters) endParagraph()
      paragraph += part
    }
  }
  endParagraph()
  return openText(text.toString(), null, structure)
}

/** The lines outside front matter, code blocks and comments. */
function* proseLines(markdown: string): Iterable<string> {
  let fence: string | undefined
  let isInComment = false
  for (const line of linesOf(markdown, endOfFrontMatter(markdown))) {
    if (line === "") {
      yield line
      continue
    }
    if (fence !== undefined) {
      if (isFenceEnd(line, fence)) fence = undefined
      continue
    }
    const { visible, endsInComment } = withoutComments(line, isInComment)
    isInComment = endsInComment
    fence = fenceOf(visible)
    if (fence === undefined) yield visible
  }
}

function* linesOf(text: string, from: number): Iterable<string> {
  let start = from
  for (let end = text.indexOf("\n", start); end !== -1; end = text.indexOf("\n", start)) {
    yield text.slice(start, end)
    start = end + 1
  }
  yield text.slice(start)
}

function endOfFrontMatter(markdown: string): number {
  const end = markdown.startsWith("---\n") ? markdown.indexOf("\n---\n", 3) : -1
  return end === -1 ? 0 : end + "\n---\n".length
}

/** The characters that open a code block; undefined when the line does not. */
function fenceOf(line: string): string | undefined {
  const [, fence] = /^ *(`{3,}|~{3,})/.exec(line) ?? []
  // Backticks behind backticks are code within the line.
  return fence?.startsWith("`") && line.includes("`", line.indexOf(fence) + fence.length) ? undefined : fence
}

function isFenceEnd(line: string, fence: string): boolean {
  const trimmed = line.trim()
  return trimmed.startsWith(fence) && /^[`~]+$/.test(trimmed)
}

function withoutComments(line: string, isInComment: boolean): { visible: string; endsInComment: boolean } {
  if (!isInComment && !line.includes("<!--")) return { visible: line, endsInComment: false }
  const visible = new TextBuilder()
  let at = 0
  let isHidden = isInComment
  while (true) {
    const end = line.indexOf(isHidden ? "-->" : "<!--", at)
    if (!isHidden) visible.add(line.slice(at, end === -1 ? line.length : end))
    if (end === -1) return { visible: visible.toString(), endsInComment: isHidden }
    at = end + (isHidden ? "-->" : "<!--").length
    isHidden = !isHidden
  }
}

function headingOf(line: string): { text: string; level: number } | undefined {
  const unquoted = withoutQuotationMarks(line)
  const [mark, signs = ""] = /^(#{1,6})[ \t]+/.exec(unquoted) ?? []
  if (mark === undefined) return undefined
  return { text: withoutClosingMarks(unquoted.slice(mark.length)), level: signs.length }
}

function withoutQuotationMarks(line: string): string {
  return line.replace(/^(?:[ \t]*>)+[ \t]?/, "")
}

/** The line, ended by "\n", without the marks of quotations, rules and tables. */
function withoutBlockMarks(line: string): string {
  const unquoted = withoutQuotationMarks(line)
  const trimmed = unquoted.trim()
  if (/^[-=*_ ]{3,}$/.test(trimmed)) return "\n"
  if (/^[|:\- \t]+$/.test(trimmed) && trimmed.includes("|") && trimmed.includes("-")) return "\n"
  const isTableRow = trimmed.length > 1 && trimmed.startsWith("|") && trimmed.endsWith("|")
  return isTableRow ? `\n${trimmed.slice(1, -1).replaceAll("|", " ")}\n\n` : `${unquoted}\n`
}

/** "## Heading ##" may repeat its mark at its end. */
function withoutClosingMarks(heading: string): string {
  let end = heading.length
  while (end > 0 && " \t#".includes(heading.charAt(end - 1))) end -= 1
  return heading.slice(0, end)
}
