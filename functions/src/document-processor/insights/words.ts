// Splits text into words in any script, and decides which script a text is written in.

/** A letter, with the marks of Indic scripts and the joiners of Persian, which are within words. */
const wordPattern =
  /\p{L}[\p{L}\p{M}\p{N}\u200c\u200d]*(?:['’.&/-][\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*)*|[^\s\p{L}]/gu

const withoutSpaces = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" })

/** Whether the text has letters of a script that does not separate its words. */
export function isWithoutSpaces(text: string): boolean {
  return withoutSpaces.test(text)
}

/** @returns the words of a text, and the signs and numbers between them, in order, without spaces */
export function tokensOf(text: string): string[] {
  if (!isWithoutSpaces(text)) return text.match(wordPattern) ?? []
  return [...segmenter.segment(text)].map(({ segment }) => segment).filter((segment) => segment.trim() !== "")
}

export function wordsOf(text: string): string[] {
  return tokensOf(text).filter(isWord)
}

export function isWord(token: string): boolean {
  return /^\p{L}/u.test(token)
}

/** Whether a word is long enough to have a meaning of its own. Most Chinese words have two characters. */
export function isLongWord(word: string): boolean {
  return word.length > 2 || (word.length === 2 && !/\p{sc=Latin}/u.test(word))
}

/** Joins words to a phrase, with spaces where the script has them. */
export function joinWords(words: readonly string[]): string {
  return words.reduce((phrase, word) => {
    const isJoined =
      phrase === "" || /['’]$/u.test(phrase) || (isWithoutSpaces(phrase.slice(-1)) && isWithoutSpaces(word.slice(0, 1)))
    return isJoined ? phrase + word : `${phrase} ${word}`
  }, "")
}

/** By the codes of ISO 15924, of which `Intl.Locale` returns one for a language. */
const scripts = new Map<string, RegExp>([
  ["Latn", /\p{sc=Latin}/gu],
  ["Cyrl", /\p{sc=Cyrillic}/gu],
  ["Grek", /\p{sc=Greek}/gu],
  ["Arab", /\p{sc=Arabic}/gu],
  ["Hebr", /\p{sc=Hebrew}/gu],
  ["Deva", /\p{sc=Devanagari}/gu],
  ["Thai", /\p{sc=Thai}/gu],
  ["Kore", /[\p{sc=Hangul}\p{sc=Han}]/gu],
  ["Jpan", /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ["Hans", /\p{sc=Han}/gu],
  ["Hant", /\p{sc=Han}/gu],
])

/** Whether a third of a text's letters are in the script of the language: foreign names and terms are usual. */
export function isInScriptOf(language: string | null, text: string): boolean {
  const letters = scripts.get(language === null ? "" : (new Intl.Locale(language).maximize().script ?? ""))
  if (!letters) return true
  const all = text.match(/\p{L}/gu)?.length ?? 0
  return (text.match(letters)?.length ?? 0) * 3 >= all
}
