// Finds every small change ("mutant") that can be made to a source file.
import { operators } from "./operators.ts"
import { childrenOf, lineOf, type Node, parseSource, type Source } from "./syntax-tree.ts"

export type Mutant = {
  file: string
  line: number
  operator: string
  start: number
  end: number
  replacement: string
  /** The changed line before and after, without indentation. */
  before: string
  after: string
}

export type Found = { mutants: Mutant[]; ignored: number }

const ignoreComment = /^\s*mutants:\s*equivalent\b,?\s*(.*)$/

/** @throws Error for a syntax error, or for an ignore comment without a reason */
export function findMutants(path: string, text: string): Found {
  const source = parseSource(path, text)
  const ignoredLines = readIgnoredLines(source)
  const mutants = [...walk(source, source.program, [])]
  const kept = mutants.filter((mutant) => !ignoredLines.has(mutant.line))
  return { mutants: withoutDuplicates(kept), ignored: mutants.length - kept.length }
}

export function applyMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

function* walk(source: Source, node: Node, ancestors: readonly Node[]): Generator<Mutant> {
  for (const [operator, change] of Object.entries(operators)) {
    for (const edit of change({ node, ancestors, text: source.text })) {
      yield describe(source, operator, edit)
    }
  }
  const below = [node, ...ancestors]
  for (const child of childrenOf(node)) yield* walk(source, child, below)
}

function describe(source: Source, operator: string, edit: { start: number; end: number; replacement: string }): Mutant {
  const { text, path } = source
  const lineStart = text.lastIndexOf("\n", edit.start - 1) + 1
  const newline = text.indexOf("\n", edit.end)
  const lineEnd = newline === -1 ? text.length : newline
  const after = text.slice(lineStart, edit.start) + edit.replacement + text.slice(edit.end, lineEnd)
  return {
    file: path,
    line: lineOf(text, edit.start),
    operator,
    ...edit,
    before: oneLine(text.slice(lineStart, lineEnd)),
    after: oneLine(after),
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim()
}

/** The line of a comment and the line after it, so that the comment can stand at the end of a line or above it. */
function readIgnoredLines({ comments, text, path }: Source): Set<number> {
  const lines = new Set<number>()
  for (const { value, start } of comments) {
    const match = ignoreComment.exec(value)
    if (!match) continue
    const line = lineOf(text, start)
    if (!match[1]) throw new Error(`${path}:${line} has no reason: write "// mutants: equivalent, <why>".`)
    lines.add(line)
    const isAlone = text.slice(text.lastIndexOf("\n", start - 1) + 1, start).trim() === ""
    if (isAlone) lines.add(line + 1)
  }
  return lines
}

function withoutDuplicates(mutants: Mutant[]): Mutant[] {
  const known = new Map(mutants.map((mutant) => [`${mutant.start} ${mutant.end} ${mutant.replacement}`, mutant]))
  return [...known.values()]
}
