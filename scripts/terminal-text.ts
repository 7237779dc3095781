// Fits text into the columns of a terminal.
import { stripVTControlCharacters } from "node:util"

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })
// Characters that take two columns: East Asian scripts, full-width forms and emoji.
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** How many columns a text takes. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) columns += wide.test(segment) ? 2 : 1
  return columns
}

/** Shortens a text in its middle, because names often differ at their end. */
export function shorten(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  const parts = [...graphemes.segment(text)].map(({ segment }) => segment)
  const endColumns = Math.floor((columns - 1) / 2)
  const end = takeWhile(parts.toReversed(), endColumns).reverse().join("")
  const start = takeWhile(parts, columns - 1 - columnsOf(end)).join("")
  return `${start}…${end}`
}

function takeWhile(parts: readonly string[], columns: number): string[] {
  const taken: string[] = []
  let used = 0
  for (const part of parts) {
    used += columnsOf(part)
    if (used > columns) break
    taken.push(part)
  }
  return taken
}

/** Breaks a text at its spaces, and within words only where a script has no spaces. */
export function wrapText(text: string, columns: number, indent = "  "): string {
  const lines: string[] = []
  let line = indent
  const words = text
    .trim()
    .split(/\s+/)
    .flatMap((word) => pieces(word, columns - indent.length))
  for (const { piece, hasSpace } of words) {
    const isFirst = line === indent
    const next = isFirst ? `${line}${piece}` : `${line}${hasSpace ? " " : ""}${piece}`
    if (!isFirst && columnsOf(next) > columns) {
      lines.push(line)
      line = `${indent}${piece}`
    } else line = next
  }
  return [...lines, line].join("\n")
}

function pieces(word: string, columns: number): { piece: string; hasSpace: boolean }[] {
  const isBreakable = wide.test(word) || columnsOf(word) > columns
  const parts = isBreakable ? [...graphemes.segment(word)].map(({ segment }) => segment) : [word]
  return parts.map((piece, index) => ({ piece, hasSpace: index === 0 }))
}
