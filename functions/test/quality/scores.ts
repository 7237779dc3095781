// Scores of summaries, key phrases and names against what a reader wrote.
import { tokensOf, wordsOf } from "../../src/document-processor/insights/words.ts"

/**
 * ROUGE-L: the F1 of the longest common subsequence of words; of characters in Chinese and Japanese.
 * Source: C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (2004)
 */
export function rougeL(summary: string, reference: string, language: string): number {
  const [a, b] = [unitsOf(summary, language), unitsOf(reference, language)]
  const common = longestCommonSubsequence(a, b)
  return common === 0 ? 0 : (2 * common) / (a.length + b.length)
}

function unitsOf(text: string, language: string): string[] {
  const lower = text.toLowerCase()
  return language === "zh" || language === "ja" ? [...lower.replace(/[^\p{L}\p{N}]/gu, "")] : wordsOf(lower)
}

function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  let above: number[] = Array(b.length + 1).fill(0)
  for (const unit of a) {
    const row = [0]
    for (const [at, other] of b.entries()) {
      row.push(unit === other ? (above[at] ?? 0) + 1 : Math.max(above[at + 1] ?? 0, row[at] ?? 0))
    }
    above = row
  }
  return above.at(-1) ?? 0
}

/** Of ten places, those with a phrase of the reference: fewer than ten phrases leave places empty. */
export function precisionAt10(phrases: readonly string[], reference: readonly string[]): number {
  const wanted = new Set(reference.map(phraseKey))
  return phrases.slice(0, 10).filter((phrase) => wanted.has(phraseKey(phrase))).length / 10
}

/** Without case, plural and the ending of a German adjective. */
function phraseKey(phrase: string): string {
  const words = tokensOf(phrase.toLowerCase())
  return words.map((word) => word.replace(/(?<=\p{L}{3})(?:e[nrs]?|s)$/u, "")).join(" ")
}

export type Counts = { found: number; correct: number; wanted: number }

export function countNames(found: readonly string[], wanted: readonly string[]): Counts {
  return { found: found.length, correct: found.filter((name) => wanted.includes(name)).length, wanted: wanted.length }
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (field: keyof Counts) => all.reduce((total, counts) => total + counts[field], 0)
  return { found: sum("found"), correct: sum("correct"), wanted: sum("wanted") }
}
