// The comparisons of Choice states, retries, and which errors they match.
import { describe, expect, test } from "vitest"
import { matchesRule } from "./choice-rules.ts"
import type { Environment } from "./evaluate.ts"
import { type Retrier, retryDelay } from "./retry.ts"
import { matchesError } from "./states-error.ts"

const input = {
  n: 5,
  five: 5,
  text: "log-2026.txt",
  other: "m",
  yes: true,
  nothing: null,
  at: "2026-01-01T00:00:00Z",
  sameAt: "2026-01-01T01:00:00+01:00",
  list: [],
}
const environment = (changes: Partial<Environment> = {}): Environment => ({
  language: "JSONPath",
  input,
  context: {},
  variables: new Map(),
  jsonata: undefined,
  ...changes,
})

test.each<[matches: boolean, Variable: string, operator: string, operand: unknown]>([
  [true, "$.n", "NumericEquals", 5],
  [false, "$.n", "NumericEquals", "5"],
  [false, "$.text", "NumericEquals", 5],
  [true, "$.n", "NumericLessThan", 6],
  [false, "$.n", "NumericLessThan", 5],
  [true, "$.n", "NumericLessThanEquals", 5],
  [false, "$.n", "NumericLessThanEquals", 4],
  [true, "$.n", "NumericGreaterThan", 4],
  [false, "$.n", "NumericGreaterThan", 5],
  [true, "$.n", "NumericGreaterThanEquals", 5],
  [false, "$.n", "NumericGreaterThanEquals", 6],
  [true, "$.n", "NumericEqualsPath", "$.five"],
  [false, "$.n", "NumericLessThanPath", "$.five"],
  [true, "$.other", "StringEquals", "m"],
  [false, "$.other", "StringEquals", "M"],
  [true, "$.other", "StringLessThan", "n"],
  [true, "$.other", "StringGreaterThanEquals", "m"],
  [false, "$.n", "StringEquals", "5"],
  [true, "$.text", "StringMatches", "log-*.txt"],
  [true, "$.text", "StringMatches", "*"],
  [false, "$.text", "StringMatches", "log-*.tx"],
  [false, "$.text", "StringMatches", "og-*.txt"],
  [false, "$.text", "StringMatches", "log-2026?txt"],
  [false, "$.text", "StringMatches", "log-\\*.txt"],
  [false, "$.n", "StringMatches", "*"],
  [true, "$.yes", "BooleanEquals", true],
  [false, "$.yes", "BooleanEquals", false],
  [false, "$.n", "BooleanEquals", 5],
  [true, "$.at", "TimestampEquals", "2026-01-01T00:00:00.000Z"],
  [true, "$.at", "TimestampEqualsPath", "$.sameAt"],
  [true, "$.at", "TimestampLessThan", "2026-01-01T00:00:01Z"],
  [false, "$.at", "TimestampGreaterThan", "2026-01-01"],
  [false, "$.other", "TimestampEquals", "m"],
  [true, "$.nothing", "IsNull", true],
  [false, "$.n", "IsNull", true],
  [true, "$.n", "IsNumeric", true],
  [true, "$.text", "IsNumeric", false],
  [true, "$.text", "IsString", true],
  [true, "$.yes", "IsBoolean", true],
  [true, "$.at", "IsTimestamp", true],
  [false, "$.text", "IsTimestamp", true],
  [true, "$.n", "IsPresent", true],
  [true, "$.missing", "IsPresent", false],
  [false, "$.missing", "IsPresent", true],
  [true, "$.nothing", "IsPresent", true],
])("%s: %s %s %j", async (matches, Variable, operator, operand) => {
  expect(await matchesRule({ Variable, [operator]: operand, Next: "x" }, environment())).toBe(matches)
})

const is = (n: number) => ({ Variable: "$.n", NumericEquals: n })

test.each<[matches: boolean, rule: Record<string, unknown>]>([
  [true, { And: [is(5), { Variable: "$.yes", BooleanEquals: true }] }],
  [false, { And: [is(5), is(6)] }],
  [true, { Or: [is(6), is(5)] }],
  [false, { Or: [is(6), is(7)] }],
  [true, { Not: is(6) }],
  [false, { Not: is(5) }],
  [true, { And: [{ Not: { Or: [is(1), is(2)] } }, is(5)], Next: "x" }],
])("%s: %j", async (matches, rule) => {
  expect(await matchesRule(rule, environment())).toBe(matches)
})

test("a rule that is not one, and a value that is missing, are errors of the execution", async () => {
  const errorOf = (rule: Record<string, unknown>) =>
    matchesRule(rule, environment()).catch(({ error }: { error: string }) => error)
  expect(await errorOf({ Variable: "$.n", Next: "x", Comment: "c" })).toBe("States.Runtime")
  expect(await errorOf({ Variable: "$.n", NumericAbove: 1 })).toBe("States.Runtime")
  expect(await errorOf({ Variable: "$.missing", NumericEquals: 1 })).toBe("States.ParameterPathFailure")
})

test("a condition of JSONata is true or false, and nothing else", async () => {
  const rule = (result: unknown) =>
    matchesRule({ Condition: "{% x %}" }, environment({ language: "JSONata", jsonata: async () => result }))
  expect([await rule(true), await rule(false)]).toEqual([true, false])
  await expect(rule("true")).rejects.toMatchObject({ error: "States.QueryEvaluationError" })
})

describe("a retrier", () => {
  const delays = (retriers: Retrier[] | undefined, ...errors: string[]) => {
    const attempts = new Map<number, number>()
    return errors.map((error) => retryDelay(retriers, error, attempts))
  }
  const four = ["A", "A", "A", "A"]

  test("waits 1, 2 and 4 seconds by default, three times", () => {
    expect(delays([{ ErrorEquals: ["A"] }], ...four)).toEqual([1000, 2000, 4000, undefined])
  })

  test("has its own interval, rate, longest delay and number of attempts", () => {
    const retrier = { ErrorEquals: ["A"], IntervalSeconds: 3, BackoffRate: 1.5, MaxDelaySeconds: 5, MaxAttempts: 4 }
    expect(delays([retrier], ...four, "A")).toEqual([3000, 4500, 5000, 5000, undefined])
    expect(delays([{ ErrorEquals: ["A"], MaxAttempts: 0 }], "A")).toEqual([undefined])
  })

  test("is the first that matches, and each counts its own attempts", () => {
    const retriers = [
      { ErrorEquals: ["A"], MaxAttempts: 1, IntervalSeconds: 7 },
      { ErrorEquals: ["States.ALL"], MaxAttempts: 1 },
    ]
    expect(delays(retriers, "A", "B", "A", "B")).toEqual([7000, 1000, undefined, undefined])
    expect(delays([], "A")).toEqual([undefined])
    expect(delays(undefined, "A")).toEqual([undefined])
  })

  test("waits a random part of the delay with jitter", () => {
    const retrier = {
      ErrorEquals: ["A"],
      JitterStrategy: "FULL",
      IntervalSeconds: 1000,
      MaxAttempts: 50,
      BackoffRate: 1,
    }
    const found = delays([retrier], ...Array<string>(50).fill("A")).map(Number)
    expect(Math.max(...found)).toBeLessThan(1_000_000)
    expect(new Set(found).size).toBeGreaterThan(40)
  })
})

test.each<[matches: boolean, names: string[], error: string]>([
  [true, ["A", "B"], "B"],
  [false, ["A"], "B"],
  [true, ["States.ALL"], "B"],
  [true, ["States.ALL"], "States.Timeout"],
  [false, ["States.ALL"], "States.Runtime"],
  [false, ["States.ALL"], "States.DataLimitExceeded"],
  [true, ["States.Runtime"], "States.Runtime"],
  [true, ["States.TaskFailed"], "B"],
  [false, ["States.TaskFailed"], "States.Timeout"],
  [false, ["States.TaskFailed"], "States.Runtime"],
])("%s: %j matches %s", (matches, names, error) => {
  expect(matchesError(names, error)).toBe(matches)
})
