// Selects the sentences that summarize a document.
import type { Sentence } from "./sentences.ts"
import { stopWords } from "./stop-words.ts"
import { wordsOf as allWordsOf, isLongWord } from "./words.ts"

// A sentence that refers to the one before it makes little sense alone.
const dependent =
  /^(?:(?:\p{L}+\s)?(?:this|these|those|such)|that|it|its|they|he|she|his|her|their|so|but|and|or|now|however|therefore|thus|then|also|here|both|instead|otherwise|nevertheless|moreover|furthermore|second|third|finally|for example|you|dies|diese|dieser|er|sie|es|aber|und|cela|ce|cette|il|elle|ils|mais|et|esto|pero|ello)\b/iu

/**
 * A sentence's score is the mean weight of its words; a word weighs more the more sentences use it. The words of a chosen
 * sentence lose half of their weight, so that the summary does not repeat itself.
 *
 * @param sentences quotable ones, in the document's order
 * @returns three to five of them (or all, if there are fewer), in the document's order
 */
export function summarize(sentences: readonly Sentence[], language: string | null): string[] {
  const stops = stopWords(language)
  const wordsOf = sentences.map(({ text }) => contentWords(text, stops))
  const weights = wordWeights(wordsOf)
  const wanted = Math.min(5, Math.max(3, Math.round(sentences.length / 8)))
  const chosen = new Set<number>()
  while (chosen.size < Math.min(wanted, sentences.length)) {
    let best = -1
    let bestScore = Number.NEGATIVE_INFINITY
    for (const [index, sentence] of sentences.entries()) {
      if (chosen.has(index)) continue
      const score = scoreOf(sentence, index / sentences.length, wordsOf[index] ?? [], weights)
      if (score > bestScore) [best, bestScore] = [index, score]
    }
    chosen.add(best)
    for (const word of wordsOf[best] ?? []) weights.set(word, (weights.get(word) ?? 0) * 0.5)
  }
  const texts = [...chosen].sort((a, b) => a - b).map((index) => sentences[index]?.text ?? "")
  return [...new Set(texts)]
}

function contentWords(text: string, stops: ReadonlySet<string>): string[] {
  const words = allWordsOf(text.toLowerCase())
  return [...new Set(words.filter((word) => isLongWord(word) && !stops.has(word)))]
}

/** The weight of a word grows with the number of sentences that use it, and is zero for a single one. */
function wordWeights(wordsOf: string[][]): Map<string, number> {
  const uses = new Map<string, number>()
  for (const words of wordsOf) for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1)
  return new Map([...uses].map(([word, count]) => [word, Math.log2(count)]))
}

function scoreOf(sentence: Sentence, position: number, words: string[], weights: Map<string, number>): number {
  const sum = words.reduce((total, word) => total + (weights.get(word) ?? 0), 0)
  // The exponent below 1 favours sentences with several topics; very short ones are divided as if they had five words.
  const score = sum / Math.max(5, words.length) ** 0.5
  // A text says early what it is about, and a paragraph in its first sentence.
  const early = 2 - position
  return score * early * (sentence.isFirst ? 2 : 1) * (dependent.test(sentence.text) ? 0.5 : 1)
}
