// Selects the sentences that summarize a document.
import type { Sentence } from "./sentences.ts"
import type { Word } from "./vocabulary.ts"

/** A sentence with its words. */
export type SentenceWords = Sentence & { words: readonly Word[] }

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
export function summarize(sentences: readonly SentenceWords[]): string[] {
  const wordsOf = sentences.map(contentWords)
  const factors = sentences.map((sentence, index) => factorOf(sentence, index / sentences.length))
  const weights = wordWeights(wordsOf)
  const wanted = Math.min(5, Math.max(3, Math.round(sentences.length / 8)))
  const chosen = new Set<number>()
  while (chosen.size < Math.min(wanted, sentences.length)) {
    let best = -1
    let bestScore = Number.NEGATIVE_INFINITY
    for (let index = 0; index < sentences.length; index += 1) {
      if (chosen.has(index)) continue
      // mutants: equivalent, there is a factor for each sentence
      const score = scoreOf(wordsOf[index] ?? [], weights) * (factors[index] ?? 0)
      if (score > bestScore) [best, bestScore] = [index, score]
    }
    chosen.add(best)
    for (const word of wordsOf[best] ?? []) weights[word] = (weights[word] ?? 0) * 0.5
  }
  const texts = [...chosen].sort((a, b) => a - b).map((index) => sentences[index]?.text ?? "")
  return [...new Set(texts)]
}

/** The numbers of the words that say what a sentence is about, each once. */
function contentWords({ words }: SentenceWords): number[] {
  const numbers = new Set<number>()
  for (const { isWord, isLong, isStop, lowerId } of words) if (isWord && isLong && !isStop) numbers.add(lowerId)
  return [...numbers]
}

/** The weight of a word grows with the number of sentences that use it, and is zero for a single one. */
function wordWeights(wordsOf: readonly number[][]): Float64Array {
  const uses = new Float64Array(1 + wordsOf.reduce((most, words) => Math.max(most, ...words), 0))
  for (const words of wordsOf) for (const word of words) uses[word] = (uses[word] ?? 0) + 1
  return uses.map((count) => Math.log2(Math.max(1, count)))
}

function scoreOf(words: readonly number[], weights: Float64Array): number {
  let sum = 0
  for (const word of words) sum += weights[word] ?? 0
  // The exponent below 1 favours sentences with several topics; very short ones are divided as if they had five words.
  return sum / Math.max(5, words.length) ** 0.5
}

function factorOf(sentence: Sentence, position: number): number {
  // A text says early what it is about, and a paragraph in its first sentence.
  const early = 2 - position
  return early * (sentence.isFirst ? 2 : 1) * (dependent.test(sentence.text) ? 0.5 : 1)
}
