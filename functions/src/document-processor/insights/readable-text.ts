// Decides whether the text of a page can be read. A PDF whose font does not map its glyphs to characters has text that is
// none: control characters, private-use characters, punctuation in place of letters, or other letters ("WKH" for "the").

/** Inspected per page, evenly distributed. */
const maxSampled = 500
/** A page of a few signs, such as a chart's axis, is left as it is. */
const minSampled = 5
const minSampledForLetters = 40
const maxBrokenShare = 0.3
const minLetterShare = 0.3
// Latin text has 35 to 50 vowels in 100 letters, and its numbers of glyphs, read as letters, about 15.
const minLatinLetters = 80
const minVowelShare = 0.2

const broken = /[\p{Co}\p{Cn}\p{Cs}\p{Cc}\ufffd]/u
// Braille has a block of symbols.
const letter = /[\p{L}\p{M}\p{N}\p{sc=Braille}]/u
const latinLetter = /\p{sc=Latin}/u
const vowel = /^[aeiouyæœøıə]/iu

/** Whether a reader recognizes the text. True for a page without text. */
export function isReadable(page: string): boolean {
  const step = Math.max(1, Math.floor(page.length / maxSampled))
  let sampled = 0
  let brokenCount = 0
  let letters = 0
  let latin = 0
  let vowels = 0
  for (let at = 0; at < page.length; at += step) {
    const code = page.codePointAt(at) ?? 0
    if (isSpace(code) || isRule(code) || isLowSurrogate(code)) continue
    sampled += 1
    if (code < 0x80) {
      if (isAsciiLetter(code)) letters += 1
      else if (isControl(code)) brokenCount += 1
      if (!isAsciiLetter(code) || isDigit(code)) continue
      latin += 1
      if (isAsciiVowel(code)) vowels += 1
      continue
    }
    const character = String.fromCodePoint(code)
    if (letter.test(character)) letters += 1
    else if (broken.test(character)) brokenCount += 1
    if (!latinLetter.test(character)) continue
    latin += 1
    if (vowel.test(character.normalize("NFD"))) vowels += 1
  }
  if (sampled < minSampled) return true
  if (brokenCount > sampled * maxBrokenShare) return false
  if (latin >= minLatinLetters && vowels < latin * minVowelShare) return false
  return sampled < minSampledForLetters || letters >= sampled * minLetterShare
}

function isAsciiLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code)
}

function isControl(code: number): boolean {
  return code < 0x20 || code === 0x7f
}

const asciiVowels = new Set([..."aeiouyAEIOUY"].map((vowel) => vowel.charCodeAt(0)))

function isAsciiVowel(code: number): boolean {
  return asciiVowels.has(code)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0 || code === 0x3000
}

/** Dot leaders and drawn lines are not text, and say nothing about the rest. */
function isRule(code: number): boolean {
  return code === 0x2e || code === 0x2d || code === 0x5f || code === 0x3d || code === 0xb7
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
