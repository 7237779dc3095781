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

type Recognized = {
  pages: number /** Whether text was looked for in the images of these pages. */
  isRecognized: boolean
}

/** @param withoutText numbers of pages, at least one */
export function pagesWithoutTextNote(withoutText: readonly number[], { pages, isRecognized }: Recognized): string {
  const isAll = withoutText.length >= pages
  const which = `${withoutText.length === 1 ? "page" : "pages"} ${formatPageRanges(withoutText)}`
  if (isRecognized) {
    return isAll
      ? "No text was found in this document, and none was recognized in its images."
      : `No text was found on ${which}, and none was recognized in ${withoutText.length === 1 ? "its image" : "their images"}.`
  }
  return isAll
    ? "No text was found in this document. Its pages are probably scanned images. Run text recognition (OCR) on it and upload the result."
    : `No text was found on ${which}. ${withoutText.length === 1 ? "It is probably an image" : "They are probably images"}, or blank.`
}

/** @param recognized numbers of pages, at least one */
export function recognizedPagesNote(recognized: readonly number[], pages: number): string {
  const which =
    recognized.length >= pages
      ? pages === 1
        ? "The text of this document"
        : "The text of all pages"
      : `The text of ${recognized.length === 1 ? "page" : "pages"} ${formatPageRanges(recognized)}`
  return `${which} was recognized in ${recognized.length === 1 ? "an image" : "images"} (OCR). It may contain errors.`
}

/** @param failed numbers of pages, at least one */
export function pagesNotRecognizedNote(failed: readonly number[]): string {
  const which = failed.length === 1 ? `page ${failed[0]}` : `pages ${formatPageRanges(failed)}`
  return `Text recognition failed on ${which}. Upload the document again to retry.`
}

/** Languages that do not mark where a sentence ends. */
const withoutSentenceEnds = new Set(["th", "lo"])

/** Why a text has no summary. */
export function noSummaryNote(language: string | null): string {
  return language !== null && withoutSentenceEnds.has(language)
    ? `No summary for this language: a text in ${languageName(language)} does not mark where its sentences end.`
    : "No summary: this text has no complete sentences that can be quoted."
}
