// Breaks text into lines of a given width, measured in the fonts of the text.
import type { Run, Style } from "./markdown.ts"

/** A font and its size in points. */
export type Face = { font: string; size: number; color?: string }
export type Faces = Record<Style, Face>

/** Text in one face; `width` in points. */
type Segment = { text: string; face: Face; width: number }
export type Line = Segment[]

/** Width of `text` in points. */
export type Measure = (text: string, face: Face) => number

type Word = { pieces: { text: string; face: Face }[]; spaceBefore: boolean }

/** Greedy and ragged right. A word wider than the line is broken after punctuation, otherwise at the line's width. */
export function breakLines(runs: readonly Run[], faces: Faces, width: number, measure: Measure): Line[] {
  const lines: Line[] = []
  let line: Line = []
  for (const word of words(runs, faces).flatMap((word) => breakWord(word, width, measure))) {
    const extended = append(line, word, measure)
    if (line.length > 0 && widthOf(extended) > width) {
      lines.push(line)
      line = append([], word, measure)
    } else {
      line = extended
    }
  }
  if (line.length > 0) lines.push(line)
  return lines
}

function widthOf(line: Line): number {
  return line.reduce((sum, segment) => sum + segment.width, 0)
}

function words(runs: readonly Run[], faces: Faces): Word[] {
  const found: Word[] = []
  let glued = false
  for (const run of runs) {
    for (const part of run.text.split(/( +)/)) {
      if (part === "") continue
      if (part.startsWith(" ")) {
        glued = false
        continue
      }
      const piece = { text: part, face: faces[run.style] }
      const last = found.at(-1)
      if (glued && last) last.pieces.push(piece)
      else found.push({ pieces: [piece], spaceBefore: found.length > 0 })
      glued = true
    }
  }
  return found
}

function breakWord(word: Word, width: number, measure: Measure): Word[] {
  const total = word.pieces.reduce((sum, piece) => sum + measure(piece.text, piece.face), 0)
  if (total <= width) return [word]
  const parts = word.pieces.flatMap(({ text, face }) =>
    text
      .split(/(?<=[/.:,_-])/)
      .flatMap((part) => (measure(part, face) <= width ? [part] : [...part]))
      .map((part) => ({ text: part, face })),
  )
  return parts.map((piece, index) => ({ pieces: [piece], spaceBefore: index === 0 && word.spaceBefore }))
}

function append(line: Line, word: Word, measure: Measure): Line {
  const longer = [...line]
  for (const [index, piece] of word.pieces.entries()) {
    const spaced = index === 0 && word.spaceBefore && line.length > 0
    const last = longer.pop()
    if (last?.face === piece.face) {
      longer.push(segment(`${last.text}${spaced ? " " : ""}${piece.text}`, last.face, measure))
    } else {
      // The space between two faces is set too, in the narrower face, so that text extraction finds it.
      const spaceFirst = spaced && last !== undefined && measure(" ", last.face) <= measure(" ", piece.face)
      if (last) longer.push(segment(spaceFirst ? `${last.text} ` : last.text, last.face, measure))
      longer.push(segment(spaced && !spaceFirst ? ` ${piece.text}` : piece.text, piece.face, measure))
    }
  }
  return longer
}

function segment(text: string, face: Face, measure: Measure): Segment {
  return { text, face, width: measure(text, face) }
}
