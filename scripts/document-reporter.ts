// Reports a document's progress and insights: a bar on a terminal, a line per change elsewhere, JSON lines for programs.
import { styleText } from "node:util"
import { type DocumentErrorCode, type Insights, isFinal, type Progress } from "@document-insight/protocol"
import { addSample, paceOf, type Sample } from "../web/src/documents/pace.ts"
import { formatDuration } from "../web/src/formatting/format-duration.ts"
import { insightsText } from "./insights-text.ts"
import { columnsOf, shorten } from "./terminal-text.ts"

/** How the processing of one file ended. The id is null when the document was not created. */
export type DocumentResult = {
  fileName: string
  documentId: string | null
  outcome: "processing_complete" | "error" | "refused"
  errorCode?: DocumentErrorCode
  message?: string
}

export type DocumentReporter = {
  /** The file is about to be uploaded. */
  uploading(fileName: string): void
  /** A progress message as it came over the WebSocket, in order of arrival, duplicates included. */
  message(fileName: string, message: object): void
  /** The newest progress, whenever it changes. */
  progress(fileName: string, progress: Progress): void
  insights(fileName: string, documentId: string, insights: Insights | null): void
  /** The last report about a file. */
  result(result: DocumentResult): void
}

type Out = { write(text: string): unknown; isTTY?: boolean; columns?: number }

export function jsonDocumentReporter(out: Out): DocumentReporter {
  const print = (line: object) => out.write(`${JSON.stringify(line)}\n`)
  return {
    uploading() {},
    message: (fileName, message) => print({ event: "progress", fileName, ...message }),
    progress() {},
    insights: (fileName, documentId, insights) => print({ event: "insights", fileName, documentId, insights }),
    result: (result) => print({ event: "document", ...result }),
  }
}

/** Reports only how each file ended, in one line. */
export function quietDocumentReporter(out: Out): DocumentReporter {
  return {
    uploading() {},
    message() {},
    progress() {},
    insights() {},
    result({ fileName, outcome, message }) {
      out.write(`${fileName}  ${outcome === "processing_complete" ? "complete" : failure(message)}\n`)
    },
  }
}

/** @param now in milliseconds */
export function terminalDocumentReporter(out: Out, now: () => number = Date.now): DocumentReporter {
  const isLive = out.isTTY === true
  // A terminal that does not know its width has 0 columns.
  const columns = () => Math.max(20, out.columns || 80)
  let samples: readonly Sample[] = []
  /** Whether the cursor is at the end of a bar, which the next one replaces. */
  let isBarOpen = false

  function draw(line: string, isLast: boolean): void {
    out.write(`\r\u001b[K${line}${isLast ? "\n" : ""}`)
    isBarOpen = !isLast
  }

  return {
    uploading(fileName) {
      samples = []
      if (isLive) draw(bar({ fileName, percent: 0, statuses: ["uploading"], color: "cyan", columns: columns() }), false)
    },
    message() {},
    progress(fileName, progress) {
      if (progress.status === "progress") samples = addSample(samples, { at: now(), done: progress.pagesProcessed })
      const statuses = statusTexts(progress, samples, now())
      const percent = progress.percentComplete
      if (!isLive) out.write(`${fileName}  ${String(percent).padStart(3)} %  ${statuses[0]}\n`)
      // An error is a sentence, which is printed below the bar.
      else if (progress.status === "error" && isFinal(progress)) draw("", false)
      else draw(bar({ fileName, percent, statuses, color: colorOf(progress), columns: columns() }), isFinal(progress))
    },
    insights(fileName, _, insights) {
      if (insights) out.write(`\n${insightsText(fileName, insights, Math.min(96, columns()))}\n`)
    },
    result({ fileName, outcome, errorCode, message }) {
      if (isBarOpen) draw("", false)
      isBarOpen = false
      if (outcome === "processing_complete") return
      // Elsewhere than on a terminal an error code came with the last progress, which is printed already.
      if (isLive || errorCode === undefined) {
        const code = errorCode === undefined ? "" : `${errorCode}: `
        out.write(`${fileName}  ${styleText("red", `${code}${failure(message)}`)}\n`)
      }
    },
  }
}

function failure(message: string | undefined): string {
  return message ?? "The document could not be processed."
}

type Bar = {
  fileName: string
  percent: number
  /** From the longest to the shortest: the first one that fits is shown. */
  statuses: readonly string[]
  color: "red" | "green" | "cyan"
  columns: number
}

const widestBar = 32
const widestName = 40
/** Of the longest status. The bar has the same width for all, so that it does not jump. */
const statusColumns = 40

/** One line that is never wider than the terminal, which would wrap it and could not replace it. */
function bar({ fileName, percent, statuses, color, columns }: Bar): string {
  // A terminal may wrap when its last column is used.
  const available = columns - 1
  const name = shorten(fileName, Math.min(widestName, Math.max(6, Math.floor(available / 3))))
  const figure = `${String(percent).padStart(3)} %`
  const free = available - columnsOf(name) - columnsOf(figure) - 4
  const width = Math.max(0, Math.min(widestBar, Math.max(Math.min(8, free), free - statusColumns)))
  const full = Math.round((percent / 100) * width)
  const drawn = styleText(color, "━".repeat(full)) + styleText("dim", "─".repeat(width - full))
  const status = statuses.find((one) => columnsOf(one) <= free - width - 2)
  return `${name}  ${drawn}  ${figure}${status === undefined ? "" : `  ${status}`}`
}

function colorOf({ status }: Progress): Bar["color"] {
  return status === "error" ? "red" : status === "processing_complete" ? "green" : "cyan"
}

/** From the longest to the shortest. */
function statusTexts(progress: Progress, samples: readonly Sample[], now: number): [string, ...string[]] {
  const { status, pagesProcessed, totalPages, errorCode, message } = progress
  const pages = `${pagesProcessed} of ${totalPages} ${totalPages === 1 ? "page" : "pages"}`
  if (status === "waiting") return ["waiting to be processed", "waiting"]
  if (status === "processing_started") return ["processing started", "started"]
  if (status === "processing_complete") return [`complete, ${pages}`, "complete"]
  if (status === "error") return [`${errorCode}: ${message}`, `${errorCode}`]
  const pace = paceOf(samples, totalPages, now)
  if (pace === undefined || pace.secondsLeft === 0) return [pages]
  const left = `${formatDuration(pace.secondsLeft)} left`
  return [`${pages}, ${Number(pace.perSecond.toPrecision(2))} pages/s, ${left}`, `${pages}, ${left}`, left]
}
