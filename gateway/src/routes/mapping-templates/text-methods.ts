// The methods of Java's String that mapping templates call.
import { matchesRegex, replaceRegex, splitByRegex } from "./java-regex.ts"
import { compare, Double, textOf, toNumber, type Value } from "./value.ts"

type TextMethod = (text: string, args: readonly Value[]) => Value

const first = (args: readonly Value[]) => textOf(args[0] ?? "")

const methods: ReadonlyMap<string, TextMethod> = new Map<string, TextMethod>([
  ["length", (text) => text.length],
  ["isEmpty", (text) => text === ""],
  ["isBlank", (text) => text.trim() === ""],
  ["trim", (text) => text.trim()],
  ["strip", (text) => text.trim()],
  ["toUpperCase", (text) => text.toUpperCase()],
  ["toLowerCase", (text) => text.toLowerCase()],
  ["toString", (text) => text],
  ["contains", (text, args) => text.includes(first(args))],
  ["startsWith", (text, args) => text.startsWith(first(args), integerOf(args[1]))],
  ["endsWith", (text, args) => text.endsWith(first(args))],
  ["equals", (text, args) => typeof args[0] === "string" && text === args[0]],
  ["equalsIgnoreCase", (text, args) => typeof args[0] === "string" && text.toLowerCase() === args[0].toLowerCase()],
  ["compareTo", (text, args) => compareTexts(text, first(args))],
  ["compareToIgnoreCase", (text, args) => compareTexts(text.toLowerCase(), first(args).toLowerCase())],
  ["concat", (text, args) => text + first(args)],
  ["indexOf", (text, args) => text.indexOf(first(args), integerOf(args[1]))],
  ["lastIndexOf", (text, args) => text.lastIndexOf(first(args), integerOf(args[1]) ?? Number.POSITIVE_INFINITY)],
  ["charAt", (text, args) => text[integerOf(args[0]) ?? 0] ?? null],
  ["substring", substring],
  ["subSequence", substring],
  ["repeat", (text, args) => repeat(text, integerOf(args[0]) ?? 0)],
  ["replace", (text, args) => text.replaceAll(first(args), () => textOf(args[1] ?? ""))],
  ["replaceAll", (text, args) => replace(text, args, true)],
  ["replaceFirst", (text, args) => replace(text, args, false)],
  ["matches", (text, args) => matchesRegex(text, first(args))],
  ["split", (text, args) => split(text, args)],
  ["hashCode", hashCode],
  // AWS: static methods are called on any text or number: $Integer.parseInt("5") (vtl-static-methods)
  ["valueOf", (_text, args) => first(args)],
])

/** null: there is no such method. */
export function callTextMethod(text: string, name: string, args: readonly Value[]): Value {
  return methods.get(name)?.(text, args) ?? null
}

export function callNumberMethod(number: number | bigint | Double, name: string, args: readonly Value[]): Value {
  switch (name) {
    case "toString":
      return textOf(args[0] ?? number)
    case "intValue":
    case "longValue":
      return Math.trunc(toNumber(number))
    case "doubleValue":
    case "floatValue":
      return new Double(toNumber(number))
    case "equals":
      return args[0] !== undefined && compare(number, args[0]) === 0
    case "compareTo":
      return Math.sign(compare(number, args[0] ?? null) ?? 0)
    case "parseInt":
    case "parseLong":
    case "valueOf":
      return parseInteger(first(args))
    case "parseDouble":
    case "parseFloat":
      return parseDouble(first(args))
    default:
      return null
  }
}

export function callBooleanMethod(value: boolean, name: string, args: readonly Value[]): Value {
  if (name === "toString") return String(value)
  if (name === "booleanValue") return value
  if (name === "equals") return value === args[0]
  return name === "parseBoolean" || name === "valueOf" ? first(args).toLowerCase() === "true" : null
}

function parseInteger(text: string): Value {
  return /^[+-]?\d+$/.test(text) ? Number(text) : null
}

function parseDouble(text: string): Value {
  const value = Number(text.trim())
  return text.trim() === "" || Number.isNaN(value) ? null : new Double(value)
}

function integerOf(value: Value | undefined): number | undefined {
  return typeof value === "number" ? value : undefined
}

/** null where Java throws. */
function substring(text: string, args: readonly Value[]): Value {
  const from = integerOf(args[0]) ?? 0
  const to = integerOf(args[1]) ?? text.length
  return from < 0 || to > text.length || from > to ? null : text.slice(from, to)
}

function repeat(text: string, times: number): Value {
  // The length of the output is checked only when it is written.
  return times < 0 || text.length * times > 1_000_000 ? null : text.repeat(times)
}

function replace(text: string, args: readonly Value[], all: boolean): Value {
  return replaceRegex(text, { regex: first(args), replacement: textOf(args[1] ?? ""), all })
}

function split(text: string, args: readonly Value[]): Value {
  return splitByRegex(text, first(args), integerOf(args[1]))
}

function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function hashCode(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0
  return hash
}
