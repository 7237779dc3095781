// Detects the language of a text.
import { detect } from "tinyld/light"
import type { TextBlock } from "./text-blocks.ts"

const samples = 9
const sampleCharacters = 400
const minCharacters = 60

/**
 * Detects the language of several samples and returns the most frequent one, since a single sample may be names, code or
 * a quotation.
 * @returns ISO 639-1, or null when there is too little text
 */
export function detectLanguage(blocks: readonly TextBlock[]): string | null {
  const text = blocks.filter((block) => /[.!?]$/.test(block)).join(" ") || blocks.join(" ")
  if (!hasLetters(text, minCharacters)) return null
  const votes = new Map<string, number>()
  const step = Math.max(sampleCharacters, Math.floor(text.length / samples))
  for (let start = 0; start < text.length; start += step) {
    const language = detect(text.slice(start, start + sampleCharacters))
    if (language) votes.set(language, (votes.get(language) ?? 0) + 1)
  }
  const [winner] = [...votes].sort(([, a], [, b]) => b - a)
  return winner?.[0] ?? null
}

/** Whether the text has at least `count` letters; stops counting there. */
function hasLetters(text: string, count: number): boolean {
  const letter = /\p{L}/gu
  for (let found = 0; found < count; found += 1) if (!letter.test(text)) return false
  return true
}
