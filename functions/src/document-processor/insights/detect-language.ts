// Detects the language of a text.
import { entryPoint } from "../entry-point.ts"
import { isPlaceholderText } from "./placeholder-text.ts"
import { sampleEvenly } from "./sample-evenly.ts"
import type { TextBlock } from "./text-blocks.ts"
import { isWithoutSpaces } from "./words.ts"

const maxSamples = 9
const maxBlocks = 500
const sampleCharacters = 400
const minLetters = 30
// Running text is above 0.5, short texts of one sentence are near 0.1; program code, names and numbers are below 0.04.
const minConfidence = 0.06
// Below it, running text of a language that the library does not know resembles two others equally.
const clearConfidence = 0.6
const runningCharacters = 200
// Klingon and Volapük, which the library knows, are found in codes and in damaged text.
const inventedLanguages = new Set(["tlh", "vo"])
// A character of a script without spaces, or of Korean, has the content of about three Latin letters.
const denseWeight = 3
const dense = /\p{sc=Hangul}/u

/**
 * Detects the language of several samples, since a single one may be names, code or a quotation, and returns the one with
 * most of their text.
 *
 * @returns ISO 639-1, or null when there is too little text, or when its language is not known
 */
export async function detectLanguage(blocks: readonly TextBlock[]): Promise<string | null> {
  const samples = sampleEvenly(samplesOf(sampleEvenly(blocks, maxBlocks)), maxSamples).map((text) => ({
    text,
    weight: text.length * weightOf(text),
    isEnglish: isEnglish(text),
  }))
  let left = weightOfAll(samples)
  // Then the other samples, of which the library would have to be asked, cannot win.
  if (weightOfAll(samples.filter((sample) => sample.isEnglish)) * 2 > left) return "en"
  const votes = new Map<string, number>()
  for (const { text, weight, isEnglish } of samples) {
    const language = isEnglish ? "en" : await languageOfSample(text)
    if (language !== null) votes.set(language, (votes.get(language) ?? 0) + weight)
    left -= weight
    const [first, second] = ranked(votes)
    if (first && first[1] > (second?.[1] ?? 0) + left) break
  }
  return ranked(votes)[0]?.[0] ?? null
}

function weightOfAll(samples: readonly { weight: number }[]): number {
  return samples.reduce((sum, { weight }) => sum + weight, 0)
}

function ranked(votes: ReadonlyMap<string, number>): [language: string, weight: number][] {
  return [...votes].sort(([, a], [, b]) => b - a)
}

async function languageOfSample(text: string): Promise<string | null> {
  if (isPlaceholderText(text)) return null
  const { detectAll } = await loadLibrary()
  const found = detectAll(text)
  const best = found.find(({ lang }) => !inventedLanguages.has(lang))
  if (!best || best.accuracy < minConfidence) return null
  const other = found.find((language) => language !== best)
  const isClear = text.length < runningCharacters || best.accuracy >= clearConfidence
  return isClear || best.accuracy >= 2 * (other?.accuracy ?? 0) ? best.lang : null
}

/** Two thirds of the size of all other code of the reading thread, and most English documents never need it. */
function loadLibrary(): Promise<typeof import("../languages-module.ts")> {
  return import(entryPoint("languages-module").href)
}

/** Words of English alone, which are a third of its running text. The library takes a thousand times as long to tell. */
const englishWords =
  /\b(?:the|and|of|to|that|which|with|are|is|was|were|has|have|had|from|by|this|be|not|it|they|their)\b/g
const minEnglishShare = 0.2

function isEnglish(text: string): boolean {
  const words = text.split(" ").length
  return words >= minEnglishWords && (text.match(englishWords)?.length ?? 0) >= words * minEnglishShare
}

const minEnglishWords = 25

/** Parts of the text, each in scripts with spaces or without, and of enough letters. */
function samplesOf(blocks: readonly TextBlock[]): string[] {
  const samples: string[] = []
  let sample = ""
  const close = () => {
    if (hasLetters(sample, minLetters / weightOf(sample))) samples.push(sample)
    sample = ""
  }
  for (const block of blocks) {
    if (sample !== "" && weightOf(sample) !== weightOf(block)) close()
    for (let start = 0; start < block.length; start += sampleCharacters) {
      sample += ` ${block.slice(start, start + sampleCharacters)}`
      if (sample.length >= sampleCharacters) close()
    }
  }
  close()
  return samples
}

function weightOf(text: string): number {
  return dense.test(text) || isWithoutSpaces(text) ? denseWeight : 1
}

/** Whether the text has at least `count` letters; stops counting there. */
function hasLetters(text: string, count: number): boolean {
  const letter = /\p{L}/gu
  for (let found = 0; found < count; found += 1) if (!letter.test(text)) return false
  return true
}
