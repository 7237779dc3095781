// Measures the insights of the quality set beside the baselines.
import { detectLanguage } from "../../src/document-processor/insights/detect-language.ts"
import { stories, textOf } from "../corpus/stories.ts"
import { extractInsights } from "../extract-insights.ts"
import { samplesByLanguage } from "../samples-by-language.ts"
import { frequentPhrases, leadSentences, yake } from "./baselines.ts"
import { englishTexts } from "./english-texts.ts"
import { heldOutTexts } from "./held-out-texts.ts"
import type { LabelledText, Names } from "./labelled-text.ts"
import { otherTexts } from "./other-texts.ts"
import { addCounts, type Counts, countNames, precisionAt10, rougeL } from "./scores.ts"

export type TextQuality = {
  name: string
  language: string
  /** ROUGE-L. */
  summary: { ours: number; lead: number }
  /** Precision at 10. */
  phrases: { ours: number; yake: number; frequent: number }
}

export type LanguageQuality = { correct: number; all: number; wrong: string[] }

export type SetQuality = { texts: TextQuality[]; names: Record<keyof Names, Counts> }

export type Quality = SetQuality & {
  /** Of texts that were not used to choose rules or weights. */
  heldOut: SetQuality
  /** A text of three paragraphs, one sentence, and a heading. */
  languages: { long: LanguageQuality; sentence: LanguageQuality; heading: LanguageQuality }
}

export async function measureQuality(): Promise<Quality> {
  return {
    ...(await measureTexts([...englishTexts, ...otherTexts])),
    heldOut: await measureTexts(heldOutTexts),
    languages: await measureLanguages(),
  }
}

async function measureTexts(labelled: readonly LabelledText[]): Promise<SetQuality> {
  const measured = await Promise.all(labelled.map(measureText))
  const named = measured.flatMap(({ names }) => (names ? [names] : []))
  const countsOf = (kind: keyof Names) => addCounts(named.map((names) => names[kind]))
  return {
    texts: measured.map(({ quality }) => quality),
    names: {
      people: countsOf("people"),
      places: countsOf("places"),
      organizations: countsOf("organizations"),
    },
  }
}

async function measureText({ name, language, text, summary, phrases, names }: LabelledText) {
  const insights = await extractInsights({ title: null, pages: [text], isOutOfTime: () => false })
  const join = (sentences: readonly string[]) => sentences.join(" ")
  const lead = leadSentences(text, language, insights.summary.length)
  const texts = (entries: readonly { text: string }[]) => entries.map((entry) => entry.text)
  return {
    quality: {
      name,
      language,
      summary: { ours: rougeL(join(insights.summary), summary, language), lead: rougeL(join(lead), summary, language) },
      phrases: {
        ours: precisionAt10(texts(insights.keyphrases), phrases),
        yake: precisionAt10(yake(text, language), phrases),
        frequent: precisionAt10(frequentPhrases(text, language), phrases),
      },
    },
    names: names && {
      people: countNames(texts(insights.people), names.people),
      places: countNames(texts(insights.places), names.places),
      organizations: countNames(texts(insights.organizations), names.organizations),
    },
  }
}

async function measureLanguages(): Promise<Quality["languages"]> {
  const all = Object.entries(stories)
  const firstSentence = (text: string) => text.split(/(?<=[.。।])\s*/u)[0] ?? text
  return {
    long: await countDetected(all.map(([language, story]) => [language, textOf(story)])),
    sentence: await countDetected([
      ...all.map(([language, story]): [string, string] => [language, firstSentence(story.paragraphs[0])]),
      ...Object.entries(samplesByLanguage).map(([language, text]): [string, string] => [language, firstSentence(text)]),
    ]),
    heading: await countDetected(all.map(([language, story]) => [language, story.title])),
  }
}

async function countDetected(texts: readonly [language: string, text: string][]): Promise<LanguageQuality> {
  const wrong: string[] = []
  for (const [language, text] of texts) {
    const detected = await detectLanguage([text])
    if (detected !== language) wrong.push(`${language} as ${detected ?? "unknown"}`)
  }
  return { correct: texts.length - wrong.length, all: texts.length, wrong }
}
