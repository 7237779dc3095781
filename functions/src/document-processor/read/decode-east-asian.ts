// Recognizes the encodings of Chinese, Japanese and Korean by how many of a text's characters are common ones. That takes
// some ten characters; the detection by frequencies takes some hundred.
import { japanese, kana, korean, punctuation, simplified, standardsOf, traditional } from "./common-characters.ts"
import { decodeAs } from "./decode-as.ts"

// The strictest first: texts in the first ones are texts in the last ones too, of equally common characters.
const encodings = [
  { name: "euc-kr", common: korean | punctuation, needsKana: false },
  { name: "euc-jp", common: japanese | kana | punctuation, needsKana: true },
  { name: "shift_jis", common: japanese | kana | punctuation, needsKana: true },
  { name: "gb18030", common: simplified | punctuation, needsKana: false },
  { name: "big5", common: traditional | punctuation, needsKana: false },
]

const MIN_CHARACTERS = 8
const MIN_COMMON_SHARE = 0.85
/** Without it, quotation marks of windows-1252 and the letters after them are Japanese characters. */
const MIN_KANA_SHARE = 0.1
/** Letters with accents are single ones within words; characters of these languages follow each other. */
const MAX_RUNS_SHARE = 0.5

/** @param sample of the bytes, from the one before the first that is not ASCII */
export function decodeEastAsian(bytes: Uint8Array, sample: Uint8Array): string | undefined {
  let best: { name: string; share: number } | undefined
  for (const { name, common, needsKana } of encodings) {
    const text = decodeAs(name, sample)
    const share = text === undefined ? 0 : commonShare(text, common, needsKana)
    if (share >= MIN_COMMON_SHARE && share > (best?.share ?? 0)) best = { name, share }
  }
  return decodeAs(best?.name, bytes)
}

/** Of the characters that are not ASCII. 0 when the text is none of the language. */
function commonShare(text: string, common: number, needsKana: boolean): number {
  let all = 0
  let found = 0
  let foundKana = 0
  let runs = 0
  let isRun = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) {
      const standards = standardsOf(code)
      all += 1
      if (!isRun) runs += 1
      if (standards & common) found += 1
      if (standards & kana) foundKana += 1
    }
    isRun = code > 0x7f
  }
  if (all < MIN_CHARACTERS || runs > all * MAX_RUNS_SHARE) return 0
  return needsKana && foundKana < all * MIN_KANA_SHARE ? 0 : found / all
}
