// A position in the source of a mapping template. It only moves forward, so that parsing takes linear time.
import type { Template } from "./syntax-tree.ts"

export class TemplateSyntaxError extends Error {
  override readonly name = "TemplateSyntaxError"
}

/** Deeper templates are rejected, because the parser and the renderer recurse. */
const MAX_DEPTH = 200

export class Cursor {
  at = 0
  readonly source: string
  /** Parses the content of a text in double quotation marks. */
  readonly parseText: (source: string, depth: number) => Template
  #depth: number
  #closing: ReadonlyMap<number, number> | undefined

  constructor(source: string, parseText: (source: string, depth: number) => Template, depth: number) {
    this.source = source
    this.parseText = parseText
    this.#depth = depth
    if (depth > MAX_DEPTH) this.fail(`It is nested more than ${MAX_DEPTH} levels deep.`)
  }

  get depth(): number {
    return this.#depth
  }

  get isAtEnd(): boolean {
    return this.at >= this.source.length
  }

  /** Moves past `text` if it is next. */
  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  /** Moves past what a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    const found = this.test(expression)
    if (found) this.at += found[0].length
    return found
  }

  test(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at
    return expression.exec(this.source) ?? undefined
  }

  skipSpace(): void {
    this.match(/\s*/y)
  }

  expect(text: string): void {
    this.skipSpace()
    if (!this.take(text)) this.fail(`Expected ${text}`)
  }

  /** The rest up to `end`, which is skipped too. */
  takeUntil(end: string): string {
    const index = this.source.indexOf(end, this.at)
    if (index === -1) return this.fail(`${end} is missing`)
    const text = this.source.slice(this.at, index)
    this.at = index + end.length
    return text
  }

  /** The index of the parenthesis that closes the one at `open`; undefined when none does. */
  closingParenthesis(open: number): number | undefined {
    this.#closing ??= pairParentheses(this.source)
    return this.#closing.get(open)
  }

  nested<Result>(parse: () => Result): Result {
    if (++this.#depth > MAX_DEPTH) this.fail(`It is nested more than ${MAX_DEPTH} levels deep.`)
    const result = parse()
    this.#depth--
    return result
  }

  /** @throws TemplateSyntaxError with the line and the column */
  fail(message: string): never {
    const before = this.source.slice(0, this.at)
    const line = before.split("\n").length
    const column = this.at - before.lastIndexOf("\n")
    const found = this.isAtEnd ? "the end" : JSON.stringify(this.source.slice(this.at, this.at + 20))
    throw new TemplateSyntaxError(`Line ${line}, column ${column}: ${message}, at ${found}`)
  }
}

function pairParentheses(source: string): Map<number, number> {
  const pairs = new Map<number, number>()
  const open: number[] = []
  for (const { 0: character, index } of source.matchAll(/[()]/g)) {
    if (character === "(") open.push(index)
    else {
      const start = open.pop()
      if (start !== undefined) pairs.set(start, index)
    }
  }
  return pairs
}
