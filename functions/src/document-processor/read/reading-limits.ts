// Upper bounds for what one document may hold, whatever its format. They keep memory below 1 GB for any file.
import { DocumentError } from "../document-error.ts"

/** Text of all pages. The largest plain text that can be uploaded has 50 million; headings of Markdown gain line breaks. */
export const maxCharacters = 60_000_000

/** Six times as many pages as the largest plain text has. */
export const maxPages = 100_000

/** WebAssembly memory of the PDF engine, the file included. */
export const maxPdfEngineBytes = 400 * 2 ** 20

/** One part of an archive, as the XML of a Word document. A thousand pages of Word take some 20 MB. */
export const maxXmlBytes = 60_000_000

/** All parts of one archive that are read: slides, sheets, chapters. */
export const maxArchiveBytes = 200_000_000

/** @throws DocumentError TOO_LARGE */
export function checkPageCount(pages: number): void {
  if (pages > maxPages) throw new DocumentError("TOO_LARGE")
}
