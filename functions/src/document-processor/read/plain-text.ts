// Reads plain text.
import { stripVTControlCharacters } from "node:util"
import type { TextStructure } from "./document-structure.ts"
import type { OpenedDocument } from "./opened-document.ts"
import { paginate } from "./paginate.ts"

/** @throws DocumentError TOO_LARGE */
export function openPlainText(text: string): OpenedDocument {
  // The colors of a log that was written for a terminal.
  const shown = text.includes("\x1b") ? stripVTControlCharacters(text) : text
  return openText(shown.replaceAll("\r\n", "\n"), null)
}

/** A document whose text is known as a whole, and divided into pages here. */
export function openText(text: string, title: string | null, marks?: TextStructure): OpenedDocument {
  return openPages(text, paginate(text), { title, marks })
}

/** @param pages of the text, without the form feeds between them */
export function openPages(
  text: string,
  pages: readonly string[],
  { title, marks }: { title: string | null; marks: TextStructure | undefined },
): OpenedDocument {
  const structure = marks?.onPages(text, pages)
  return {
    title,
    totalPages: pages.length,
    pages: (skipped) => pages.slice(skipped),
    ...(structure && { structure: () => structure }),
    close() {},
  }
}
