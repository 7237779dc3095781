// Implements `npm run quality`: prints the quality of the insights beside that of simple baselines.
import {
  type LanguageQuality,
  measureQuality,
  type SetQuality,
  type TextQuality,
} from "../functions/test/quality/measure-quality.ts"
import { runCommand } from "./run-command.ts"

const command = {
  usage: "npm run quality [-- --json]",
  summary: "Measures summaries, key phrases, names and languages on texts that were labelled by hand.",
  options: { json: { type: "boolean", help: "one JSON object with all figures" } },
} as const

await runCommand(command, async ({ values: { json = false } }) => {
  const quality = await measureQuality()
  if (json) {
    console.log(JSON.stringify(quality))
    return 0
  }
  printSet(quality)
  console.log("\nTexts that were not used to choose rules or weights:\n")
  printSet(quality.heldOut)
  console.log("")
  const { long, sentence, heading } = quality.languages
  printLanguages("of texts of three paragraphs", long)
  printLanguages("of single sentences", sentence)
  printLanguages("of headings", heading)
  return 0
})

function printSet({ texts, names }: SetQuality): void {
  printTable(
    ["", "summary", "lead", "phrases", "YAKE", "frequent"],
    [...texts.map((text) => [`${text.language} ${text.name}`, ...figuresOf(text)]), means(texts)],
  )
  console.log("\nsummary, lead: ROUGE-L. phrases, YAKE, frequent: precision at 10.\n")
  printTable(
    ["names", "precision", "recall", "correct", "found", "wanted"],
    Object.entries(names).map(([kind, { correct, found, wanted }]) => [
      kind,
      decimals(correct / found),
      decimals(correct / wanted),
      `${correct}`,
      `${found}`,
      `${wanted}`,
    ]),
  )
}

function figuresOf({ summary, phrases }: TextQuality): string[] {
  return [summary.ours, summary.lead, phrases.ours, phrases.yake, phrases.frequent].map(decimals)
}

function means(texts: readonly TextQuality[]): string[] {
  const mean = (figure: (text: TextQuality) => number) =>
    decimals(texts.reduce((sum, text) => sum + figure(text), 0) / texts.length)
  return [
    "mean",
    mean(({ summary }) => summary.ours),
    mean(({ summary }) => summary.lead),
    mean(({ phrases }) => phrases.ours),
    mean(({ phrases }) => phrases.yake),
    mean(({ phrases }) => phrases.frequent),
  ]
}

function decimals(figure: number): string {
  return figure.toFixed(2)
}

function printTable(head: string[], rows: string[][]): void {
  for (const row of [head, ...rows]) {
    console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(18) : cell.padStart(10))).join(""))
  }
}

function printLanguages(what: string, { correct, all, wrong }: LanguageQuality): void {
  console.log(`language ${what}: ${correct} of ${all}${wrong.length === 0 ? "" : ` (${wrong.join(", ")})`}`)
}
