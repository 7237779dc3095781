import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { readSelectionExpression, selectRoute } from "./select-route.ts"

/** Evaluates an expression for a message that is given as a value. */
const select = (expression: string, body: unknown) => readSelectionExpression(expression)(JSON.stringify(body))

describe("expressions, as documented", () => {
  const body = { service: "chat", action: "join", data: { room: "room1234" } }
  test.each([
    ["$request.body.action", "join"],
    ["${request.body.action}", "join"],
    ["${request.body.service}/${request.body.action}", "chat/join"],
    ["${request.body.action}-${request.body.invalidPath}", "join-"],
    ["action", "action"],
    ["\\$default", "$default"],
    ["$request.body.data.room", "room1234"],
    ["$request.body.data['room']", "room1234"],
    ["$request.body.nothing.there", ""],
  ])("%s selects %s", (expression, routeKey) => {
    expect(select(expression, body)).toBe(routeKey)
  })
})

describe("values become text", () => {
  test.each([
    ["a string", "join", "join"],
    ["a number", 42, "42"],
    ["a boolean", true, "true"],
    ["null", null, "null"],
    ["a list", ["item1", "item2"], "[item1, item2]"],
    ["a nested list", [1, ["a"]], "[1, [a]]"],
    ["an empty list", [], "[]"],
  ])("%s", (_, action, text) => {
    expect(select("$request.body.action", { action })).toBe(text)
  })
})

test("keys with hyphens, dots in brackets, and list indices are found", () => {
  expect(select("$request.body.detail-type", { "detail-type": "Order" })).toBe("Order")
  expect(select("$request.body['a.b']", { "a.b": 1 })).not.toBe(undefined)
  expect(select("$request.body.list[1]", { list: ["a", "b"] })).toBe("b")
})

test("of duplicate keys the last counts; only the message's own keys are found", () => {
  const selection = readSelectionExpression("$request.body.action")
  expect(selection('{"action":"one","action":"two"}')).toBe("two")
  expect(readSelectionExpression("$request.body.__proto__")("{}")).toBe("")
  expect(readSelectionExpression("$request.body.constructor")("{}")).toBe("")
  expect(readSelectionExpression("$request.body.toString.name")("{}")).toBe("")
  expect(readSelectionExpression("$request.body.__proto__")('{"__proto__":"own"}')).toBe("own")
})

describe("which route a message takes", () => {
  const selection = readSelectionExpression("$request.body.action")
  const all = new Map([
    ["$connect", "connect"],
    ["$disconnect", "disconnect"],
    ["$default", "default"],
    ["progress", "progress"],
  ])
  const take = (message: string, routes = all) => selectRoute(selection, routes, message)

  test("an exact match, and nothing near it", () => {
    expect(take('{"action":"progress"}')).toBe("progress")
    expect(take('{"action":"Progress"}')).toBe("default")
    expect(take('{"action":"progress "}')).toBe("default")
  })

  test("$default takes what matches nothing, what has no action, and what is no JSON", () => {
    for (const message of ['{"action":"other"}', "{}", "hello", "", '"progress"', "null", "[]", '{"action":{}}']) {
      expect(take(message)).toBe("default")
    }
  })

  test("$connect and $disconnect cannot be asked for", () => {
    expect(take('{"action":"$connect"}')).toBe("default")
    expect(take('{"action":"$disconnect"}')).toBe("default")
    expect(take('{"action":"$default"}')).toBe("default")
  })

  test("without $default there is no route for the rest", () => {
    const routes = new Map([["progress", "progress"]])
    expect(take('{"action":"other"}', routes)).toBe(undefined)
    expect(take("hello", routes)).toBe(undefined)
    expect(take('{"action":"progress"}', routes)).toBe("progress")
  })

  test("no message whatever makes it throw, and only JSON asks for more than $default", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
        expect([...all.values()]).toContain(take(message))
      }),
    )
  })

  test("a string key always selects itself", () => {
    fc.assert(
      fc.property(fc.string(), (action) => {
        fc.pre(!action.startsWith("$"))
        expect(take(JSON.stringify({ action }), new Map([[action, "found"]]))).toBe("found")
      }),
    )
  })
})
