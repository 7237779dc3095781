// Splits text into words in any script, and decides which script a text is written in.
import { alphanumeric, classesOf, hasSurrogates, inWord, letter, space, unseparated } from "./character-classes.ts"

/** A letter, with the marks of Indic scripts and the joiners of Persian, which are within words. */
const wordPattern =
  /\p{L}[\p{L}\p{M}\p{N}\u200c\u200d]*(?:['’.&/-][\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*)*|[^\s\p{L}]/gu
const joiners = new Set([..."'’.&/-"].map((sign) => sign.charCodeAt(0)))

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" })
const elided = /^(\p{L}{1,2}|qu)(['’])(?=\p{L})/iu

/** Where all scripts are that do not separate words. */
const unseparatedScripts = /[\u0e00-\u1fff\u2e80-\uffff]/

/** Whether the text has letters of a script that does not separate its words. */
export function isWithoutSpaces(text: string): boolean {
  if (!unseparatedScripts.test(text)) return false
  let areSurrogates = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (classesOf(code) & unseparated) return true
    if (code >= firstSurrogate && code <= lastSurrogate) areSurrogates = true
  }
  return areSurrogates && hanSurrogates.test(text)
}

const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff
const hanSurrogates = /\p{sc=Han}/u

/** @returns the words of a text, and the signs and numbers between them, in order, without spaces */
export function tokensOf(text: string): string[] {
  if (isWithoutSpaces(text)) return segmentedTokens(text)
  return hasSurrogates(text) ? (text.match(wordPattern) ?? []) : scannedTokens(text)
}

/** One by one: a list of all segments first takes several times their memory, and the time to collect it. */
function segmentedTokens(text: string): string[] {
  const tokens: string[] = []
  for (const { segment } of segmenter.segment(text)) if (segment.trim() !== "") tokens.push(segment)
  return tokens
}

/** What `wordPattern` matches. */
function scannedTokens(text: string): string[] {
  const tokens: string[] = []
  let at = 0
  while (at < text.length) {
    const bits = classesOf(text.charCodeAt(at))
    const end = bits & letter ? wordEnd(text, at + 1) : at + 1
    if (!(bits & space)) tokens.push(text.slice(at, end))
    at = end
  }
  return tokens
}

function wordEnd(text: string, start: number): number {
  let at = start
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (classesOf(code) & inWord) continue
    if (!joiners.has(code) || at + 1 === text.length || !(classesOf(text.charCodeAt(at + 1)) & alphanumeric)) break
  }
  return at
}

/** "d'objets" is two words, of which the first is an article or a preposition. */
export function withoutElision(token: string): string[] {
  const [start = ""] = elided.exec(token) ?? []
  return start === "" ? [token] : [start, token.slice(start.length)]
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

function hasSpaceAfter(word: string): boolean {
  const last = word.charCodeAt(word.length - 1)
  return last !== apostrophe && last < firstUnseparated && last !== typographicApostrophe
}

const apostrophe = 0x27
const typographicApostrophe = 0x2019
/** Thai is the first of the scripts that do not separate words. */
const firstUnseparated = 0xe00

/** Joins words to a phrase, with spaces where the script has them. */
export function joinWords(words: readonly string[]): string {
  if (words.every(hasSpaceAfter)) return words.join(" ")
  return words.reduce((phrase, word) => {
    const isJoined =
      phrase === "" || /['’]$/u.test(phrase) || (isWithoutSpaces(phrase.slice(-1)) && isWithoutSpaces(word.slice(0, 1)))
    return isJoined ? phrase + word : `${phrase} ${word}`
  }, "")
}

/** By the codes of ISO 15924, of which `Intl.Locale` returns one for a language. */
const scripts = new Map<string, RegExp>([
  ["Latn", /\p{sc=Latin}/u],
  ["Cyrl", /\p{sc=Cyrillic}/u],
  ["Grek", /\p{sc=Greek}/u],
  ["Arab", /\p{sc=Arabic}/u],
  ["Hebr", /\p{sc=Hebrew}/u],
  ["Deva", /\p{sc=Devanagari}/u],
  ["Thai", /\p{sc=Thai}/u],
  ["Kore", /[\p{sc=Hangul}\p{sc=Han}]/u],
  ["Jpan", /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u],
  ["Hans", /\p{sc=Han}/u],
  ["Hant", /\p{sc=Han}/u],
])

/** Decides whether a third of a text's letters are in the script of the language: foreign names and terms are usual. */
export function scriptTest(language: string | null): (text: string) => boolean {
  const code = language === null ? "" : (new Intl.Locale(language).maximize().script ?? "")
  const script = scripts.get(code)
  if (!script) return () => true
  const pattern = script
  /** By code unit: 0 when it was not looked up yet, 1 for no, 2 for yes. */
  const known = new Uint8Array(65_536)

  function isInScript(code: number): boolean {
    if (code > 0xffff) return pattern.test(String.fromCodePoint(code))
    if (known[code] === 0) known[code] = pattern.test(String.fromCharCode(code)) ? 2 : 1
    return known[code] === 2
  }

  return (text) => {
    if (code === "Latn" && !beyondLatin.test(text)) return true
    let letters = 0
    let inScript = 0
    for (let at = 0; at < text.length; at += 1) {
      const code = text.codePointAt(at) ?? 0
      if (code > 0xffff) at += 1
      const isLetter = code > 0xffff ? anyLetter.test(String.fromCodePoint(code)) : (classesOf(code) & letter) !== 0
      if (isLetter) letters += 1
      if (isLetter && isInScript(code)) inScript += 1
    }
    return inScript * 3 >= letters
  }
}

const anyLetter = /\p{L}/u
/** Letters are Latin up to here, and the quotation marks and dashes of most texts are none. */
const beyondLatin = /[^\0-\u024f\u2000-\u206f]/
