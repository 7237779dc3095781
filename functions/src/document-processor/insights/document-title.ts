// Determines the title of a document.
import type { TextBlock } from "./text-blocks.ts"

const maxCharacters = 150
const maxMetadataCharacters = 2_000
// What programs write into the metadata of a document without a title: a file name, or their own name.
const unhelpful =
  /^(?:untitled|document\d*|title|microsoft word\b.*|.*\.(?:docx?|pdf|txt|md|html?|indd|tex|dvi|rtf|odt))$/iu

/** The title of the metadata, else the first block if it looks like a heading, else null. */
export function documentTitle(metadata: string | null, blocks: readonly TextBlock[]): string | null {
  const title = metadata?.slice(0, maxMetadataCharacters).replace(/\s+/gu, " ").trim() ?? ""
  if (title && !unhelpful.test(title)) return title.slice(0, maxCharacters)
  // A letter has its topic in its subject line.
  const first = (blocks[0] ?? "")
    .slice(0, maxMetadataCharacters)
    .replace(/^(?:subject|re|betreff|objet|asunto|oggetto):\s+/iu, "")
  const isHeading = first.length <= maxCharacters && /\p{L}{2}/u.test(first) && !/[.,;:]$/u.test(first)
  return isHeading ? first : null
}
