// Counts words as a reader does: "well-known" and "don't" are one each.
import { alphanumeric, classesOf, hasSurrogates, inWord } from "./character-classes.ts"
import { isWithoutSpaces } from "./words.ts"

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" })
// The segmenter works on a whole run of such a script at once.
const segmentedCharacters = 5_000

export function countWords(text: string): number {
  if (isWithoutSpaces(text)) return countSegments(text)
  return hasSurrogates(text) ? countMatches(text) : countScanned(text)
}

/** One by one: an array of all words of a long text takes many times its memory. */
function countMatches(text: string): number {
  const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*(?:['’.-][\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*)*/gu
  let count = 0
  while (word.test(text)) count += 1
  return count
}

/** What `countMatches` counts. */
function countScanned(text: string): number {
  let count = 0
  let isInWord = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    const classes = classesOf(code)
    if (classes & (isInWord ? inWord : alphanumeric)) {
      if (!isInWord) count += 1
      isInWord = true
    } else if (isInWord) {
      isInWord = joiners.has(code) && at + 1 < text.length && (classesOf(text.charCodeAt(at + 1)) & alphanumeric) !== 0
    }
  }
  return count
}

const joiners = new Set([..."'’.-"].map((sign) => sign.charCodeAt(0)))

function countSegments(text: string): number {
  let count = 0
  for (let start = 0; start < text.length; start += segmentedCharacters) {
    for (const { isWordLike } of segmenter.segment(text.slice(start, start + segmentedCharacters))) {
      if (isWordLike) count += 1
    }
  }
  return count
}
