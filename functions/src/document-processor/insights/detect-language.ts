// Tells which language a text is written in.
import { detect } from "tinyld/light"
import type { TextBlock } from "./text-blocks.ts"

const samples = 9
const sampleCharacters = 400
const minCharacters = 60

/**
 * Asks about several places of the document and takes the answer that is given most often, since a single guess goes
 * wrong on names, code and quotations.
 * @returns ISO 639-1, or null when there is too little text to tell.
 */
export function detectLanguage(blocks: readonly TextBlock[]): string | null {
  const text = blocks.filter((block) => /[.!?]$/.test(block)).join(" ") || blocks.join(" ")
  if ((text.match(/\p{L}/gu)?.length ?? 0) < minCharacters) return null
  const votes = new Map<string, number>()
  const step = Math.max(sampleCharacters, Math.floor(text.length / samples))
  for (let start = 0; start < text.length; start += step) {
    const language = detect(text.slice(start, start + sampleCharacters))
    if (language) votes.set(language, (votes.get(language) ?? 0) + 1)
  }
  const [winner] = [...votes].sort(([, a], [, b]) => b - a)
  return winner?.[0] ?? null
}
