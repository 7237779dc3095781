// Sets the insights of a document for a terminal: figures, summary, phrases, names, outline, dates, amounts and links.
import { styleText } from "node:util"
import type { Insights } from "@document-insight/protocol"
import {
  languageName,
  noSummaryNote,
  pagesNotRecognizedNote,
  readingTime,
} from "../web/src/formatting/insights-facts.ts"
import { columnsOf, shorten, wrapText } from "./terminal-text.ts"

const labelColumns = 14
const shownEntries = 5
const shownHeadings = 8
const deepestLevel = 3

export function insightsText(fileName: string, insights: Insights, columns: number): string {
  const blocks = [
    [styleText("bold", wrapText(insights.title ?? fileName, columns, "")), figures(insights, columns)],
    summary(insights, columns),
    names(insights, columns),
    facts(insights, columns),
    ...notes(insights).map((note) => [wrapText(note, columns, "")]),
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")
}

function figures({ pages, words, readingMinutes, language }: Insights, columns: number): string {
  const count = (value: number, noun: string) => `${value.toLocaleString("en")} ${noun}${value === 1 ? "" : "s"}`
  const parts = [
    count(pages, "page"),
    count(words, "word"),
    `${readingTime(readingMinutes)} reading time`,
    ...(language === null ? [] : [languageName(language)]),
  ]
  return styleText("dim", wrapText(parts.join(" · "), columns, ""))
}

function summary({ summary, summaryBy, words, language }: Insights, columns: number): string[] {
  if (summary.length === 0) return words > 0 ? [wrapText(noSummaryNote(language), columns, "")] : []
  const lines = summary.map((sentence) => wrapText(sentence, columns))
  return summaryBy ? [...lines, styleText("dim", wrapText(`Written by ${summaryBy.model}`, columns))] : lines
}

function names({ keyphrases, people, places, organizations }: Insights, columns: number): string[] {
  const row = (label: string, entries: Insights["people"]) => {
    return entries.length === 0 ? [] : [sentence(label, entries.map(({ text }) => text).join(", "), columns)]
  }
  return [
    ...row("Key phrases", keyphrases),
    ...row("People", people),
    ...row("Places", places),
    ...row("Organizations", organizations),
  ]
}

/** The first entries of each list, and how many follow. */
function facts({ outline = [], dates = [], amounts = [], links = [] }: Insights, columns: number): string[] {
  const row = (label: string, entries: readonly { text: string }[]) => {
    const shown = entries.slice(0, shownEntries).map(({ text }) => text)
    if (entries.length > shown.length) shown.push(more(entries.length - shown.length))
    return shown.length === 0 ? [] : [sentence(label, shown.join(", "), columns)]
  }
  return [
    ...rows("Outline", outlineLines(outline, columns - labelColumns)),
    ...row("Dates", dates),
    ...row("Amounts", amounts),
    ...rows("Links", linkLines(links, columns - labelColumns)),
  ]
}

/** As in a table of contents, with the pages in front: they stay aligned whatever the width of the terminal. */
function outlineLines(outline: NonNullable<Insights["outline"]>, columns: number): string[] {
  const shown = overview(outline).slice(0, shownHeadings)
  const pageColumns = Math.max(0, ...shown.map(({ page }) => String(page ?? "").length))
  const lines = shown.map(({ text, level, page }) => {
    const indent = "  ".repeat(Math.min(level, deepestLevel) - 1)
    const number = pageColumns === 0 ? "" : `${String(page ?? "").padStart(pageColumns)}  `
    return `${styleText("dim", number)}${indent}${shorten(text, columns - columnsOf(number) - indent.length)}`
  })
  const hidden = outline.length - shown.length
  return hidden === 0 ? lines : [...lines, `${" ".repeat(pageColumns === 0 ? 0 : pageColumns + 2)}${more(hidden)}`]
}

/** Without the deepest levels of an outline that is too long: its chapters rather than its first sections. */
function overview(outline: NonNullable<Insights["outline"]>): NonNullable<Insights["outline"]> {
  const levels = [...new Set(outline.map(({ level }) => level))].toSorted((a, b) => a - b)
  let kept = outline
  while (kept.length > shownHeadings && levels.length > 1) {
    levels.pop()
    const deepest = levels.at(-1) ?? 1
    kept = kept.filter(({ level }) => level <= deepest)
  }
  return kept
}

/** One per line, because a terminal makes an address clickable that is not broken. */
function linkLines(links: NonNullable<Insights["links"]>, columns: number): string[] {
  const lines = links.slice(0, shownEntries).map(({ url }) => shorten(url.replace(/^mailto:/i, ""), columns))
  const hidden = links.length - lines.length
  return hidden === 0 ? lines : [...lines, more(hidden)]
}

function more(count: number): string {
  return `and ${count.toLocaleString("en")} more`
}

function sentence(label: string, text: string, columns: number): string {
  const indent = " ".repeat(labelColumns)
  return `${labelled(label)}${wrapText(text, columns, indent).slice(labelColumns)}`
}

function rows(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? labelled(label) : " ".repeat(labelColumns)}${line}`)
}

function labelled(label: string): string {
  return styleText("dim", label.padEnd(labelColumns))
}

function notes({
  pages,
  recognizedPages = [],
  pagesNotRecognized = [],
  pagesWithoutText,
  unreadablePages = [],
}: Insights): string[] {
  const of = (numbers: readonly number[]) => `${numbers.length} of ${pages} pages`
  return [
    recognizedPages.length > 0 &&
      `The text of ${of(recognizedPages)} was recognized in images (OCR). It may contain errors.`,
    pagesNotRecognized.length > 0 && pagesNotRecognizedNote(pagesNotRecognized),
    pagesWithoutText.length > 0 && `No text was found on ${of(pagesWithoutText)} (images, or blank).`,
    unreadablePages.length > 0 &&
      `${of(unreadablePages)} have no readable text: their fonts do not say which letters are shown.`,
  ].filter((note) => note !== false)
}
