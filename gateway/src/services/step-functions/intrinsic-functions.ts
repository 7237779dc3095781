// The intrinsic functions of the States Language: `States.Format('Hello {}', $.name)`.
// AWS: each function takes the documented arguments and gives the documented result (sfn-intrinsics)
import { createHash, randomUUID } from "node:crypto"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { StatesError } from "./states-error.ts"

type Intrinsic = (...args: unknown[]) => unknown

const intrinsics: ReadonlyMap<string, Intrinsic> = new Map(
  Object.entries<Intrinsic>({
    "States.Format": (template, ...args) => {
      let next = 0
      return text(template).replaceAll("{}", () => textOf(args[next++]))
    },
    "States.StringToJson": (value) => JSON.parse(text(value)),
    "States.JsonToString": (value) => JSON.stringify(value),
    "States.Array": (...values) => values,
    "States.ArrayPartition": (values, size) => {
      const count = positive(size)
      const all = list(values)
      return Array.from({ length: Math.ceil(all.length / count) }, (_, at) => all.slice(at * count, (at + 1) * count))
    },
    "States.ArrayContains": (values, wanted) => list(values).some((one) => equal(one, wanted)),
    "States.ArrayRange": (first, last, step) => range(integer(first), integer(last), integer(step)),
    "States.ArrayGetItem": (values, index) => {
      const item = list(values)[integer(index)]
      return item === undefined ? fail("The index is not in the array") : item
    },
    "States.ArrayLength": (values) => list(values).length,
    "States.ArrayUnique": (values) => unique(list(values)),
    "States.Base64Encode": (value) => Buffer.from(text(value)).toString("base64"),
    "States.Base64Decode": (value) => Buffer.from(text(value), "base64").toString("utf8"),
    "States.Hash": (value, algorithm) => hash(value, text(algorithm)),
    "States.JsonMerge": (left, right, deep) => {
      if (deep === true) return fail("Deep merging is not supported")
      return isRecord(left) && isRecord(right)
        ? recordFrom([...Object.entries(left), ...Object.entries(right)])
        : fail("Both arguments must be objects")
    },
    "States.MathRandom": (first, last) => integer(first) + Math.floor(Math.random() * (integer(last) - integer(first))),
    "States.MathAdd": (left, right) => integer(left) + integer(right),
    "States.StringSplit": (value, separators) => {
      const characters = new Set(text(separators))
      const parts = [""]
      for (const one of text(value)) {
        if (characters.has(one)) parts.push("")
        else parts.push((parts.pop() ?? "") + one)
      }
      return parts.filter((part) => part !== "")
    },
    "States.UUID": () => randomUUID(),
  }),
)

/** @param resolve the value of a path @throws StatesError States.IntrinsicFailure */
export function evaluateIntrinsic(expression: string, resolve: (path: string) => unknown): unknown {
  const cursor = { text: expression, at: 0 }
  try {
    const value = readCall(cursor, resolve)
    if (cursor.text.slice(cursor.at).trim() !== "") return fail("There is text after the function")
    return value
  } catch (error) {
    if (error instanceof StatesError && error.error !== "States.IntrinsicFailure") throw error
    const why = error instanceof StatesError ? error.cause : (error as Error).message
    throw new StatesError("States.IntrinsicFailure", `The function '${expression}' failed: ${why}`)
  }
}

type Cursor = { readonly text: string; at: number }

function readCall(cursor: Cursor, resolve: (path: string) => unknown): unknown {
  const name = take(cursor, /\s*(States\.\w+)\s*\(/y)?.[1]
  const intrinsic = name === undefined ? undefined : intrinsics.get(name)
  if (!intrinsic) return fail(`${name ?? "It"} is not a function`)
  const args: unknown[] = []
  while (!take(cursor, /\s*\)/y)) {
    if (args.length > 0 && !take(cursor, /\s*,/y)) return fail("A comma is missing")
    args.push(readArgument(cursor, resolve))
  }
  return intrinsic(...args)
}

function readArgument(cursor: Cursor, resolve: (path: string) => unknown): unknown {
  const quoted = take(cursor, /\s*'((?:[^'\\]|\\.)*)'/y)?.[1]
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, "$1")
  const literal = take(cursor, /\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=\s*[,)])/y)?.[1]
  if (literal !== undefined) return JSON.parse(literal)
  const path = take(cursor, /\s*(\$(?:\[[^\]]*\]|[^,()\s[])*)/y)?.[1]
  return path === undefined ? readCall(cursor, resolve) : resolve(path)
}

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text) ?? undefined
  if (found) cursor.at = pattern.lastIndex
  return found
}

function fail(message: string): never {
  throw new StatesError("States.IntrinsicFailure", message)
}

function text(value: unknown): string {
  return typeof value === "string" ? value : fail(`${JSON.stringify(value)} is not a text`)
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null)
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : fail(`${JSON.stringify(value)} is not an array`)
}

function integer(value: unknown): number {
  return typeof value === "number" ? Math.round(value) : fail(`${JSON.stringify(value)} is not a number`)
}

function positive(value: unknown): number {
  const number = integer(value)
  return number > 0 ? number : fail("The size must be positive")
}

/** AWS: a range has at most 1,000 items (sfn-intrinsics) */
function range(first: number, last: number, step: number): number[] {
  const count = Math.floor((last - first) / step) + 1
  if (!(count >= 0 && count <= 1000)) return fail("The range must have at most 1000 items")
  return Array.from({ length: count }, (_, index) => first + index * step)
}

const algorithms: ReadonlyMap<string, string> = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
])

function hash(value: unknown, algorithm: string): string {
  const name = algorithms.get(algorithm) ?? fail(`${algorithm} is not an algorithm`)
  return createHash(name).update(textOf(value)).digest("hex")
}

/** The first of the values that are equal, in linear time. */
function unique(values: readonly unknown[]): unknown[] {
  const found = new Map<string, unknown>()
  for (const value of values) {
    const key = JSON.stringify(value)
    if (!found.has(key)) found.set(key, value)
  }
  return [...found.values()]
}

function equal(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
