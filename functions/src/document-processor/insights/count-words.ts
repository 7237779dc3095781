// Counts words as a reader does: "well-known" and "don't" are one each.
import { isWithoutSpaces } from "./words.ts"

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" })
// The segmenter works on a whole run of such a script at once.
const segmentedCharacters = 5_000

/** Counts matches one by one: an array of all words of a long text takes many times its memory. */
export function countWords(text: string): number {
  return isWithoutSpaces(text) ? countSegments(text) : countMatches(text)
}

function countMatches(text: string): number {
  const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*(?:['’.-][\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*)*/gu
  let count = 0
  while (word.test(text)) count += 1
  return count
}

function countSegments(text: string): number {
  let count = 0
  for (let start = 0; start < text.length; start += segmentedCharacters) {
    for (const { isWordLike } of segmenter.segment(text.slice(start, start + segmentedCharacters))) {
      if (isWordLike) count += 1
    }
  }
  return count
}
