// Compiles one element of a field's array in an event pattern: a value, or an object such as {"prefix": "a"}.
import { BlockList, isIP } from "node:net"
import { isRecord } from "./is-record.ts"

/** A pattern that AWS would reject: the message says what is wrong with it. */
export class InvalidPattern extends Error {}

export type Matcher = { kind: "value"; matches(value: unknown): boolean } | { kind: "exists"; exists: boolean }

type ValueRule = (value: unknown) => boolean

/** @param path of the field, for messages @throws InvalidPattern */
export function compileMatcher(element: unknown, path: string): Matcher {
  if (isRecord(element) && typeof element.exists === "boolean") return { kind: "exists", exists: element.exists }
  return { kind: "value", matches: compileRule(element, path) }
}

function compileRule(element: unknown, path: string): ValueRule {
  if (!isRecord(element)) return (value) => value === element
  const [[operator, operand] = ["", undefined], ...more] = Object.entries(element)
  if (more.length > 0) throw new InvalidPattern(`"${path}" has a rule with more than one operator`)
  switch (operator) {
    case "prefix":
    case "suffix":
    case "equals-ignore-case":
    case "wildcard":
      return textRule(operator, operand, path)
    case "anything-but":
      return anythingBut(operand, path)
    case "numeric":
      return numericRule(operand, path)
    case "cidr":
      return cidrRule(operand, path)
    default:
      throw new InvalidPattern(`"${path}" has the unknown operator "${operator}"`)
  }
}

function textRule(operator: string, operand: unknown, path: string): ValueRule {
  // AWS: prefix and suffix can ignore case (event-pattern-ignore-case)
  if (isRecord(operand) && typeof operand["equals-ignore-case"] === "string") {
    const lower = textRule(operator, operand["equals-ignore-case"].toLowerCase(), path)
    return (value) => typeof value === "string" && lower(value.toLowerCase())
  }
  if (typeof operand !== "string") throw new InvalidPattern(`"${operator}" of "${path}" must be a text`)
  const matches = textMatch(operator, operand)
  return (value) => typeof value === "string" && matches(value)
}

function textMatch(operator: string, operand: string): (text: string) => boolean {
  if (operator === "prefix") return (text) => text.startsWith(operand)
  if (operator === "suffix") return (text) => text.endsWith(operand)
  if (operator === "wildcard") return wildcardMatch(operand)
  const lower = operand.toLowerCase()
  return (text) => text.toLowerCase() === lower
}

/**
 * Whether a text matches `pattern`, whose stars are any text. Searches the parts between the stars one after the other,
 * each at its first place after the one before: the time grows with the length of the text, however many stars there are.
 * AWS: `\*` is a star and `\\` a backslash (event-pattern-wildcard)
 */
export function wildcardMatch(pattern: string): (text: string) => boolean {
  const parts = [""]
  for (const [token] of pattern.matchAll(/\\[*\\]|./gs)) {
    if (token === "*") parts.push("")
    else parts[parts.length - 1] += token.length > 1 ? token.slice(1) : token
  }
  const [first = "", ...others] = parts
  const last = others.pop()
  return (text) => {
    if (last === undefined) return text === first
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false
    const end = text.length - last.length
    let at = first.length
    for (const part of others) {
      const found = text.indexOf(part, at)
      if (found === -1 || found + part.length > end) return false
      at = found + part.length
    }
    return at <= end
  }
}

/** AWS: values, or one of the operators of texts with one or more values (event-pattern-anything-but) */
function anythingBut(operand: unknown, path: string): ValueRule {
  if (isRecord(operand)) {
    const [[operator, values] = ["", undefined]] = Object.entries(operand)
    const excluded = [values].flat().map((value) => compileRule({ [operator]: value }, path))
    return (value) => typeof value === "string" && !excluded.some((rule) => rule(value))
  }
  const excluded = new Set([operand].flat())
  if (excluded.size === 0) throw new InvalidPattern(`"anything-but" of "${path}" must have a value`)
  return (value) => !excluded.has(value)
}

const comparisons: ReadonlyMap<unknown, (a: number, b: number) => boolean> = new Map([
  ["=", (a, b) => a === b],
  ["<", (a, b) => a < b],
  ["<=", (a, b) => a <= b],
  [">", (a, b) => a > b],
  [">=", (a, b) => a >= b],
])

function numericRule(operand: unknown, path: string): ValueRule {
  const list = Array.isArray(operand) ? operand : []
  const rules = Array.from({ length: list.length / 2 }, (_, index) => {
    const [operator, limit] = list.slice(2 * index, 2 * index + 2)
    const compare = comparisons.get(operator)
    if (!compare || typeof limit !== "number") throw new InvalidPattern(`"numeric" of "${path}" is not valid`)
    return (value: number) => compare(value, limit)
  })
  if (rules.length === 0 || list.length % 2 === 1) {
    throw new InvalidPattern(`"numeric" of "${path}" must be a list of operators, each with a number`)
  }
  return (value) => typeof value === "number" && rules.every((rule) => rule(value))
}

function cidrRule(operand: unknown, path: string): ValueRule {
  const [address = "", bits = ""] = String(operand).split("/")
  const family = isIP(address) === 6 ? "ipv6" : "ipv4"
  const range = new BlockList()
  try {
    range.addSubnet(address, Number.parseInt(bits, 10), family)
  } catch {
    throw new InvalidPattern(`"cidr" of "${path}" must be a range such as 10.0.0.0/24`)
  }
  return (value) =>
    typeof value === "string" && isIP(value) !== 0 && range.check(value, isIP(value) === 6 ? "ipv6" : "ipv4")
}
