// How a document's progress and insights look: a bar on a terminal, a line per message elsewhere, JSON for programs.
import { styleText } from "node:util"
import type { Insights, Progress } from "@document-insight/protocol"

export type Display = {
  /** A text frame exactly as it came over the WebSocket. */
  message(text: string): void
  progress(fileName: string, progress: Progress): void
  insights(fileName: string, insights: Insights | null): void
  failure(fileName: string, sentence: string): void
}

type Out = { write(text: string): unknown; isTTY?: boolean; columns?: number }

export function jsonDisplay(out: Out): Display {
  return {
    message(text) {
      if (text.includes('"sequence"')) out.write(`${text}\n`)
    },
    progress() {},
    insights: (fileName, insights) => out.write(`${JSON.stringify({ event: "insights", fileName, insights })}\n`),
    failure: (fileName, message) =>
      out.write(
        `${JSON.stringify({ event: "problem", code: "DOCUMENT_FAILED", message: `${fileName}: ${message}`, hint: "" })}\n`,
      ),
  }
}

export function terminalDisplay(out: Out): Display {
  const isLive = out.isTTY === true
  return {
    message() {},
    progress(fileName, progress) {
      const isOver = progress.status === "processing_complete" || progress.status === "error"
      if (isLive) out.write(`\r\u001b[K${bar(fileName, progress)}${isOver ? "\n" : ""}`)
      else out.write(`${fileName}  ${String(progress.percentComplete).padStart(3)} %  ${inWords(progress)}\n`)
    },
    insights(fileName, insights) {
      if (insights) out.write(`\n${insightsText(fileName, insights)}\n`)
    },
    failure: (fileName, sentence) => out.write(`${fileName}  ${styleText("red", sentence)}\n`),
  }
}

const BAR_WIDTH = 32

function bar(fileName: string, progress: Progress): string {
  const full = Math.round((progress.percentComplete / 100) * BAR_WIDTH)
  const color = progress.status === "error" ? "red" : progress.status === "processing_complete" ? "green" : "cyan"
  const drawn = styleText(color, "━".repeat(full)) + styleText("dim", "━".repeat(BAR_WIDTH - full))
  return `${fileName}  ${drawn}  ${String(progress.percentComplete).padStart(3)} %  ${inWords(progress)}`
}

function inWords({ status, pagesProcessed, totalPages, errorCode, message }: Progress): string {
  const pages = `${pagesProcessed} of ${totalPages} ${totalPages === 1 ? "page" : "pages"}`
  if (status === "waiting") return "waiting"
  if (status === "processing_started") return "opened"
  if (status === "progress") return pages
  if (status === "processing_complete") return `read, ${pages}`
  return `${errorCode}: ${message}`
}

function insightsText(fileName: string, insights: Insights): string {
  const count = (value: number, noun: string) => `${value.toLocaleString("en")} ${noun}${value === 1 ? "" : "s"}`
  const facts = [
    count(insights.pages, "page"),
    count(insights.words, "word"),
    `${insights.readingMinutes} min to read`,
    ...(insights.language ? [languageName(insights.language)] : []),
  ]
  const lines = [styleText("bold", insights.title ?? fileName), styleText("dim", facts.join(" · "))]
  if (insights.summary.length > 0) lines.push("", ...insights.summary.map((sentence) => wrap(sentence)))
  const lists = [
    ["Key phrases", insights.keyphrases],
    ["People", insights.people],
    ["Places", insights.places],
    ["Organizations", insights.organizations],
  ] as const
  const shown = lists.filter(([, entries]) => entries.length > 0)
  if (shown.length > 0) lines.push("")
  for (const [name, entries] of shown) {
    lines.push(`${styleText("dim", name.padEnd(14))}${entries.map(({ text }) => text).join(", ")}`)
  }
  if (insights.pagesWithoutText.length > 0) {
    lines.push(
      "",
      `No text was found on ${insights.pagesWithoutText.length} of ${insights.pages} pages (pictures, or blank).`,
    )
  }
  return lines.join("\n")
}

function languageName(code: string): string {
  return new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code
}

function wrap(sentence: string, width = 96): string {
  const lines: string[] = []
  let line = "  "
  for (const word of sentence.split(/\s+/)) {
    if (line.length + word.length > width) {
      lines.push(line.trimEnd())
      line = "  "
    }
    line += `${word} `
  }
  lines.push(line.trimEnd())
  return lines.join("\n")
}
