// Evaluates the JSONPath expressions of `$input.path` and `$input.json`, as Jayway's JsonPath does.
import { compare, Double, isEqual, isList, isMap, isTrue, type Value } from "./value.ts"

export class JsonPathError extends Error {
  override readonly name = "JsonPathError"
}

type Segment =
  | { kind: "keys"; keys: readonly string[] }
  | { kind: "indexes"; indexes: readonly number[] }
  | { kind: "slice"; from: number | undefined; to: number | undefined }
  | { kind: "wildcard" }
  | { kind: "filter"; path: readonly Segment[]; operator: string | undefined; literal: Value }
  /** `..`: the value itself and everything in it. */
  | { kind: "descend" }

/** A path selects one value, or a list of all that match it. */
export type JsonPath = { segments: readonly Segment[]; isDefinite: boolean }

/** More matches are rejected: several `..` in one path multiply. */
const MAX_MATCHES = 100_000

/** @throws JsonPathError */
export function parseJsonPath(expression: string): JsonPath {
  const segments = readSegments(expression.trim())
  const isDefinite = segments.every(
    (one) => (one.kind === "keys" && one.keys.length === 1) || (one.kind === "indexes" && one.indexes.length === 1),
  )
  return { segments, isDefinite }
}

/**
 * The value at the path, undefined when there is none; for a path that is not definite the list of all matches.
 * @throws JsonPathError
 */
export function evaluateJsonPath({ segments, isDefinite }: JsonPath, root: Value): Value | undefined {
  const found = select(segments, root)
  return isDefinite ? found[0] : found
}

const dotted = /\.\.(?=\[)|\.\.|\.(?!\.)/y
const name = /[^.[\]()'"\s,?]+/y

function readSegments(expression: string): Segment[] {
  const segments: Segment[] = []
  let at = expression.startsWith("$") || expression.startsWith("@") ? 1 : 0
  // Without `$` the expression is a path below the root.
  const isBare = at === 0
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(expression)
    if (found) at += found[0].length
    return found
  }
  while (at < expression.length) {
    const isFirst = isBare && segments.length === 0
    const dots = match(dotted)?.[0]
    if (dots === "..") segments.push({ kind: "descend" })
    if (expression[at] === "[") {
      const close = closingBracket(expression, at)
      segments.push(readBracket(expression.slice(at + 1, close).trim(), expression))
      at = close + 1
    } else {
      const key = dots !== undefined || isFirst ? match(name)?.[0] : undefined
      if (key === undefined) throw new JsonPathError(`Invalid JSONPath: ${expression}`)
      segments.push(key === "*" ? { kind: "wildcard" } : { kind: "keys", keys: [key] })
    }
  }
  return segments
}

function closingBracket(expression: string, open: number): number {
  let depth = 0
  let quote = ""
  for (let at = open; at < expression.length; at++) {
    const character = expression[at] ?? ""
    if (quote !== "") quote = character === quote ? "" : quote
    else if (character === "'" || character === '"') quote = character
    else if (character === "[") depth++
    else if (character === "]" && --depth === 0) return at
  }
  throw new JsonPathError(`Invalid JSONPath: ${expression}`)
}

function readBracket(content: string, expression: string): Segment {
  if (content === "*") return { kind: "wildcard" }
  const filter = /^\?\((.*)\)$/s.exec(content)?.[1]
  if (filter !== undefined) return readFilter(filter.trim(), expression)
  const slice = /^(-?\d+)?\s*:\s*(-?\d+)?$/.exec(content)
  if (slice) return { kind: "slice", from: integer(slice[1]), to: integer(slice[2]) }
  if (/^-?\d+(\s*,\s*-?\d+)*$/.test(content)) return { kind: "indexes", indexes: content.split(",").map(Number) }
  const quoted = [...content.matchAll(/\s*(?:'([^']*)'|"([^"]*)")\s*(?:,|$)/gy)]
  const isWhole = quoted.map(([match]) => match).join("") === content
  if (quoted.length === 0 || !isWhole) throw new JsonPathError(`Invalid JSONPath: ${expression}`)
  // mutants: equivalent, one of the groups always matches
  return { kind: "keys", keys: quoted.map(([, single, double]) => single ?? double ?? "") }
}

function readFilter(filter: string, expression: string): Segment {
  const found = /^(@[^=!<>]*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+))?$/s.exec(filter)
  if (!found?.[1]) throw new JsonPathError(`The filter of ${expression} is not supported.`)
  const literal = found[3] === undefined ? null : readLiteral(found[3].trim(), expression)
  return { kind: "filter", path: readSegments(found[1]), operator: found[2], literal }
}

function readLiteral(text: string, expression: string): Value {
  const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(text)
  if (quoted) return quoted[1] ?? quoted[2] ?? ""
  if (text === "true" || text === "false") return text === "true"
  if (text === "null") return null
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new JsonPathError(`The filter of ${expression} is not supported.`)
  return text.includes(".") ? new Double(Number(text)) : Number(text)
}

function integer(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function select(segments: readonly Segment[], root: Value): Value[] {
  let found: Value[] = [root]
  for (const segment of segments) {
    const next: Value[] = []
    for (const value of found) {
      for (const match of matches(segment, value)) next.push(match)
      if (next.length > MAX_MATCHES) throw new JsonPathError(`A path matches more than ${MAX_MATCHES} values.`)
    }
    found = next
  }
  return found
}

function matches(segment: Segment, value: Value): Iterable<Value> {
  switch (segment.kind) {
    case "keys":
      return segment.keys.flatMap((key) => (isMap(value) && value.has(key) ? [value.get(key) ?? null] : []))
    case "indexes":
      return segment.indexes.flatMap((index) => {
        const found = isList(value) ? value.at(index) : undefined
        return found === undefined ? [] : [found]
      })
    case "slice":
      return isList(value) ? value.slice(segment.from, segment.to) : []
    case "wildcard":
      return children(value)
    case "filter":
      return [...children(value)].filter((child) => passes(segment, child))
    case "descend":
      return descendants(value)
  }
}

function children(value: Value): Iterable<Value> {
  if (isList(value)) return value
  return isMap(value) ? value.values() : []
}

function descendants(root: Value): Value[] {
  const found: Value[] = [root]
  for (const value of found) {
    for (const child of children(value)) if (isList(child) || isMap(child)) found.push(child)
  }
  return found
}

function passes({ path, operator, literal }: Extract<Segment, { kind: "filter" }>, child: Value): boolean {
  const [value] = select(path, child)
  if (operator === undefined) return value !== undefined && isTrue(value)
  if (value === undefined) return operator === "!="
  if (operator === "==") return isEqual(value, literal)
  if (operator === "!=") return !isEqual(value, literal)
  const order = compare(value, literal)
  if (order === undefined) return false
  if (operator === "<") return order < 0
  if (operator === "<=") return order <= 0
  return operator === ">" ? order > 0 : order >= 0
}
