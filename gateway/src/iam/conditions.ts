// Evaluates the condition block of a policy statement.
// AWS: operators and keys with several values behave as documented (permissions-conditions)
import { equalsPattern, matchesGlob, substitute } from "./glob.ts"
import { isInRange } from "./ip-range.ts"

export type Context = Readonly<Record<string, string | readonly string[] | undefined>>
export type ConditionBlock = Record<string, Record<string, string | string[] | boolean | number>>

type Variable = ((name: string) => string | undefined) | undefined
type Compare = (value: string, pattern: string, variable: Variable) => boolean

const equals: Compare = (value, pattern, variable) => equalsPattern(pattern, value, variable)
const equalsIgnoringCase: Compare = (value, pattern, variable) =>
  substitute(pattern, variable)?.toLowerCase() === value.toLowerCase()
const like: Compare = (value, pattern, variable) => matchesGlob(pattern, value, variable)

/** AWS: each of the six parts of an ARN is compared separately; ArnEquals is ArnLike (permissions-condition-arn) */
const arnLike: Compare = (value, pattern, variable) => {
  const [parts, patterns] = [arnParts(value), arnParts(pattern)]
  return (
    parts.length === 6 && patterns.length === 6 && patterns.every((part, at) => like(parts[at] ?? "", part, variable))
  )
}

const numbers =
  (compare: (a: number, b: number) => boolean): Compare =>
  (value, pattern) =>
    compare(Number(value), Number(pattern))

const dates =
  (compare: (a: number, b: number) => boolean): Compare =>
  (value, pattern) =>
    compare(epochMs(value), epochMs(pattern))

const operators: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ["StringEquals", equals],
  ["StringEqualsIgnoreCase", equalsIgnoringCase],
  ["StringLike", like],
  ["ArnEquals", arnLike],
  ["ArnLike", arnLike],
  ["Bool", (value, pattern) => value.toLowerCase() === pattern.toLowerCase()],
  ["BinaryEquals", (value, pattern) => value === pattern],
  ["IpAddress", (value, pattern) => isInRange(value, pattern)],
  ["NumericEquals", numbers((a, b) => a === b)],
  ["NumericLessThan", numbers((a, b) => a < b)],
  ["NumericLessThanEquals", numbers((a, b) => a <= b)],
  ["NumericGreaterThan", numbers((a, b) => a > b)],
  ["NumericGreaterThanEquals", numbers((a, b) => a >= b)],
  ["DateEquals", dates((a, b) => a === b)],
  ["DateLessThan", dates((a, b) => a < b)],
  ["DateLessThanEquals", dates((a, b) => a <= b)],
  ["DateGreaterThan", dates((a, b) => a > b)],
  ["DateGreaterThanEquals", dates((a, b) => a >= b)],
])

const negated: ReadonlyMap<string, string> = new Map([
  ["StringNotEquals", "StringEquals"],
  ["StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"],
  ["StringNotLike", "StringLike"],
  ["ArnNotEquals", "ArnEquals"],
  ["ArnNotLike", "ArnLike"],
  ["NotIpAddress", "IpAddress"],
  ["NumericNotEquals", "NumericEquals"],
  ["DateNotEquals", "DateEquals"],
])

/** Whether every condition of a block holds. `unknown`: a condition uses an operator that is not supported here. */
export function evaluateConditions(
  block: ConditionBlock,
  context: Context,
  variable: Variable,
): { outcome: "met" | "unmet" } | { outcome: "unknown"; operator: string } {
  let met = true
  for (const [operator, keys] of Object.entries(block)) {
    const evaluate = evaluatorOf(operator)
    if (!evaluate) return { outcome: "unknown", operator }
    for (const [key, expected] of Object.entries(keys)) {
      met &&= evaluate(valuesOf(context, key), [expected].flat().map(String), variable)
    }
  }
  return { outcome: met ? "met" : "unmet" }
}

type Evaluate = (actual: readonly string[] | undefined, expected: string[], variable: Variable) => boolean

function evaluatorOf(operator: string): Evaluate | undefined {
  if (operator === "Null")
    return (actual, [isAbsent]) => (actual === undefined) === (isAbsent?.toLowerCase() === "true")
  const [, set, name = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  const compare = operators.get(negated.get(name) ?? name)
  if (!compare) return undefined
  const isNegated = negated.has(name)
  return (actual, expected, variable) => {
    const holds = (value: string) => expected.some((pattern) => compare(value, pattern, variable)) !== isNegated
    // AWS: an absent key satisfies ForAllValues, negated operators and …IfExists only (permissions-conditions)
    if (actual === undefined)
      return set === "ForAllValues" || ifExists !== undefined || (isNegated && set === undefined)
    if (set === "ForAllValues" || (set === undefined && isNegated)) return actual.every(holds)
    return actual.some(holds)
  }
}

/** AWS: names of keys are not case-sensitive (permissions-names-case) */
function valuesOf(context: Context, key: string): readonly string[] | undefined {
  const name = Object.keys(context).find((one) => one.toLowerCase() === key.toLowerCase())
  const value = name === undefined ? undefined : context[name]
  return typeof value === "string" ? [value] : value
}

function arnParts(arn: string): string[] {
  const parts = arn.split(":")
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")]
}

/** AWS: a date is ISO 8601 or seconds since the epoch (permissions-condition-date) */
function epochMs(text: string): number {
  // biome-ignore lint/style/noRestrictedGlobals: parses a given time; the current time comes from the clock.
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)
}
