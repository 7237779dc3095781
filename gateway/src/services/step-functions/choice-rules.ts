// Evaluates the rules of a Choice state.
import { dateOf } from "../../foundation/clock.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { wildcardMatch } from "../../foundation/pattern-matcher.ts"
import { type Environment, evaluatePath, evaluateTemplate, findPath } from "./evaluate.ts"
import { StatesError } from "./states-error.ts"

export type ChoiceRule = Record<string, unknown>

/** AWS: the comparisons of the States Language (sfn-choice) @throws StatesError */
export async function matchesRule(rule: ChoiceRule, environment: Environment): Promise<boolean> {
  if (environment.language === "JSONata") {
    const condition = await evaluateTemplate(rule.Condition, environment)
    if (typeof condition === "boolean") return condition
    throw new StatesError("States.QueryEvaluationError", "The Condition of a choice must be true or false")
  }
  return matchesComparison(rule, environment)
}

function matchesComparison(rule: ChoiceRule, environment: Environment): boolean {
  const nested = (value: unknown) => (Array.isArray(value) ? value : [value]).filter(isRecord)
  if (rule.And) return nested(rule.And).every((one) => matchesComparison(one, environment))
  if (rule.Or) return nested(rule.Or).some((one) => matchesComparison(one, environment))
  if (isRecord(rule.Not)) return !matchesComparison(rule.Not, environment)
  const [operator] = Object.keys(rule).filter((name) => !["Variable", "Next", "Comment", "Assign"].includes(name))
  if (operator === undefined) throw new StatesError("States.Runtime", "A choice has no comparison")
  const operand = rule[operator]
  if (operator === "IsPresent") return (findPath(String(rule.Variable), environment) !== undefined) === operand
  const value = evaluatePath(String(rule.Variable), environment)
  const kind = kinds.get(operator)
  if (kind) return kind(value) === operand
  const expected = operator.endsWith("Path") ? evaluatePath(String(operand), environment) : operand
  return compare(operator.replace(/Path$/, ""), value, expected)
}

const kinds: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["IsNull", (value: unknown) => value === null],
  ["IsNumeric", (value: unknown) => typeof value === "number"],
  ["IsString", (value: unknown) => typeof value === "string"],
  ["IsBoolean", (value: unknown) => typeof value === "boolean"],
  ["IsTimestamp", isTimestamp],
])

function compare(operator: string, value: unknown, expected: unknown): boolean {
  if (operator === "StringMatches") {
    return typeof value === "string" && typeof expected === "string" && wildcardMatch(expected)(value)
  }
  if (operator === "BooleanEquals") return typeof value === "boolean" && value === expected
  const [, type, relation] =
    /^(String|Numeric|Timestamp)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)$/.exec(operator) ?? []
  if (type === undefined) throw new StatesError("States.Runtime", `${operator} is not a comparison`)
  const [left, right] = [value, expected].map((one) => comparable(type, one))
  if (left === undefined || right === undefined) return false
  if (relation === "Equals") return left === right
  if (relation === "LessThan") return left < right
  if (relation === "GreaterThan") return left > right
  return relation === "LessThanEquals" ? left <= right : left >= right
}

function comparable(type: string, value: unknown): string | number | undefined {
  if (type === "Numeric") return typeof value === "number" ? value : undefined
  if (typeof value !== "string") return undefined
  if (type === "String") return value
  return isTimestamp(value) ? dateOf(value).getTime() : undefined
}

function isTimestamp(value: unknown): boolean {
  return (
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(dateOf(value).getTime())
  )
}
