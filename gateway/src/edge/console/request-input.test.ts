// The fields of a request to the console's API, and the sentence for each one that is wrong.
import { expect, test } from "vitest"
import { inputOf } from "./request-input.ts"

const input = (fields: unknown) => inputOf(JSON.stringify(fields))

test("fields are read with their type", () => {
  const fields = { text: "a", empty: "", number: 0, list: ["a", 1], headers: { "X-A": "1", "x-b": 2 } }
  const { optional, text, number, list, headers } = input(fields)
  expect([text("text"), text("empty"), optional("text")]).toEqual(["a", "", "a"])
  expect([number("number"), list("list")]).toEqual([0, ["a", "1"]])
  expect({ ...headers() }).toEqual({ "X-A": "1", "x-b": "2" })
  expect(input(fields).fields).toEqual(fields)
})

test("optional fields may be absent, null or empty", () => {
  const { optional, list, headers, reason, closeCode } = input({ empty: "", nothing: null })
  expect(["absent", "empty", "nothing"].map(optional)).toEqual([undefined, undefined, undefined])
  expect([list("absent"), { ...headers() }, reason(), closeCode()]).toEqual([[], {}, "", 1000])
})

test("names of headers are not looked up in the prototype of objects", () => {
  expect("constructor" in input({ headers: { a: "1" } }).headers()).toBe(false)
})

test.each<[name: string, read: () => unknown, message: string]>([
  ["a body that is a list", () => input([]), "The body is not a JSON object."],
  ["a body that is not JSON", () => inputOf("{"), "JSON"],
  ["a missing text", () => input({}).text("name"), '"name" is missing.'],
  ["an optional text that is a number", () => input({ name: 5 }).optional("name"), '"name" is not a text.'],
  ["a number that is a text", () => input({ ms: "5" }).number("ms"), '"ms" is not a number.'],
  ["a list that is a text", () => input({ ids: "5" }).list("ids"), '"ids" is not a list.'],
  ["headers that are a list", () => input({ headers: ["a"] }).headers(), '"headers" is not an object.'],
  ["a reason that is a number", () => input({ reason: 5 }).reason(), '"reason" is not a text.'],
  ["a long reason", () => input({ reason: "é".repeat(62) }).reason(), "A close reason has at most 123 bytes."],
])("%s is rejected with a sentence", (_name, read, message) => {
  expect(read).toThrow(message)
})

test("a reason of 123 bytes is accepted", () => {
  expect(input({ reason: "x".repeat(123) }).reason()).toHaveLength(123)
})

test.each([1000, 1003, 1007, 1014, 3000, 4999])("the close code %i can be sent", (code) => {
  expect(input({ code }).closeCode()).toBe(code)
})

test.each([999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, "x"])("the close code %j is rejected", (code) => {
  expect(() => input({ code }).closeCode()).toThrow(
    `${code} is not a close code that can be sent. Use 1000 to 1014 or 3000 to 4999.`,
  )
})
