// Ranks the key phrases of a document by C-value: how often a phrase occurs on its own, not as part of a longer one,
// weighted by its length.
// Source: K. Frantzi, S. Ananiadou, H. Mima, "Automatic recognition of multi-word terms: the C-value/NC-value method"
// (2000), https://doi.org/10.1007/s007999900023
import { contentRuns } from "./content-runs.ts"
import { countPhrases, type Phrase } from "./count-phrases.ts"
import type { Word } from "./vocabulary.ts"
import { joinWords } from "./words.ts"

export type Keyphrase = { text: string; count: number }

// Of short texts, what occurs twice is frequent.
const fewSentences = 30

type Candidate = { phrase: Phrase; inLonger: number; longer: number }

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
  const ranked = [...frequent.values()]
    .map((candidate) => ({ phrase: candidate.phrase, score: scoreOf(candidate) }))
    .filter(({ score }) => score > 0)
    // Of equal ones, the first in the text.
    .sort((a, b) => b.score - a.score)
  return bestOf(ranked, { language, isNoun, limit })
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
function bestOf(ranked: readonly Ranked[], { language, isNoun, limit }: Options): Keyphrase[] {
  const kept: Keyphrase[] = []
  const keptStems: ReadonlySet<string>[] = []
  for (const { phrase } of ranked) {
    if (kept.length === limit) break
    const { stems, count } = phrase
    if (keptStems.some((others) => stems.every((stem) => others.has(stem)))) continue
    // How a phrase is spelled and whether a word is a noun takes long to tell.
    const text = usualSpelling(phrase)
    if ((stems.length === 1 && !isUpperCaseNoun(language, text)) || !isNoun(lastWord(text))) continue
    kept.push({ text, count })
    keptStems.push(new Set(stems))
  }
  return kept
}

type Ranked = { phrase: Phrase; score: number }

/** By key, which is the same for a phrase in lower or upper case, singular or plural. */
function candidatesOf(runs: readonly (readonly Word[])[], minCount: number): Map<string, Candidate> {
  const phrases = countPhrases(runs, minCount)
  return new Map(phrases.map((phrase) => [phrase.stems.join(" "), { phrase, inLonger: 0, longer: 0 }]))
}

function creditLongerPhrases(candidates: Map<string, Candidate>): void {
  for (const { phrase } of candidates.values()) {
    const { stems, count } = phrase
    const words = stems.length
    for (let start = 0; start < words; start += 1) {
      for (let end = start + 1; end <= words; end += 1) {
        if (end - start === words) continue
        const part = candidates.get(stems.slice(start, end).join(" "))
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
function scoreOf({ phrase: { stems, count }, inLonger, longer }: Candidate): number {
  const alone = count - (longer > 0 ? inLonger / longer : 0)
  return Math.log2(stems.length + 0.5) * Math.log2(1 + Math.max(0, alone))
}

function usualSpelling(phrase: Phrase): string {
  const spellings = new Map<string, number>()
  for (const words of phrase.uses()) {
    const spelling = joinWords(words.map(({ text }) => text))
    spellings.set(spelling, (spellings.get(spelling) ?? 0) + 1)
  }
  return [...spellings].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ""
}
