// Reports a document's progress and insights: a bar on a terminal, a line per change elsewhere, JSON lines for programs.
import { styleText } from "node:util"
import type { DocumentErrorCode, Insights, Progress } from "@document-insight/protocol"

/** How the processing of one file ended. The id is null when the document was not created. */
export type DocumentResult = {
  fileName: string
  documentId: string | null
  outcome: "processing_complete" | "error" | "refused"
  errorCode?: DocumentErrorCode
  message?: string
}

export type DocumentReporter = {
  /** A progress message as it came over the WebSocket, in order of arrival, duplicates included. */
  message(fileName: string, message: object): void
  /** The newest progress, whenever it changes. */
  progress(fileName: string, progress: Progress): void
  insights(fileName: string, documentId: string, insights: Insights | null): void
  /** The last report about a file. */
  result(result: DocumentResult): void
}

type Out = { write(text: string): unknown; isTTY?: boolean }

export function jsonDocumentReporter(out: Out): DocumentReporter {
  const print = (line: object) => out.write(`${JSON.stringify(line)}\n`)
  return {
    message: (fileName, message) => print({ event: "progress", fileName, ...message }),
    progress() {},
    insights: (fileName, documentId, insights) => print({ event: "insights", fileName, documentId, insights }),
    result: (result) => print({ event: "document", ...result }),
  }
}

export function terminalDocumentReporter(out: Out): DocumentReporter {
  const isLive = out.isTTY === true
  return {
    message() {},
    progress(fileName, progress) {
      const isLast = progress.status === "processing_complete" || progress.status === "error"
      if (isLive) out.write(`\r\u001b[K${bar(fileName, progress)}${isLast ? "\n" : ""}`)
      else out.write(`${fileName}  ${String(progress.percentComplete).padStart(3)} %  ${statusText(progress)}\n`)
    },
    insights(fileName, _, insights) {
      if (insights) out.write(`\n${insightsText(fileName, insights)}\n`)
    },
    result({ fileName, outcome, errorCode, message = "" }) {
      // An error code came with the last progress, which is shown already.
      if (outcome !== "processing_complete" && errorCode === undefined) {
        out.write(`${fileName}  ${styleText("red", message)}\n`)
      }
    },
  }
}

const BAR_WIDTH = 32

function bar(fileName: string, progress: Progress): string {
  const full = Math.round((progress.percentComplete / 100) * BAR_WIDTH)
  const color = progress.status === "error" ? "red" : progress.status === "processing_complete" ? "green" : "cyan"
  const drawn = styleText(color, "━".repeat(full)) + styleText("dim", "━".repeat(BAR_WIDTH - full))
  return `${fileName}  ${drawn}  ${String(progress.percentComplete).padStart(3)} %  ${statusText(progress)}`
}

function statusText({ status, pagesProcessed, totalPages, errorCode, message }: Progress): string {
  const pages = `${pagesProcessed} of ${totalPages} ${totalPages === 1 ? "page" : "pages"}`
  if (status === "waiting") return "waiting to be processed"
  if (status === "processing_started") return "processing started"
  if (status === "progress") return pages
  if (status === "processing_complete") return `complete, ${pages}`
  return `${errorCode}: ${message}`
}

function insightsText(fileName: string, insights: Insights): string {
  const count = (value: number, noun: string) => `${value.toLocaleString("en")} ${noun}${value === 1 ? "" : "s"}`
  const facts = [
    count(insights.pages, "page"),
    count(insights.words, "word"),
    `${insights.readingMinutes} min reading time`,
    ...(insights.language === null ? [] : [languageName(insights.language)]),
  ]
  const lines = [styleText("bold", insights.title ?? fileName), styleText("dim", facts.join(" · "))]
  if (insights.summary.length > 0) lines.push("", ...insights.summary.map((sentence) => wrap(sentence)))
  else if (insights.words > 0) lines.push("", "No summary: this text has no complete sentences that can be quoted.")
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
      `No text was found on ${insights.pagesWithoutText.length} of ${insights.pages} pages (images, or blank).`,
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
