// Splits blocks into sentences, and decides which of them can be quoted.
import { classesOf, digit, inWord } from "./character-classes.ts"
import { sentenceSegments } from "./sentence-segments.ts"
import type { TextBlock } from "./text-blocks.ts"
import { isWithoutSpaces, wordsOf } from "./words.ts"

export type Sentence = {
  text: string
  /** Whether it is the first of its block: a paragraph's first sentence often names its topic. */
  isFirst: boolean
}

// Words with a full stop that do not end a sentence; the segmenter splits after them.
const abbreviation =
  /(?:^|[\s(])(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|vs|etc|cf|ca|approx|e\.g|i\.e|Fig|Figs|Eq|Sec|No|Nr|Vol|pp?|ed|eds|al|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|z\.B|u\.a|bzw|Abb|M|Mme|Sra?)\.$/u

const longestAbbreviation = 10

export function sentencesOf(block: TextBlock, language: string | null): Sentence[] {
  // Sentences as lists of segments, joined once at the end: "A. A. A. …" is one open sentence, "a. a. a. …" one that is
  // continued each time.
  const sentences: string[][] = []
  let open: string[] = []
  for (const segment of sentenceSegments(block, language)) {
    // "Why?" she asked: a segment that starts with a lower-case letter continues the sentence.
    if (open.length === 0 && /^\p{Ll}/u.test(segment)) open = sentences.pop() ?? []
    open.push(segment)
    if (abbreviation.test(segment.trimEnd().slice(-longestAbbreviation))) continue
    sentences.push(open)
    open = []
  }
  if (open.length > 0) sentences.push(open)
  const texts = sentences.map((segments) => segments.join("").trim()).filter((text) => text !== "")
  return texts.map((text, index) => ({ text, isFirst: index === 0 }))
}

/** Whether it is running text, in which names and phrases are searched for: no heading, table row or caption. */
export function isProse({ text }: Sentence): boolean {
  if (text.length > maxCharacters) return false
  const isEnded = proseEnd.test(text.slice(-maxEnding))
  // Most texts have an end, or none and few words.
  if (isEnded) return hasWords(text, isWithoutSentenceEnds(text) ? minWords : 3)
  return isWithoutSentenceEnds(text) && hasWords(text, minWords)
}

/** Thai and Lao do not mark where a sentence ends, so their sentences cannot be quoted. */
function isWithoutSentenceEnds(text: string): boolean {
  return /[\p{sc=Thai}\p{sc=Lao}]/u.test(text)
}

const maxCharacters = 1_000
const closing = '[)"”’»」』）]*'
// The full stops of Latin, Chinese and Japanese, Arabic and Urdu, and Hindi.
const sentenceEnd = new RegExp(`[.!?。！？．؟۔।॥]${closing}$`, "u")
const proseEnd = new RegExp(`[.!?。！？．؟۔।॥:：]${closing}$`, "u")
/** The sign and what closes the sentence: a pattern that ends with "$" is tried from each place of a text. */
const maxEnding = 10
const minWords = 7
const maxWords = 40
// Words of these scripts are counted as the segmenter splits them, which counts particles too.
const maxSegments = 60

/** Whether it is a whole sentence of prose: no heading, table row, caption, reference, code or web address. */
export function isQuotable({ text }: Sentence): boolean {
  const isSegmented = isWithoutSpaces(text)
  const words = isSegmented ? wordsOf(text).length : spacesIn(text) + 1
  if (words < minWords || words > (isSegmented ? maxSegments : maxWords)) return false
  // Letters of scripts without capitals are \p{Lo}.
  if (!/^["“‘«¿¡(「『（]?[\p{Lu}\p{Lo}]/u.test(text) || !sentenceEnd.test(text.slice(-maxEnding))) return false
  if (/https?:|www\.|[{}<>=|\\_*]|\.{4}/u.test(text)) return false
  if (/^\p{Lu}{1,4}\.\s/u.test(text)) return false
  if (/^(?:figure|fig|table|chapter|section|see|copyright|abbildung|tabelle|siehe|tableau)\b|^[图表図第]/iu.test(text))
    return false
  return lettersIn(text) / text.length > 0.7
}

function hasWords(text: string, count: number): boolean {
  return spacesIn(text) + 1 >= count || (isWithoutSpaces(text) && wordsOf(text).length >= count)
}

function spacesIn(text: string): number {
  let count = 0
  for (let at = text.indexOf(" "); at !== -1; at = text.indexOf(" ", at + 1)) count += 1
  return count
}

/** Letters and their marks, without digits. */
function lettersIn(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const classes = classesOf(text.charCodeAt(at))
    if (classes & inWord && !(classes & digit)) count += 1
  }
  return count
}
