// Cuts blocks into sentences, and knows which of them are fit to be quoted.
import type { TextBlock } from "./text-blocks.ts"

export type Sentence = {
  text: string
  /** Whether it opens its block: a paragraph's first sentence often says what it is about. */
  isFirst: boolean
}

// What ends with a full stop, and does not end a sentence: the segmenter breaks after these.
const abbreviation =
  /(?:^|[\s(])(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|vs|etc|cf|ca|approx|e\.g|i\.e|Fig|Figs|Eq|Sec|No|Nr|Vol|pp?|ed|eds|al|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|z\.B|u\.a|bzw|Abb|M|Mme|Sra?)\.$/u

const longestAbbreviation = 10

export function sentencesOf(block: TextBlock, language: string | null): Sentence[] {
  const segmenter = segmenterOf(language)
  const texts: string[] = []
  let open = ""
  for (const { segment } of segmenter.segment(block)) {
    open += segment
    if (abbreviation.test(open.trimEnd().slice(-longestAbbreviation))) continue
    // "Why?" she asked: what begins with a small letter is no new sentence.
    if (/^\p{Ll}/u.test(open) && texts.length > 0) texts.push(`${texts.pop()} ${open.trim()}`)
    else texts.push(open.trim())
    open = ""
  }
  if (open.trim()) texts.push(open.trim())
  return texts.map((text, index) => ({ text, isFirst: index === 0 }))
}

const segmenters = new Map<string, Intl.Segmenter>()

function segmenterOf(language: string | null): Intl.Segmenter {
  const locale = language ?? "en"
  const segmenter = segmenters.get(locale) ?? new Intl.Segmenter(locale, { granularity: "sentence" })
  segmenters.set(locale, segmenter)
  return segmenter
}

/** Running text, as against headings, table rows and captions: fit to be searched for names and phrases. */
export function isProse({ text }: Sentence): boolean {
  return text.length <= maxCharacters && sentenceEnd.test(text) && text.split(" ").length >= 3
}

const maxCharacters = 1_000
const sentenceEnd = /[.!?:][)"”’»]*$/u
const minWords = 7
const maxWords = 40

/** A whole sentence of prose: no heading, table row, caption, reference, code or web address. */
export function isQuotable({ text }: Sentence): boolean {
  const words = text.split(" ").length
  if (words < minWords || words > maxWords) return false
  if (!/^["“‘«¿¡(]?\p{Lu}/u.test(text) || !/[.!?]["”’»)]?$/u.test(text)) return false
  if (/https?:|www\.|[{}<>=|\\_*]|\.{4}/u.test(text)) return false
  if (/^\p{Lu}{1,4}\.\s/u.test(text)) return false
  if (/^(?:figure|fig|table|chapter|section|see|copyright|abbildung|tabelle|tableau)\b/iu.test(text)) return false
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  return letters / text.length > 0.7
}
