// Writes the insights of a document as Markdown, for the clipboard and for a file.
import type { Insights } from "@document-insight/protocol"
import { formatPageRanges } from "./format-page-ranges.ts"
import { languageName, readingTime } from "./insights-facts.ts"

type Counted = Insights["keyphrases"]

export function insightsMarkdown(fileName: string, insights: Insights): string {
  const {
    title,
    pages,
    words,
    language,
    summary,
    pagesWithoutText,
    unreadablePages = [],
    recognizedPages = [],
  } = insights
  const facts = [
    `${pages} ${pages === 1 ? "page" : "pages"}`,
    `${words.toLocaleString("en")} words`,
    `${readingTime(insights.readingMinutes)} reading time`,
    ...(language === null ? [] : [languageName(language)]),
  ]
  const blocks = [`# ${escapeText(title ?? fileName)}`, `${escapeText(fileName)}: ${facts.join(", ")}`]
  if (summary.length > 0) blocks.push("## Summary", ...summary.map(escapeText))
  if (insights.summaryBy) blocks.push(`Written by ${escapeText(insights.summaryBy.model)}`)
  blocks.push(...list("Key phrases", insights.keyphrases))
  blocks.push(...list("People", insights.people))
  blocks.push(...list("Places", insights.places))
  blocks.push(...list("Organizations", insights.organizations))
  blocks.push(...found(insights))
  if (pagesWithoutText.length > 0) blocks.push(`Pages without text: ${formatPageRanges(pagesWithoutText)}`)
  if (recognizedPages.length > 0) blocks.push(`Pages recognized in images (OCR): ${formatPageRanges(recognizedPages)}`)
  if (unreadablePages.length > 0) blocks.push(`Pages without readable text: ${formatPageRanges(unreadablePages)}`)
  return `${blocks.join("\n\n")}\n`
}

function list(heading: string, entries: Counted): string[] {
  if (entries.length === 0) return []
  return [`## ${heading}`, entries.map(({ text, count }) => `- ${escapeText(text)} (${count})`).join("\n")]
}

/** Lists that insights of earlier versions do not have. */
function found({ outline = [], dates = [], amounts = [], links = [] }: Insights): string[] {
  const pageOf = (page: number | undefined) => (page === undefined ? "" : ` (page ${page})`)
  const section = (heading: string, lines: string[]) => (lines.length === 0 ? [] : [`## ${heading}`, lines.join("\n")])
  const entry = ({ text, page }: { text: string; page: number }) => `- ${escapeText(text)}${pageOf(page)}`
  return [
    ...section(
      "Outline",
      outline.map(({ text, level, page }) => `${"  ".repeat(level - 1)}- ${escapeText(text)}${pageOf(page)}`),
    ),
    ...section("Dates", dates.map(entry)),
    ...section("Amounts", amounts.map(entry)),
    ...section(
      "Links",
      links.map(({ url, page }) => entry({ text: url, page })),
    ),
  ]
}

/** Text of the document stays text: no markup, no HTML, no line breaks. */
function escapeText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_[\]<>|~&#]/g, "\\$&")
    .replace(/^([-+=]|\d+[.)])/, (marker) => `${marker.slice(0, -1)}\\${marker.slice(-1)}`)
}

/** `report.final.pdf` and `md` make `report.final.md`. */
export function exportName(fileName: string, extension: string): string {
  return `${fileName.replace(/\.[^.]*$/, "") || "document"}.${extension}`
}
