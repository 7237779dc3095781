// Finds the title, language, summary, key phrases and names of a text.
import type { Insights } from "@document-insight/protocol"
import { analyzeEnglish } from "./analyze-english.ts"
import { authorsInProperties, authorsOf } from "./authors.ts"
import { detectLanguage } from "./detect-language.ts"
import { documentTitle } from "./document-title.ts"
import { rankKeyphrases } from "./keyphrases.ts"
import { sampleEvenly } from "./sample-evenly.ts"
import { isProse, isQuotable, sentencesOf } from "./sentences.ts"
import { summarize } from "./summarize.ts"
import { textBlocks } from "./text-blocks.ts"
import { Vocabulary } from "./vocabulary.ts"
import { scriptTest } from "./words.ts"

const keyphraseLimit = 15
const maxAnalyzedBlocks = 100_000
const maxAnalyzedSentences = 4_000
const maxSentenceCharacters = 800_000

export type TextToAnalyze = {
  /** From the document's metadata. */
  title: string | null
  /** From the document's metadata. */
  author: string | null
  pages: readonly string[]
}

type FoundInText = "title" | "language" | "summary" | "keyphrases" | "people" | "places" | "organizations"

/** Of the names, only authors are searched for in other languages than English. */
export async function analyzeText({ title, author, pages }: TextToAnalyze): Promise<Pick<Insights, FoundInText>> {
  const blocks = sampleEvenly(textBlocks(pages), maxAnalyzedBlocks)
  const language = await detectLanguage(blocks)
  const isInScript = scriptTest(language)
  const prose = blocks
    .flatMap((block) => sentencesOf(block, language))
    .filter((sentence) => isProse(sentence) && isInScript(sentence.text))
  const vocabulary = new Vocabulary(language)
  const sentences = sampleSentences(prose).map((sentence) => ({
    ...sentence,
    words: vocabulary.wordsOf(sentence.text),
  }))
  const words = sentences.map((sentence) => sentence.words)
  const authors = [...new Set([...authorsOf(blocks), ...authorsInProperties(author ?? "")])]
  const { isNoun, ...names } =
    language === "en" ? await analyzeEnglish({ sentences: words, vocabulary, authors }) : namesOf(authors)
  const isNotPerson = ({ text }: { text: string }) => !names.people.some((person) => person.text.includes(text))
  return {
    title: documentTitle(title, blocks),
    language,
    summary: summarize(sentences.filter(isQuotable)),
    keyphrases: rankKeyphrases(words, { language, isNoun, limit: keyphraseLimit }).filter(isNotPerson),
    ...names,
  }
}

/** Of a document that is not analyzed, as its language is not English. */
function namesOf(authors: readonly string[]) {
  return { people: authors.map((text) => ({ text, count: 1 })), places: [], organizations: [], isNoun: () => true }
}

/** Fewer sentences when they are much longer than those of ordinary prose. */
function sampleSentences<Item extends { text: string }>(sentences: readonly Item[]): readonly Item[] {
  const sample = sampleEvenly(sentences, maxAnalyzedSentences)
  const characters = sample.reduce((sum, { text }) => sum + text.length, 0)
  if (characters <= maxSentenceCharacters) return sample
  return sampleEvenly(sample, Math.floor((sample.length * maxSentenceCharacters) / characters))
}
