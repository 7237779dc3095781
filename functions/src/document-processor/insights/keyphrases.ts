// The phrases that tell what a document is about, ranked by C-value: how often a phrase occurs on its own, not as part
// of a longer one, and the more the longer it is.
// Source: K. Frantzi, S. Ananiadou, H. Mima, "Automatic recognition of multi-word terms: the C-value/NC-value method"
// (2000), https://doi.org/10.1007/s007999900023
import { stopWords } from "./stop-words.ts"

export type Keyphrase = { text: string; count: number }

const maxPhraseWords = 4
const word = /\p{L}[\p{L}\p{N}]*(?:['’.&/-][\p{L}\p{N}]+)*|[^\s\p{L}]/gu

type Candidate = { words: number; count: number; spellings: Map<string, number>; inLonger: number; longer: number }

type Options = {
  language: string | null
  /** Whether a word is used as a noun: a phrase has to end with one. */
  isNoun(word: string): boolean
  limit: number
}

/**
 * @param texts sentences, in any order.
 * @returns the best first, each as it is most often spelled.
 */
export function rankKeyphrases(texts: readonly string[], { language, isNoun, limit }: Options): Keyphrase[] {
  const candidates = new Map<string, Candidate>()
  const stops = stopWords(language)
  for (const text of texts) {
    for (const run of runsOfContentWords(text, stops)) addPhrases(run, candidates)
  }
  const minCount = texts.length < 30 ? 2 : 3
  const frequent = new Map([...candidates].filter(([, candidate]) => candidate.count >= minCount))
  creditLongerPhrases(frequent)
  const ranked = [...frequent]
    .map(([key, candidate]) => ({
      key,
      text: usualSpelling(candidate),
      count: candidate.count,
      score: scoreOf(candidate),
    }))
    .filter(({ text, count, score }) => score > 0 && isNoun(lastWord(text)) && (text.includes(" ") || count > 2))
    .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1))
  return withoutParts(ranked)
    .slice(0, limit)
    .map(({ text, count }) => ({ text, count }))
}

function lastWord(phrase: string): string {
  return phrase.slice(phrase.lastIndexOf(" ") + 1)
}

/** A phrase is left out when a better one has all its words: "gauges" says nothing beside "flood gauges". */
function withoutParts<Ranked extends { key: string }>(ranked: Ranked[]): Ranked[] {
  const kept: Ranked[] = []
  for (const phrase of ranked) {
    const words = phrase.key.split(" ")
    const isPart = kept.some(({ key }) => words.every((word) => key.split(" ").includes(word)))
    if (!isPart) kept.push(phrase)
  }
  return kept
}

/** A sentence's stretches of words between stop words, numbers and punctuation. */
function runsOfContentWords(text: string, stops: ReadonlySet<string>): string[][] {
  const runs: string[][] = [[]]
  for (const [token] of text.matchAll(word)) {
    const isContent = token.length > 2 && !stops.has(token.toLowerCase().replaceAll("’", "'"))
    if (isContent) runs.at(-1)?.push(token)
    else runs.push([])
  }
  return runs
}

function addPhrases(run: string[], candidates: Map<string, Candidate>): void {
  for (let start = 0; start < run.length; start += 1) {
    for (let end = start + 1; end <= Math.min(run.length, start + maxPhraseWords); end += 1) {
      const words = run.slice(start, end)
      const key = keyOf(words)
      const candidate = candidates.get(key) ?? {
        words: words.length,
        count: 0,
        spellings: new Map(),
        inLonger: 0,
        longer: 0,
      }
      const spelling = words.join(" ")
      candidate.count += 1
      candidate.spellings.set(spelling, (candidate.spellings.get(spelling) ?? 0) + 1)
      candidates.set(key, candidate)
    }
  }
}

/** One key for a phrase in small or capital letters, singular or plural. */
function keyOf(words: string[]): string {
  return words.map((word) => word.toLowerCase().replace(/(?<=\p{L}{3})(?:['’]s|(?<!s)s)$/u, "")).join(" ")
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
