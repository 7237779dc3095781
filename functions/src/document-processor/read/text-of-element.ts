// Reads the text of one element in a part of an archive: the title in the properties of a document or an e-book.
import type { ParseXml } from "./parse-xml.ts"
import type { ZipArchive } from "./zip-archive.ts"

const maxPropertiesBytes = 1_000_000
const maxTitleCharacters = 10_000

/** The text of the first element of a name in a part of an archive; null when it is empty or missing. */
export function textOfElement(
  { archive, parse }: { archive: ZipArchive; parse: ParseXml },
  part: string,
  element: string,
): string | null {
  const bytes = archive.read(part, maxPropertiesBytes)
  if (!bytes) return null
  let text = ""
  let isOpen = false
  let isFound = false
  parse(bytes, {
    onOpen: (name) => {
      isOpen = name === element && !isFound
    },
    onClose: (name) => {
      if (name === element) isFound = true
      isOpen = false
    },
    onText: (characters) => {
      if (isOpen && text.length < maxTitleCharacters) text += characters.slice(0, maxTitleCharacters)
    },
  })
  return text.replace(/\s+/g, " ").trim() || null
}
