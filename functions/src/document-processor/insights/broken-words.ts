// Joins words that are broken at the end of a line, with their hyphen if the text has them with it elsewhere.
import { classesOf, letter } from "./character-classes.ts"

// Only the end of a line is searched for a broken word: a pattern that ends with "$" is tried from each place of a text.
const maxHalf = 60
const hyphen = 0x2d
const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff

type Halves = { left: string; right: string }

export class BrokenWords {
  /** The spellings of the broken words that are somewhere in the text. */
  readonly #known: ReadonlySet<string>

  /** @param lines of the whole text */
  constructor(lines: readonly string[]) {
    const spellings = new Set<string>()
    for (let at = 1; at < lines.length; at += 1) {
      const halves = halvesOf(lines[at - 1] ?? "", lines[at] ?? "")
      if (halves) spellings.add(withHyphen(halves)).add(withoutHyphen(halves))
    }
    this.#known = wordsAmong(lines, spellings)
  }

  /** @returns the line as the next one continues it; undefined when no word is broken between them */
  continued(line: string, next: string): string | undefined {
    const halves = halvesOf(line, next)
    if (!halves) return undefined
    const isCompound = this.#known.has(withHyphen(halves)) && !this.#known.has(withoutHyphen(halves))
    return isCompound ? line : line.slice(0, -1)
  }
}

function halvesOf(line: string, next: string): Halves | undefined {
  // mutants: equivalent, the pattern below requires the hyphen as well
  if (!line.endsWith("-")) return undefined
  const left = line.slice(-maxHalf).match(/([\p{L}-]+)-$/u)?.[1]
  const right = next.match(/^\p{Ll}[\p{L}-]{0,60}/u)?.[0]
  return left === undefined || right === undefined ? undefined : { left, right }
}

const withHyphen = ({ left, right }: Halves) => `${left}-${right}`.toLowerCase()
const withoutHyphen = ({ left, right }: Halves) => (left + right).toLowerCase()

/** Which of the words, in lower case, the lines have. Words of another length are not copied, which is most of the time. */
function wordsAmong(lines: readonly string[], words: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>()
  if (words.size === 0) return found
  const lengths = new Set([...words].map((word) => word.length))
  for (const line of lines) {
    for (let start = 0; start < line.length; start += 1) {
      const end = wordEnd(line, start)
      // What is before a hyphen at the end of a line is a part of a word.
      const isPart = end === line.length - 1 && line.charCodeAt(end) === hyphen
      if (lengths.has(end - start) && !isPart) {
        const word = line.slice(start, end).toLowerCase()
        if (words.has(word)) found.add(word)
      }
      start = end
    }
  }
  return found
}

/** The end of letters, and of single hyphens between them, that start at a place of a line; that place when there are none. */
function wordEnd(line: string, start: number): number {
  let at = start
  for (; at < line.length; at += 1) {
    const code = line.charCodeAt(at)
    if (isLetter(code)) continue
    const isWithin = code === hyphen && at > start && at + 1 < line.length && isLetter(line.charCodeAt(at + 1))
    if (!isWithin) break
  }
  return at
}

/** Also for a half of a pair of surrogates, which is mostly a letter when it is within a word. */
function isLetter(code: number): boolean {
  return (classesOf(code) & letter) !== 0 || (code >= firstSurrogate && code <= lastSurrogate)
}
