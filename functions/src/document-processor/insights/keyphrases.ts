// Ranks the key phrases of a document by C-value: how often a phrase occurs on its own, not as part of a longer one,
// weighted by its length.
// Source: K. Frantzi, S. Ananiadou, H. Mima, "Automatic recognition of multi-word terms: the C-value/NC-value method"
// (2000), https://doi.org/10.1007/s007999900023
import { contentRuns } from "./content-runs.ts"
import { countPhrases } from "./count-phrases.ts"
import type { Word } from "./vocabulary.ts"
import { joinWords } from "./words.ts"

export type Keyphrase = { text: string; count: number }

// Of short texts, what occurs twice is frequent.
const fewSentences = 30

type Candidate = { words: number; count: number; spellings: Map<string, number>; inLonger: number; longer: number }

type Options = {
  language: string | null
  /** Whether a word is used as a noun: a phrase has to end with one. */
  isNoun(word: string): boolean
  limit: number
}

/**
 * @param sentences in any order
 * @returns the best first, each in its most frequent spelling
 */
export function rankKeyphrases(
  sentences: readonly (readonly Word[])[],
  { language, isNoun, limit }: Options,
): Keyphrase[] {
  const runs = sentences.flatMap(contentRuns)
  const frequent = candidatesOf(runs, sentences.length < fewSentences ? 2 : 3)
  creditLongerPhrases(frequent)
  const ranked = [...frequent]
    .map(([key, candidate]) => ({
      key,
      text: usualSpelling(candidate),
      words: candidate.words,
      count: candidate.count,
      score: scoreOf(candidate),
    }))
    .filter(({ text, words, score }) => score > 0 && (words > 1 || isUpperCaseNoun(language, text)))
    // Of equal ones, the first in the text.
    .sort((a, b) => b.score - a.score)
  return bestOf(ranked, isNoun, limit).map(({ text, count }) => ({ text, count }))
}

/** German nouns are in upper case; other languages do not tell. */
function isUpperCaseNoun(language: string | null, word: string): boolean {
  return language !== "de" || /^\p{Lu}/u.test(word)
}

function lastWord(phrase: string): string {
  return phrase.slice(phrase.lastIndexOf(" ") + 1)
}

/**
 * The first `limit` phrases that end with a noun, without those whose words are all in a better one: "gauges" adds nothing
 * to "flood gauges".
 */
function bestOf(ranked: readonly Ranked[], isNoun: (word: string) => boolean, limit: number): Ranked[] {
  const kept: Ranked[] = []
  for (const phrase of ranked) {
    if (kept.length === limit) break
    const words = phrase.key.split(" ")
    const isPart = kept.some(({ key }) => words.every((word) => key.split(" ").includes(word)))
    // Whether a word is a noun takes long to tell.
    if (!isPart && isNoun(lastWord(phrase.text))) kept.push(phrase)
  }
  return kept
}

type Ranked = { key: string; text: string; count: number }

/** By key, which is the same for a phrase in lower or upper case, singular or plural. */
function candidatesOf(runs: readonly (readonly Word[])[], minCount: number): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>()
  for (const { words, count } of countPhrases(runs, minCount)) {
    const key = words.map(stemOf).join(" ")
    const candidate = candidates.get(key) ?? {
      words: words.length,
      count,
      spellings: new Map(),
      inLonger: 0,
      longer: 0,
    }
    const spelling = joinWords(words.map(({ text }) => text))
    candidate.spellings.set(spelling, (candidate.spellings.get(spelling) ?? 0) + 1)
    candidates.set(key, candidate)
  }
  return candidates
}

function stemOf({ stem }: Word): string {
  return stem
}

function creditLongerPhrases(candidates: Map<string, Candidate>): void {
  for (const [key, { count, words }] of candidates) {
    const parts = key.split(" ")
    for (let start = 0; start < words; start += 1) {
      for (let end = start + 1; end <= words; end += 1) {
        if (end - start === words) continue
        const part = candidates.get(parts.slice(start, end).join(" "))
        if (part) {
          part.inLonger += count
          part.longer += 1
        }
      }
    }
  }
}

/**
 * Differs from C-value in two ways that serve readers: single words, to which it gives nothing, count a little; and the
 * count is damped, since otherwise a long document's single words crowd out its phrases.
 */
function scoreOf({ words, count, inLonger, longer }: Candidate): number {
  const alone = count - (longer > 0 ? inLonger / longer : 0)
  return Math.log2(words + 0.5) * Math.log2(1 + Math.max(0, alone))
}

function usualSpelling({ spellings }: Candidate): string {
  return [...spellings].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ""
}
