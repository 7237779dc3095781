// Sends summaries instead of whole entries to the console at a high rate, so that the cost per second has a bound.
import type { Clock } from "../../foundation/clock.ts"
import type { ConsoleEntry } from "./console-ports.ts"

/** Characters of texts that are sent whole: so many at once, and so many per second. */
const BURST = 2_000_000
const PER_SECOND = 250_000
/** Entries that failed may use all of it, others leave this much for them. */
const KEPT_FOR_FAILURES = 1_000_000
/** Characters of a text in a summary. */
const MAX_TEXT = 1_000

export type SummarizeEntry = (entry: ConsoleEntry) => object

export function createSummarizeEntry({ now }: Pick<Clock, "now">): SummarizeEntry {
  let left = BURST
  let filledAt = now()

  return (entry) => {
    const length = lengthOf(entry)
    if (length === 0) return entry
    const time = now()
    left = Math.min(BURST, left + ((time - filledAt) / 1000) * PER_SECOND)
    filledAt = time
    if (left > (hasFailed(entry) ? 0 : KEPT_FOR_FAILURES)) {
      left -= length
      return entry
    }
    return summaryOf(entry)
  }
}

/** Of the texts that a summary shortens or leaves out. */
function lengthOf({ event = "", result = "", ...texts }: ConsoleEntry): number {
  const { frame = "", responseFrame = "", failure = "", text = "", input = "" } = texts
  const shortened = [frame, responseFrame, failure, text, input].filter(({ length }) => length > MAX_TEXT)
  return event.length + result.length + shortened.reduce((sum, { length }) => sum + length, 0)
}

function hasFailed({ status, failure }: ConsoleEntry): boolean {
  return failure !== undefined || Number(status) >= 400
}

/** The page loads the rest when it is needed: `GET /_console/api/entries`. */
function summaryOf(entry: ConsoleEntry): object {
  // Assigned one by one: a literal that overrides spread members takes three times as long.
  const summary = { ...entry, isSummary: true }
  summary.event = undefined
  summary.result = undefined
  summary.frame = shorten(entry.frame)
  summary.responseFrame = shorten(entry.responseFrame)
  summary.failure = shorten(entry.failure)
  summary.text = shorten(entry.text)
  summary.input = shorten(entry.input)
  return summary
}

function shorten(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MAX_TEXT) return text
  return `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`
}
