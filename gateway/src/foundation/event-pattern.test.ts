// Event patterns of EventBridge, filter policies of SNS and filter criteria of event source mappings.
import { describe, expect, test } from "vitest"
import { compileEventPattern } from "./event-pattern.ts"

const event = {
  source: "orders",
  empty: "",
  none: null,
  detail: {
    state: "Paid",
    total: 120.5,
    tags: ["new", "gift"],
    ip: "10.0.1.7",
    items: [
      { sku: "a", count: 1 },
      { sku: "b", count: 2 },
    ],
    nothing: [],
  },
}

test.each<[matches: boolean, pattern: object]>([
  [true, { source: ["orders"] }],
  [true, { source: ["invoices", "orders"] }],
  [false, { source: ["Orders"] }],
  [true, { source: ["orders"], detail: { state: ["Paid"] } }],
  [false, { source: ["orders"], detail: { state: ["Open"] } }],
  [false, { detail: { missing: ["a"] } }],
  [true, { empty: [""] }],
  [true, { none: [null] }],
  [false, { missing: [null] }],
  [true, { detail: { total: [120.5] } }],
  [false, { detail: { total: ["120.5"] } }],
  [true, { detail: { tags: ["gift"] } }],
  [false, { detail: { tags: ["old"] } }],
  [true, { detail: { items: { sku: ["b"], count: [2] } } }],
  [false, { detail: { items: { sku: ["b"], count: [1] } } }],
  [true, { source: [{ prefix: "ord" }] }],
  [false, { source: [{ prefix: "Ord" }] }],
  [true, { source: [{ prefix: { "equals-ignore-case": "ORD" } }] }],
  [true, { source: [{ suffix: "ers" }] }],
  [true, { source: [{ suffix: { "equals-ignore-case": "ERS" } }] }],
  [false, { source: [{ suffix: "er" }] }],
  [true, { source: [{ "equals-ignore-case": "ORDERS" }] }],
  [true, { source: [{ wildcard: "o*e*s" }] }],
  [true, { source: [{ wildcard: "*" }] }],
  [false, { source: [{ wildcard: "o*x*s" }] }],
  [false, { source: [{ wildcard: "orders\\*" }] }],
  [true, { source: [{ "anything-but": "invoices" }] }],
  [false, { source: [{ "anything-but": ["invoices", "orders"] }] }],
  [false, { missing: [{ "anything-but": "a" }] }],
  [false, { source: [{ "anything-but": { prefix: "ord" } }] }],
  [false, { source: [{ "anything-but": { prefix: ["x", "ord"] } }] }],
  [true, { source: [{ "anything-but": { suffix: "x" } }] }],
  [false, { source: [{ "anything-but": { "equals-ignore-case": ["ORDERS"] } }] }],
  [false, { source: [{ "anything-but": { wildcard: "*d*" } }] }],
  [true, { detail: { total: [{ "anything-but": [1, 2] }] } }],
  [true, { detail: { total: [{ numeric: [">", 100, "<=", 120.5] }] } }],
  [false, { detail: { total: [{ numeric: [">", 100, "<", 120.5] }] } }],
  [true, { detail: { total: [{ numeric: ["=", 1.205e2] }] } }],
  [false, { detail: { state: [{ numeric: [">", 0] }] } }],
  [true, { detail: { ip: [{ cidr: "10.0.0.0/16" }] } }],
  [false, { detail: { ip: [{ cidr: "10.0.0.0/24" }] } }],
  [true, { detail: { state: [{ exists: true }] } }],
  [false, { detail: { missing: [{ exists: true }] } }],
  [true, { detail: { missing: [{ exists: false }] } }],
  [false, { detail: { state: [{ exists: false }] } }],
  [true, { detail: { items: [{ exists: false }] } }],
  [true, { none: [{ exists: true }] }],
  [true, { $or: [{ source: ["x"] }, { detail: { total: [{ numeric: [">", 100] }] } }] }],
  [false, { $or: [{ source: ["x"] }, { source: ["y"] }] }],
  [false, { source: ["x"], $or: [{ source: ["orders"] }, { source: ["y"] }] }],
  [false, { __proto__x: ["a"], constructor: [{ exists: true }] }],
])("%s: %j", (matches, pattern) => {
  expect(compileEventPattern(pattern)(event)).toBe(matches)
})

describe("a pattern that is not valid names the field and what is wrong:", () => {
  test.each<[pattern: unknown, message: string]>([
    ["a", "it is not an object with fields"],
    [{}, "it is not an object with fields"],
    [{ source: "orders" }, '"source" must be an object or an array that is not empty'],
    [{ detail: { state: [] } }, '"detail.state" must be an object or an array that is not empty'],
    [{ source: [{ like: "o" }] }, '"source" has the unknown operator "like"'],
    [{ source: [{ prefix: 1 }] }, '"prefix" of "source" must be a text'],
    [{ source: [{ prefix: "a", suffix: "b" }] }, '"source" has a rule with more than one operator'],
    [{ n: [{ numeric: [">"] }] }, '"numeric" of "n" must be a list of operators, each with a number'],
    [{ n: [{ numeric: ["~", 1] }] }, '"numeric" of "n" is not valid'],
    [{ n: [{ cidr: "10.0.0.0/99" }] }, '"cidr" of "n" must be a range such as 10.0.0.0/24'],
    [{ n: [{ "anything-but": [] }] }, '"anything-but" of "n" must have a value'],
    [{ $or: ["a"] }, "$or must be a list of objects"],
  ])("%j", (pattern, message) => {
    expect(() => compileEventPattern(pattern)).toThrow(message)
  })
})

test("a wildcard with many stars does not take more than linear time", () => {
  const pattern = compileEventPattern({ a: [{ wildcard: `${"*a".repeat(1000)}b` }] })
  expect(pattern({ a: "a".repeat(200_000) })).toBe(false)
})
