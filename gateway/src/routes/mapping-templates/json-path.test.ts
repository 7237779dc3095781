// JSONPath expressions: what each form selects, in objects and lists, and which expressions are invalid.
import { expect, test } from "vitest"
import { evaluateJsonPath, parseJsonPath } from "./json-path.ts"
import { Double, type Value } from "./value.ts"

const shop = {
  books: [
    { title: "a", price: 8, tags: ["x", "y"] },
    { title: "b", price: 12.5, sold: true },
    { title: "c", price: 12, sold: false, "in stock": null },
  ],
  "a.b": { "c'd": 1, 'e"f': 2, "g]h": 3 },
  empty: "",
}

function toValue(json: unknown): Value {
  if (Array.isArray(json)) return json.map(toValue)
  if (typeof json === "number" && !Number.isInteger(json)) return new Double(json)
  if (typeof json !== "object" || json === null) return json as Value
  return new Map(Object.entries(json).map(([key, value]) => [key, toValue(value)]))
}

function jsonOf(value: Value | undefined): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, jsonOf(one)]))
  if (value instanceof Double) return value.value
  return Array.isArray(value) ? value.map(jsonOf) : value
}

const evaluate = (expression: string, root: unknown = shop) =>
  jsonOf(evaluateJsonPath(parseJsonPath(expression), toValue(root)))

test.each<[string, unknown]>([
  ["$.empty", ""],
  ["empty", ""],
  ["@.empty", ""],
  [" $.books[0].title ", "a"],
  ["books[1].price", 12.5],
  ["$.books[-1].title", "c"],
  ["$['books'][0]['title']", "a"],
  ['$["books"][0]["title"]', "a"],
  ["$['a.b']['e\"f']", 2],
  ["$['a.b'][\"c'd\"]", 1],
  ["$['a.b']['g]h']", 3],
  ["$.books[2]['in stock']", null],
  ["$.missing", undefined],
  ["$.books.title", undefined],
  ["$.books[9]", undefined],
  ["$.empty[0]", undefined],
])("%s selects one value: %j", (expression, expected) => {
  expect(evaluate(expression)).toEqual(expected)
})

test("the root is the whole value", () => {
  expect(evaluate("$", [1])).toEqual([1])
  expect(evaluate("", { a: 1 })).toEqual({ a: 1 })
})

test.each<[string, unknown[]]>([
  ["$.books[*].title", ["a", "b", "c"]],
  ["$.books.*.title", ["a", "b", "c"]],
  ["$.books[0,2].title", ["a", "c"]],
  ["$.books[0 , -1].title", ["a", "c"]],
  ["$.books[0]['title','price']", ["a", 8]],
  ["$.books[0]['title', \"missing\", 'price']", ["a", 8]],
  ["$.books[1:].title", ["b", "c"]],
  ["$.books[:1].title", ["a"]],
  ["$.books[-2:-1].title", ["b"]],
  ["$.books[ : ].title", ["a", "b", "c"]],
  ["$.empty[1:]", []],
  ["$..title", ["a", "b", "c"]],
  ["$..tags[0]", ["x"]],
  ["$..[0].title", ["a"]],
  ["$..*", expect.arrayContaining(["x", "a", true]) as unknown as unknown[]],
  ["$.books[?(@.sold)].title", ["b"]],
  ["$.books[?(@.price == 8)].title", ["a"]],
  ["$.books[?(@.price == 12.5)].title", ["b"]],
  ["$.books[?(@.price != 8)].title", ["b", "c"]],
  ["$.books[?(@.sold != true)].title", ["a", "c"]],
  ["$.books[?(@.price < 12)].title", ["a"]],
  ["$.books[?(@.price <= 12)].title", ["a", "c"]],
  ["$.books[?(@.price > 12)].title", ["b"]],
  ["$.books[?(@.price >= 12)].title", ["b", "c"]],
  ["$.books[?(@.title == 'b')].price", [12.5]],
  ['$.books[?( @.title == "c" )].price', [12]],
  ["$.books[?(@.sold == false)].title", ["c"]],
  ["$.books[?(@['in stock'] == null)].title", ["c"]],
  ["$.books[?(@.title < 1)].title", []],
  ["$.books[?(@.tags[0] == 'x')].title", ["a"]],
])("%s selects a list: %j", (expression, expected) => {
  expect(evaluate(expression)).toEqual(expected)
})

test.each([
  "$.",
  "$.a[",
  "$.a['b",
  "$a",
  "$.a b",
  "$[]",
  "$[a]",
  "$['a', b]",
  "$..",
  "$.a..b..",
  "$[?(@.a = 1)]",
  "$[?(a == 1)]",
])("%s is invalid", (expression) => {
  expect(() => parseJsonPath(expression)).toThrow(expect.objectContaining({ name: "JsonPathError" }))
})

test("an invalid expression is named in the message", () => {
  expect(() => parseJsonPath("$.a[")).toThrow("Invalid JSONPath: $.a[")
  expect(() => parseJsonPath("$[?(@.a == b)]")).toThrow("The filter of $[?(@.a == b)] is not supported.")
})

test("a path matches at most 100,000 values", () => {
  const list = Array.from({ length: 400 }, () => Array.from({ length: 250 }, () => 0))
  expect(evaluate("$[*][*]", list)).toHaveLength(100_000)
  expect(() => evaluate("$[*][*]", [...list, [0]])).toThrow("A path matches more than 100000 values.")
})
