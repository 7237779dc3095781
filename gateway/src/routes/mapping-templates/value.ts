// The values of mapping templates, with the behaviour of their Java counterparts: text, equality and arithmetic.

/** `bigint`: an integer of JSON that a number would round. A map keeps its order and has no inherited keys. */
export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | Double
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | HostObject
  | Deferred

/** A floating-point number, which differs from an integer in division and as text: 2.0. */
export class Double {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** An object of API Gateway: `$input`, `$util`. */
export abstract class HostObject {
  /** null: there is no such property. */
  property(_name: string): Value {
    return null
  }

  /** null: there is no such method. */
  abstract call(name: string, args: readonly Value[]): Value
}

/** What `#define` binds: it is rendered where it is used. */
export class Deferred {
  readonly render: () => string

  constructor(render: () => string) {
    this.render = render
  }
}

/** An entry of a map, as `entrySet` lists it. */
export class MapEntry extends HostObject {
  readonly #key: string
  readonly #value: Value

  constructor(key: string, value: Value) {
    super()
    this.#key = key
    this.#value = value
  }

  override property(name: string): Value {
    if (name === "key") return this.#key
    return name === "value" ? this.#value : null
  }

  override call(name: string): Value {
    if (name === "getKey") return this.#key
    if (name === "getValue") return this.#value
    return name === "toString" ? this.toString() : null
  }

  override toString(): string {
    return `${this.#key}=${textOf(this.#value)}`
  }
}

export function isMap(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** Lists can contain the same list many times, so that their text grows exponentially. */
const MAX_PARTS = 1_000_000

/**
 * The text of a value as Java writes it: `[a, b]`, `{key=value}`, 2.0.
 * @throws RangeError for a value with too many parts
 */
export function textOf(value: Value, budget = { parts: MAX_PARTS }): string {
  if (typeof value === "string") return value
  if (--budget.parts < 0) throw new RangeError(`A value has more than ${MAX_PARTS} parts.`)
  if (value === null) return "null"
  if (value instanceof Double) return textOfDouble(value.value)
  if (isList(value)) return `[${value.map((item) => textOf(item, budget)).join(", ")}]`
  if (isMap(value)) return `{${[...value].map(([key, entry]) => `${key}=${textOf(entry, budget)}`).join(", ")}}`
  if (value instanceof Deferred) return value.render()
  return String(value)
}

/** Java writes numbers from 0.001 to 10,000,000 in full, others with an exponent. */
function textOfDouble(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    const text = String(value)
    return text.includes(".") ? text : `${text}.0`
  }
  const [digits = "", exponent] = value.toExponential().split("e")
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`
}

/** AWS: only `false` and null are not true; empty text, 0 and empty lists are (vtl-truth) */
export function isTrue(value: Value): boolean {
  return value !== false && value !== null
}

type NumberValue = number | bigint | Double

function isNumber(value: Value): value is NumberValue {
  return typeof value === "number" || typeof value === "bigint" || value instanceof Double
}

export function toNumber(value: NumberValue): number {
  return value instanceof Double ? value.value : Number(value)
}

/** Velocity 1.7: numbers by value, values of different types by their text (vtl-equality) */
export function isEqual(left: Value, right: Value): boolean {
  if (isNumber(left) && isNumber(right)) {
    return typeof left === "bigint" && typeof right === "bigint" ? left === right : toNumber(left) === toNumber(right)
  }
  if (left === null || right === null) return left === right
  return textOf(left) === textOf(right)
}

/** undefined for what has no order: Velocity 1.7 compares numbers only. */
export function compare(left: Value, right: Value): number | undefined {
  return isNumber(left) && isNumber(right) ? toNumber(left) - toNumber(right) : undefined
}

export type Arithmetic = "+" | "-" | "*" | "/" | "%"

/** null: there is no result, as for a division by zero. A sum with a text is a text. */
export function calculate(operator: Arithmetic, left: Value, right: Value): Value {
  if (isNumber(left) && isNumber(right)) {
    const isDouble = left instanceof Double || right instanceof Double
    return isDouble
      ? new Double(onNumbers(operator, toNumber(left), toNumber(right)))
      : onIntegers(operator, left, right)
  }
  const isText = typeof left === "string" || typeof right === "string"
  return operator === "+" && isText ? textOf(left) + textOf(right) : null
}

function onIntegers(operator: Arithmetic, left: NumberValue, right: NumberValue): Value {
  if ((operator === "/" || operator === "%") && toNumber(right) === 0) return null
  const result = onNumbers(operator, toNumber(left), toNumber(right))
  // AWS: the quotient of two integers is an integer (vtl-integer-division)
  return operator === "/" ? Math.trunc(result) : result
}

function onNumbers(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right
    case "-":
      return left - right
    case "*":
      return left * right
    case "/":
      return left / right
    case "%":
      return left % right
  }
}
