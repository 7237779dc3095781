// Splits blocks into sentences, and decides which of them can be quoted.
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
  for (const { segment } of segmenterOf(language).segment(block)) {
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

const segmenters = new Map<string, Intl.Segmenter>()

function segmenterOf(language: string | null): Intl.Segmenter {
  const locale = language ?? "en"
  const segmenter = segmenters.get(locale) ?? new Intl.Segmenter(locale, { granularity: "sentence" })
  segmenters.set(locale, segmenter)
  return segmenter
}

/** Whether it is running text, in which names and phrases are searched for: no heading, table row or caption. */
export function isProse({ text }: Sentence): boolean {
  if (text.length > maxCharacters) return false
  return isWithoutSentenceEnds(text) ? hasWords(text, minWords) : proseEnd.test(text) && hasWords(text, 3)
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
const minWords = 7
const maxWords = 40
// Words of these scripts are counted as the segmenter splits them, which counts particles too.
const maxSegments = 60

/** Whether it is a whole sentence of prose: no heading, table row, caption, reference, code or web address. */
export function isQuotable({ text }: Sentence): boolean {
  const words = isWithoutSpaces(text) ? wordsOf(text).length : text.split(" ").length
  if (words < minWords || words > (isWithoutSpaces(text) ? maxSegments : maxWords)) return false
  // Letters of scripts without capitals are \p{Lo}.
  if (!/^["“‘«¿¡(「『（]?[\p{Lu}\p{Lo}]/u.test(text) || !sentenceEnd.test(text)) return false
  if (/https?:|www\.|[{}<>=|\\_*]|\.{4}/u.test(text)) return false
  if (/^\p{Lu}{1,4}\.\s/u.test(text)) return false
  if (/^(?:figure|fig|table|chapter|section|see|copyright|abbildung|tabelle|siehe|tableau)\b|^[图表図第]/iu.test(text))
    return false
  const letters = text.match(/[\p{L}\p{M}]/gu)?.length ?? 0
  return letters / text.length > 0.7
}

function hasWords(text: string, count: number): boolean {
  return text.split(" ").length >= count || (isWithoutSpaces(text) && wordsOf(text).length >= count)
}
