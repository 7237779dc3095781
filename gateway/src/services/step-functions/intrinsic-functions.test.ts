// The results of the intrinsic functions, and what each rejects.
import { expect, test } from "vitest"
import { evaluateIntrinsic } from "./intrinsic-functions.ts"

const values = new Map<string, unknown>([
  ["$.name", "Ann"],
  ["$.list", [1, 2, 2, { a: 1 }, { a: 1 }]],
  ["$.object", { a: 1, b: 2 }],
  ["$.more", { b: 3 }],
  ["$['a b']", "quoted"],
])
const evaluate = (expression: string) => evaluateIntrinsic(expression, (path) => values.get(path))

test.each<[expression: string, result: unknown]>([
  ["States.Format('Hello {}, {} {}', $.name, 7, null)", "Hello Ann, 7 null"],
  ["States.Format('It\\'s {}', States.Format('{}!', $.name))", "It's Ann!"],
  ["States.StringToJson('{\"a\":[1]}')", { a: [1] }],
  ["States.JsonToString($.object)", '{"a":1,"b":2}'],
  ["States.Array(1, 'a', true, $.name)", [1, "a", true, "Ann"]],
  ["States.Array()", []],
  ["States.ArrayPartition($.list, 2)", [[1, 2], [2, { a: 1 }], [{ a: 1 }]]],
  ["States.ArrayContains($.list, 2)", true],
  ["States.ArrayContains($.list, $.object)", false],
  ["States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]],
  ["States.ArrayRange(3, 1, -1)", [3, 2, 1]],
  ["States.ArrayGetItem($.list, 1)", 2],
  ["States.ArrayLength($.list)", 5],
  ["States.ArrayUnique($.list)", [1, 2, { a: 1 }]],
  ["States.Base64Encode('a€')", "YeKCrA=="],
  ["States.Base64Decode('YeKCrA==')", "a€"],
  ["States.Hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"],
  ["States.Hash('a', 'SHA-1')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"],
  ["States.JsonMerge($.object, $.more, false)", { a: 1, b: 3 }],
  ["States.MathAdd(1, -2)", -1],
  ["States.MathAdd(1.5, 0)", 2],
  ["States.StringSplit('1,2;3,,', ',;')", ["1", "2", "3"]],
  [" States.Format( $['a b'] ) ", "quoted"],
])("%s", (expression, result) => {
  expect(evaluate(expression)).toEqual(result)
})

test.each([
  ["SHA-256", 64],
  ["SHA-384", 96],
  ["SHA-512", 128],
])("a hash of %s has %d digits", (algorithm, digits) => {
  expect(evaluate(`States.Hash('a', '${algorithm}')`)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`))
})

test("a random number is at least the first and less than the last, and an id is a UUID", () => {
  const found = Array.from({ length: 200 }, () => evaluate("States.MathRandom(3, 6)"))
  expect(new Set(found)).toEqual(new Set([3, 4, 5]))
  expect(evaluate("States.UUID()")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

test("removing duplicates takes time that grows linearly with the array", () => {
  const timeOf = (count: number) => {
    const list = Array.from({ length: count }, (_, index) => ({ index }))
    const startedAt = performance.now()
    expect(evaluateIntrinsic("States.ArrayUnique($.list)", () => list)).toHaveLength(count)
    return performance.now() - startedAt
  }
  const small = timeOf(500)
  // Twenty times as many. Quadratic time would be 400 times as long.
  expect(timeOf(10_000)).toBeLessThan(Math.max(small, 5) * 80)
})

test("a range has at most 1,000 items", () => {
  expect(evaluate("States.ArrayRange(1, 1000, 1)")).toHaveLength(1000)
  expect(() => evaluate("States.ArrayRange(1, 1001, 1)")).toThrow("at most 1000 items")
  expect(() => evaluate("States.ArrayRange(1, 2, 0)")).toThrow("at most 1000 items")
})

test.each([
  ["States.Nothing()", "States.Nothing is not a function"],
  ["Format('a')", "It is not a function"],
  ["States.Format('a') b", "There is text after the function"],
  ["States.Array(1 2)", "is not a function"],
  ["States.Array(1, $.name 2)", "A comma is missing"],
  ["States.Format(1)", "1 is not a text"],
  ["States.ArrayLength('a')", '"a" is not an array'],
  ["States.MathAdd('a', 1)", '"a" is not a number'],
  ["States.ArrayPartition($.list, 0)", "The size must be positive"],
  ["States.ArrayGetItem($.list, 9)", "The index is not in the array"],
  ["States.Hash('a', 'CRC')", "CRC is not an algorithm"],
  ["States.JsonMerge($.object, $.more, true)", "Deep merging is not supported"],
  ["States.JsonMerge($.object, $.list, false)", "Both arguments must be objects"],
  ["States.StringToJson('{')", "JSON"],
])("%s fails: %s", (expression, message) => {
  expect(() => evaluate(expression)).toThrow(
    expect.objectContaining({ error: "States.IntrinsicFailure", cause: expect.stringContaining(message) }),
  )
})
