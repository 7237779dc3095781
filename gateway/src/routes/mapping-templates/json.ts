// Reads and writes JSON for mapping templates: keys keep their order, and numbers their digits.
import { Double, isList, isMap, textOf, type Value } from "./value.ts"

/** Deeper values are rejected, because templates process them recursively. */
const MAX_DEPTH = 500

/** @throws SyntaxError for text that is not JSON, or that is nested too deeply */
export function parseJsonValue(text: string): Value {
  const reader = new JsonReader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const word = /true|false|null/y
const space = /[ \t\r\n]*/y

class JsonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): Value {
    if (depth > MAX_DEPTH) throw new SyntaxError(`The JSON is nested more than ${MAX_DEPTH} levels deep.`)
    this.#take(space)
    const first = this.#text[this.#at]
    if (first === "{") return this.#map(depth)
    if (first === "[") return this.#list(depth)
    if (first === '"') return this.#string()
    const digits = this.#take(number)
    if (digits !== undefined) return readNumber(digits)
    const found = this.#take(word) ?? this.#fail()
    return found === "null" ? null : found === "true"
  }

  end(): void {
    this.#take(space)
    if (this.#at < this.#text.length) this.#fail()
  }

  #map(depth: number): Value {
    const map = new Map<string, Value>()
    this.#at++
    if (this.#takeMark("}")) return map
    do {
      this.#take(space)
      const key = this.#string()
      if (!this.#takeMark(":")) this.#fail()
      map.set(key, this.value(depth + 1))
    } while (this.#takeMark(","))
    if (!this.#takeMark("}")) this.#fail()
    return map
  }

  #list(depth: number): Value {
    const list: Value[] = []
    this.#at++
    if (this.#takeMark("]")) return list
    do list.push(this.value(depth + 1))
    while (this.#takeMark(","))
    if (!this.#takeMark("]")) this.#fail()
    return list
  }

  #string(): string {
    const start = this.#at
    if (this.#text[start] !== '"') this.#fail()
    let end = start + 1
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1
    this.#at = end + 1
    // JSON.parse checks the escapes and the control characters.
    return JSON.parse(this.#text.slice(start, end + 1)) as string
  }

  #takeMark(mark: string): boolean {
    this.#take(space)
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }

  #take(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #fail(): never {
    throw new SyntaxError(`The text is not JSON at position ${this.#at}.`)
  }
}

function readNumber(digits: string): Value {
  if (/[.eE]/.test(digits)) return new Double(Number(digits))
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : BigInt(digits)
}

/** The JSON text of a value, without spaces. */
export function jsonOf(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value)
  if (isList(value)) return `[${value.map(jsonOf).join(",")}]`
  if (isMap(value)) return `{${[...value].map(([key, entry]) => `${JSON.stringify(key)}:${jsonOf(entry)}`).join(",")}}`
  return value === null || typeof value !== "object" || value instanceof Double
    ? textOf(value)
    : JSON.stringify(textOf(value))
}
