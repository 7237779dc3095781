// What a search in a document matches: used by the function that searches, and by the page that marks the matches.

export const maxQueryCharacters = 200

const syntax = /[\\^$.*+?()[\]{}|/]/g
const withoutSpaces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

/**
 * Matches the words of a query one after the other, in lower and upper case, also where the text breaks a line or
 * hyphenates a word. Undefined for a query without characters, and for one that is too long.
 */
export function searchPattern(query: string): RegExp | undefined {
  const words = normalizeText(query).trim().split(/\s+/)
  const length = words.join(" ").length
  if (length === 0 || length > maxQueryCharacters) return undefined
  return new RegExp(words.map(wordPattern).join("\\s+"), "giu")
}

/** The form of a text in which letters with accents are single characters. */
export function normalizeText(text: string): string {
  return text.normalize("NFC")
}

function wordPattern(word: string): string {
  const characters = [...word]
  return characters
    .map((character, index) => {
      const pattern = /['’]/.test(character) ? "['’]" : character.replace(syntax, "\\$&")
      if (index === characters.length - 1) return pattern
      return pattern + betweenCharacters(character)
    })
    .join("")
}

/** What a line's end may insert between two characters of a word. */
function betweenCharacters(character: string): string {
  if (withoutSpaces.test(character) || character === "-") return "\\s*"
  return /\p{L}/u.test(character) ? "(?:[-\\u00ad]\\s*\\n\\s*|\\u00ad)?" : ""
}
