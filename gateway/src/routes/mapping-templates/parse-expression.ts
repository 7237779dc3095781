// Parses the references and expressions of a mapping template.
import type { Cursor } from "./cursor.ts"
import type { Expression, Operator, Reference, Step } from "./syntax-tree.ts"
import { Double } from "./value.ts"

const reference = /\$(!?)(\{?)([A-Za-z][\w-]*)/y

/** The reference at the cursor; undefined, without moving, where `$` is only text. */
export function parseReference(cursor: Cursor): Reference | undefined {
  const start = cursor.at
  const found = cursor.match(reference)
  if (!found) return undefined
  const [, , brace, name = ""] = found
  const path = parsePath(cursor)
  if (brace === "" || cursor.take("}")) return { name, path }
  cursor.at = start
  return undefined
}

function parsePath(cursor: Cursor): Step[] {
  const path: Step[] = []
  for (;;) {
    const name = cursor.match(/\.([A-Za-z_][\w-]*)/y)?.[1]
    if (name !== undefined) {
      if (cursor.take("(")) path.push({ kind: "method", name, args: cursor.nested(() => parseItems(cursor, ")")) })
      else path.push({ kind: "property", name })
    } else if (cursor.take("[")) {
      const index = cursor.nested(() => parseExpression(cursor))
      cursor.expect("]")
      path.push({ kind: "index", index })
    } else return path
  }
}

/** Expressions separated by commas, up to and including `end`. */
function parseItems(cursor: Cursor, end: string): Expression[] {
  const items: Expression[] = []
  cursor.skipSpace()
  if (cursor.take(end)) return items
  for (;;) {
    items.push(parseExpression(cursor))
    cursor.skipSpace()
    if (cursor.take(end)) return items
    cursor.expect(",")
  }
}

// From the weakest to the strongest binding. Velocity has a word for each comparison and logical operator.
const levels: readonly RegExp[] = [
  /\|\||or(?!\w)/y,
  /&&|and(?!\w)/y,
  /==|!=|(?:eq|ne)(?!\w)/y,
  /<=|>=|<|>|(?:le|ge|lt|gt)(?!\w)/y,
  /[+-]/y,
  /[*/%]/y,
]

const words: ReadonlyMap<string, Operator> = new Map([
  ["or", "||"],
  ["and", "&&"],
  ["eq", "=="],
  ["ne", "!="],
  ["le", "<="],
  ["ge", ">="],
  ["lt", "<"],
  ["gt", ">"],
])

export function parseExpression(cursor: Cursor): Expression {
  return cursor.nested(() => parseBinary(cursor, 0))
}

function parseBinary(cursor: Cursor, level: number): Expression {
  const operators = levels[level]
  if (!operators) return parseUnary(cursor)
  let left = parseBinary(cursor, level + 1)
  for (;;) {
    cursor.skipSpace()
    const [operator] = cursor.match(operators) ?? []
    if (operator === undefined) return left
    const right = parseBinary(cursor, level + 1)
    left = { kind: "binary", operator: words.get(operator) ?? (operator as Operator), left, right }
  }
}

function parseUnary(cursor: Cursor): Expression {
  cursor.skipSpace()
  if (!cursor.match(/!(?!=)|not(?!\w)/y)) return parsePrimary(cursor)
  return { kind: "not", operand: cursor.nested(() => parseUnary(cursor)) }
}

function parsePrimary(cursor: Cursor): Expression {
  const number = cursor.match(/-?(?:\d+(\.\d+)?|(\.\d+))(?:[eE][+-]?\d+)?/y)
  if (number) return { kind: "literal", value: numberOf(number[0]) }
  const word = cursor.match(/(?:true|false|null)(?!\w)/y)?.[0]
  if (word !== undefined) return { kind: "literal", value: word === "null" ? null : word === "true" }
  switch (cursor.source[cursor.at]) {
    case "$":
      return { kind: "reference", reference: parseReference(cursor) ?? cursor.fail("Expected a reference") }
    case "'":
      return { kind: "literal", value: takeQuoted(cursor, "'") }
    case '"':
      return parseInterpolation(cursor)
    case "[":
      return parseList(cursor)
    case "{":
      return parseMap(cursor)
    case "(": {
      cursor.at++
      const inner = parseExpression(cursor)
      cursor.expect(")")
      return inner
    }
    default:
      return cursor.fail("Expected a value")
  }
}

function numberOf(text: string): number | Double {
  return /[.eE]/.test(text) ? new Double(Number(text)) : Number(text)
}

/** A quotation mark within a text is doubled. Backslashes have no meaning. */
function takeQuoted(cursor: Cursor, mark: string): string {
  cursor.at++
  let text = cursor.takeUntil(mark)
  while (cursor.take(mark)) text += mark + cursor.takeUntil(mark)
  return text
}

function parseInterpolation(cursor: Cursor): Expression {
  const text = takeQuoted(cursor, '"')
  if (!/[$#]/.test(text)) return { kind: "literal", value: text }
  return { kind: "interpolation", template: cursor.parseText(text, cursor.depth + 1) }
}

function parseList(cursor: Cursor): Expression {
  cursor.at++
  cursor.skipSpace()
  if (cursor.take("]")) return { kind: "list", items: [] }
  const first = parseExpression(cursor)
  cursor.skipSpace()
  if (cursor.take("..")) {
    const to = parseExpression(cursor)
    cursor.expect("]")
    return { kind: "range", from: first, to }
  }
  if (cursor.take("]")) return { kind: "list", items: [first] }
  cursor.expect(",")
  return { kind: "list", items: [first, ...parseItems(cursor, "]")] }
}

function parseMap(cursor: Cursor): Expression {
  cursor.at++
  const entries: [Expression, Expression][] = []
  cursor.skipSpace()
  if (cursor.take("}")) return { kind: "map", entries }
  for (;;) {
    const key = parseKey(cursor)
    cursor.expect(":")
    entries.push([key, parseExpression(cursor)])
    cursor.skipSpace()
    if (cursor.take("}")) return { kind: "map", entries }
    cursor.expect(",")
  }
}

function parseKey(cursor: Cursor): Expression {
  cursor.skipSpace()
  const word = cursor.match(/[A-Za-z_][\w-]*/y)?.[0]
  return word === undefined ? parsePrimary(cursor) : { kind: "literal", value: word }
}
