// Reads Markdown: its words without the marks that set them.
import type { OpenedDocument } from "./opened-document.ts"
import { openPlainText } from "./plain-text.ts"

export function openMarkdown(markdown: string): OpenedDocument {
  return openPlainText(withoutMarks(markdown.replaceAll("\r\n", "\n")))
}

/**
 * Code blocks go, since they are no prose; of links and images the text stays; headings become paragraphs.
 * Each pattern reaches a bounded way, so that no text, however odd, takes more time than its length.
 */
function withoutMarks(markdown: string): string {
  return markdown
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1\2[`~]*[ \t]*$|(?![\s\S]))/gm, "")
    .replace(/<!--[\s\S]*?(?:-->|$(?![\s\S]))/g, "")
    .replace(/^#{1,6}[ \t]+(.*?)[ \t#]*$/gm, "\n$1\n")
    .replace(/^[-=*_ ]{3,}$/gm, "")
    .replace(/^\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t:-]*$/gm, "")
    .replace(/^\|(.*)\|[ \t]*$/gm, (_, row: string) => `\n${row.replaceAll("|", " ")}\n`)
    .replace(/^[ \t]*>[ \t]?/gm, "")
    .replace(/!?\[([^\]\n]{0,200})\]\([^)\n]{0,500}\)/g, "$1")
    .replace(/!?\[([^\]\n]{0,200})\]\[[^\]\n]{0,500}\]/g, "$1")
    .replace(/(\*\*|__)(?=\S)([\s\S]{0,300}?\S)\1/g, "$2")
    .replace(/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]{0,300}\S)\*/gu, "$1")
    .replace(/`([^`\n]{1,300})`/g, "$1")
}
