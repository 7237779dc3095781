// What a document is called.
import type { TextBlock } from "./text-blocks.ts"

const maxCharacters = 150
// What programs write into the metadata when nobody gave a title: a file's name, or a word of their own.
const unhelpful =
  /^(?:untitled|document\d*|title|microsoft word\b.*|.*\.(?:docx?|pdf|txt|md|html?|indd|tex|dvi|rtf|odt))$/iu

/** The title of the metadata, else the first block if it looks like a heading; null when neither tells. */
export function documentTitle(metadata: string | null, blocks: readonly TextBlock[]): string | null {
  const title = metadata?.replace(/\s+/gu, " ").trim() ?? ""
  if (title && !unhelpful.test(title)) return title.slice(0, maxCharacters)
  // A letter says what it is about in its subject line.
  const first = (blocks[0] ?? "").replace(/^(?:subject|re|betreff|objet|asunto|oggetto):\s+/iu, "")
  const isHeading = first.length <= maxCharacters && /\p{L}{2}/u.test(first) && !/[.,;:]$/u.test(first)
  return isHeading ? first : null
}
