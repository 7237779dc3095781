// What the insights are compared with: simple and well-known ways to summarize a text and to find its key phrases.
import { sentencesOf } from "../../src/document-processor/insights/sentences.ts"
import { stopWords } from "../../src/document-processor/insights/stop-words.ts"
import { textBlocks } from "../../src/document-processor/insights/text-blocks.ts"
import { isWord, joinWords, tokensOf } from "../../src/document-processor/insights/words.ts"

const maxWords = 3

/** The first sentences after the title. */
export function leadSentences(text: string, language: string, count: number): string[] {
  const [, ...blocks] = textBlocks([text])
  return blocks
    .flatMap((block) => sentencesOf(block, language))
    .filter((sentence) => /[.!?。]$/u.test(sentence.text))
    .slice(0, count)
    .map((sentence) => sentence.text)
}

/** The most frequent phrases of up to three words that neither start nor end with a stop word. */
export function frequentPhrases(text: string, language: string): string[] {
  const counts = new Map<string, number>()
  for (const words of phrasesOf(text, language)) {
    const phrase = joinWords(words)
    counts.set(phrase, (counts.get(phrase) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a, inA], [b, inB]) => inB - inA || b.length - a.length)
    .slice(0, 10)
    .map(([phrase]) => phrase)
}

/**
 * YAKE: a phrase is better the lower the product of its words' scores, which are low for words that are frequent, early,
 * capitalized and spread over the text, and high for those with many different neighbours.
 * Source: R. Campos et al., "YAKE! Keyword extraction from single documents using multiple local features" (2020)
 */
export function yake(text: string, language: string): string[] {
  const scores = wordScores(text, language)
  const candidates = new Map<string, { words: string[]; count: number }>()
  for (const words of phrasesOf(text, language)) {
    const phrase = joinWords(words)
    const candidate = candidates.get(phrase) ?? { words, count: 0 }
    candidate.count += 1
    candidates.set(phrase, candidate)
  }
  const stops = stopWords(language)
  const ranked = [...candidates].map(([phrase, { words, count }]) => {
    const known = words.filter((word) => !stops.has(word)).map((word) => scores.get(word) ?? 1)
    const sum = known.reduce((total, score) => total + score, 0)
    const product = known.reduce((total, score) => total * score, 1)
    return { phrase, score: product / (count * (1 + sum)) }
  })
  const kept: string[] = []
  for (const { phrase } of ranked.sort((a, b) => a.score - b.score)) {
    if (kept.length < 10 && !kept.some((other) => other.includes(phrase) || phrase.includes(other))) kept.push(phrase)
  }
  return kept
}

type WordUse = { count: number; capitals: number; sentences: number[]; left: Set<string>; right: Set<string> }

function wordScores(text: string, language: string): Map<string, number> {
  const uses = new Map<string, WordUse>()
  const sentences = sentencesIn(text, language)
  for (const [sentence, tokens] of sentences.entries()) {
    for (const [at, token] of tokens.entries()) {
      if (!isWord(token)) continue
      const word = token.toLowerCase()
      const use = uses.get(word) ?? { count: 0, capitals: 0, sentences: [], left: new Set(), right: new Set() }
      use.count += 1
      if (at > 0 && /^\p{Lu}/u.test(token)) use.capitals += 1
      use.sentences.push(sentence)
      use.left.add(tokens[at - 1]?.toLowerCase() ?? "")
      use.right.add(tokens[at + 1]?.toLowerCase() ?? "")
      uses.set(word, use)
    }
  }
  const stops = stopWords(language)
  const counts = [...uses].filter(([word]) => !stops.has(word)).map(([, { count }]) => count)
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const deviation = Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length)
  const most = Math.max(...[...uses.values()].map(({ count }) => count))
  return new Map(
    [...uses].map(([word, { count, capitals, sentences: at, left, right }]) => {
      const casing = capitals / (1 + Math.log(count))
      const position = Math.log(Math.log(3 + (at[Math.floor(at.length / 2)] ?? 0)))
      const frequency = count / (mean + deviation)
      const relatedness = 1 + ((left.size + right.size) / count) * (count / most)
      const spread = new Set(at).size / sentences.length
      return [word, (relatedness * position) / (casing + frequency / relatedness + spread / relatedness)]
    }),
  )
}

function sentencesIn(text: string, language: string): string[][] {
  return textBlocks([text])
    .flatMap((block) => sentencesOf(block, language))
    .map((sentence) => tokensOf(sentence.text))
}

/** In lower case. A phrase is within a sentence and without punctuation. */
function* phrasesOf(text: string, language: string): Iterable<string[]> {
  const stops = stopWords(language)
  const isContent = (word = "") => isWord(word) && word.length > 1 && !stops.has(word)
  for (const tokens of sentencesIn(text.toLowerCase(), language)) {
    for (let start = 0; start < tokens.length; start += 1) {
      for (let end = start + 1; end <= Math.min(tokens.length, start + maxWords); end += 1) {
        const words = tokens.slice(start, end)
        if (words.every(isWord) && isContent(words[0]) && isContent(words.at(-1))) yield words
      }
    }
  }
}
