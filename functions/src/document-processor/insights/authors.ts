// Finds the authors that the properties of a document name, and its first page: in a line after "By", or in one that is
// followed by their affiliation or addresses.
import { isOrganization } from "./organization-names.ts"
import type { TextBlock } from "./text-blocks.ts"

/** The blocks of a title page that are searched. */
const maxBlocks = 8
const maxCharacters = 300
const byLine = /^(?:by|written by|authors?:|von|par|por|di|da|door|av|af)\s+(?=\p{Lu})/iu
const separator = /\s*(?:(?:[,;]\s*|\s)(?:and|und|et|y|e|en|och|og)\s|[,;&·])\s*/u
const personName =
  /^\p{Lu}[\p{L}’'.-]*(?: (?:\p{Lu}[\p{L}’'-]*\.?|de|da|del|della|di|van|von|der|den|la|le|bin|al)){0,3} \p{Lu}[\p{L}’'-]+$/u
/** In scripts without capitals. */
const nameWithoutCapitals = /^\p{Lo}{2,12}(?: \p{Lo}{1,12}){0,3}$/u
/** Names of programs and of accounts. */
const notPerson = /\b(?:microsoft|office|user|admin\p{L}*|author|owner|guest|windows|google|apache|python)\b/iu
/** Marks of footnotes and titles. */
const marks = /[\d*†‡§¹²³⁴⁵⁶⁷⁸⁹]+|\b(?:Dr|Prof|PhD|MD|MSc)\b\.?/gu

export function authorsOf(blocks: readonly TextBlock[]): string[] {
  for (const [index, block] of blocks.slice(0, maxBlocks).entries()) {
    if (block.length > maxCharacters) return []
    const isByLine = byLine.test(block)
    const next = blocks[index + 1] ?? ""
    // The first block is the title.
    if (!isByLine && (index === 0 || !isAffiliation(next))) continue
    const names = namesIn(block.replace(byLine, ""))
    if (names.length > 0) return names
  }
  return []
}

/** @param creator as the properties of a document have it */
export function authorsInProperties(creator: string): string[] {
  if (creator.length > maxCharacters || notPerson.test(creator)) return []
  return nameWithoutCapitals.test(creator.trim()) ? [creator.trim()] : namesIn(creator)
}

function isAffiliation(block: TextBlock): boolean {
  return block.length <= maxCharacters && (/\S@\S/.test(block) || isOrganization(block))
}

/** All the parts of a line if each is the name of a person, else none. */
function namesIn(line: string): string[] {
  const parts = line
    .replace(marks, " ")
    .split(separator)
    .map((part) => part.replace(/\s+/gu, " ").trim())
    .filter((part) => part !== "")
  return parts.every((part) => personName.test(part) && !isOrganization(part)) ? parts : []
}
