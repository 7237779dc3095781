// Formats the facts of a document's insights: its reading time, its language, and the pages that cannot be read.
import { formatPageRanges } from "./format-page-ranges.ts"

const languageNames = new Intl.DisplayNames("en", { type: "language" })

export function languageName(language: string): string {
  try {
    return languageNames.of(language) ?? language
  } catch {
    return language
  }
}

export function readingTime(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** @param unreadable numbers of pages, at least one */
export function unreadablePagesNote(unreadable: readonly number[], pages: number): string {
  const which =
    unreadable.length >= pages
      ? "This document has no readable text"
      : unreadable.length === 1
        ? `Page ${unreadable[0]} has no readable text`
        : `Pages ${formatPageRanges(unreadable)} have no readable text`
  return `${which}: the file does not say which letters it shows. Run text recognition (OCR) on it and upload the result.`
}

/** Languages that do not mark where a sentence ends. */
const withoutSentenceEnds = new Set(["th", "lo"])

/** Why a text has no summary. */
export function noSummaryNote(language: string | null): string {
  return language !== null && withoutSentenceEnds.has(language)
    ? `No summary for this language: a text in ${languageName(language)} does not mark where its sentences end.`
    : "No summary: this text has no complete sentences that can be quoted."
}
