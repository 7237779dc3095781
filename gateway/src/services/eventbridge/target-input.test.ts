// What the target of a rule receives: the event, a constant, a part of the event, or a transformed text.
import { expect, test } from "vitest"
import type { RuleTarget } from "../../definition/events.ts"
import type { BusEvent } from "./event.ts"
import { targetInput, valueAt } from "./target-input.ts"

const event = {
  version: "0",
  id: "1",
  time: "2026-01-01T00:00:00Z",
  detail: { name: 'A "b" \\', n: 7, items: [{ sku: "x" }, { sku: "y" }, {}], "a b": 1, none: null },
} as unknown as BusEvent
const rule = { arn: "arn:rule", ruleName: "rule" }
const inputOf = (target: object) => targetInput(target as RuleTarget, event, rule)
const transformed = (template: string, inputPaths: Record<string, string> = {}) =>
  inputOf({ inputTransformer: { template, inputPaths } })

test("the input is the event, a constant, or the value of a path", () => {
  expect(JSON.parse(inputOf({}))).toEqual(event)
  expect(inputOf({ input: '{"a":1}' })).toBe('{"a":1}')
  expect(inputOf({ input: "" })).toBe("")
  expect(inputOf({ inputPath: "$.detail.n" })).toBe("7")
  expect(inputOf({ inputPath: "$.detail.missing" })).toBe("null")
})

test.each<[path: string, value: unknown]>([
  ["$", event],
  ["$.detail.n", 7],
  ["$.detail.items[1].sku", "y"],
  ["$.detail.items[*].sku", ["x", "y"]],
  ["$.detail.items[9].sku", undefined],
  ["$.detail['a b']", 1],
  ["$.detail.n.m", undefined],
  ["$.detail.n[0]", undefined],
  ["$.constructor", undefined],
])("the path %s has the value %j", (path, value) => {
  expect(valueAt(event, path)).toEqual(value)
})

test("a variable is a JSON value, and a part of a text within quotation marks", () => {
  const paths = { name: "$.detail.name", n: "$.detail.n", list: "$.detail.items" }
  expect(JSON.parse(transformed('{"a":<name>,"b":<n>,"c":<list>}', paths))).toEqual({
    a: 'A "b" \\',
    b: 7,
    c: [{ sku: "x" }, { sku: "y" }, {}],
  })
  expect(JSON.parse(transformed('"<name> has <n>"', paths))).toBe('A "b" \\ has 7')
  expect(JSON.parse(transformed('"it is <list>"', paths))).toBe('it is [{"sku":"x"},{"sku":"y"},{}]')
  // A quotation mark that is escaped does not end the text.
  expect(transformed('"\\"<n>\\"" <name>', { n: "$.detail.n", name: "$.id" })).toBe('"\\"7\\"" "1"')
})

test("a variable without a value is an empty text, or null", () => {
  expect(transformed('{"a":<missing>,"b":"<missing>"}', { missing: "$.detail.missing" })).toBe('{"a":null,"b":""}')
  expect(transformed("<unknown>")).toBe("null")
})

test("predefined variables are those of the rule and the event", () => {
  expect(transformed('"<aws.events.rule-arn> <aws.events.rule-name>"')).toBe('"arn:rule rule"')
  expect(transformed("<aws.events.event.ingestion-time>")).toBe('"2026-01-01T00:00:00Z"')
  expect(JSON.parse(transformed("<aws.events.event.json>"))).toEqual(event)
  const { detail: _, ...envelope } = event
  expect(JSON.parse(transformed("<aws.events.event>"))).toEqual(envelope)
})
