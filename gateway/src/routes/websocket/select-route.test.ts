import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { readRouteSelection, selectRoute } from "./select-route.ts"

/** Evaluates an expression for the JSON text of a value. */
const select = (expression: string, body: unknown) => readRouteSelection(expression)(JSON.stringify(body))

describe("a documented expression", () => {
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

describe("a value becomes text", () => {
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

test("keys with hyphens, quoted keys in brackets and list indices are supported", () => {
  expect(select("$request.body.detail-type", { "detail-type": "Order" })).toBe("Order")
  expect(select("$request.body['a.b']", { "a.b": 1 })).not.toBe(undefined)
  expect(select("$request.body.list[1]", { list: ["a", "b"] })).toBe("b")
})

test("the last of duplicate keys counts, and only the message's own keys are found", () => {
  const selection = readRouteSelection("$request.body.action")
  expect(selection('{"action":"one","action":"two"}')).toBe("two")
  expect(readRouteSelection("$request.body.__proto__")("{}")).toBe("")
  expect(readRouteSelection("$request.body.constructor")("{}")).toBe("")
  expect(readRouteSelection("$request.body.toString.name")("{}")).toBe("")
  expect(readRouteSelection("$request.body.__proto__")('{"__proto__":"own"}')).toBe("own")
})

describe("selectRoute", () => {
  const selection = readRouteSelection("$request.body.action")
  const all = new Map([
    ["$connect", "connect"],
    ["$disconnect", "disconnect"],
    ["$default", "default"],
    ["progress", "progress"],
  ])
  const take = (message: string, routes = all) => selectRoute(selection, routes, message)

  test("selects only an exact match", () => {
    expect(take('{"action":"progress"}')).toBe("progress")
    expect(take('{"action":"Progress"}')).toBe("default")
    expect(take('{"action":"progress "}')).toBe("default")
  })

  test("selects $default for an unknown action, no action, and text that is not JSON", () => {
    for (const message of ['{"action":"other"}', "{}", "hello", "", '"progress"', "null", "[]", '{"action":{}}']) {
      expect(take(message)).toBe("default")
    }
  })

  test("does not select $connect and $disconnect", () => {
    expect(take('{"action":"$connect"}')).toBe("default")
    expect(take('{"action":"$disconnect"}')).toBe("default")
    expect(take('{"action":"$default"}')).toBe("default")
  })

  test("returns undefined for other messages when there is no $default", () => {
    const routes = new Map([["progress", "progress"]])
    expect(take('{"action":"other"}', routes)).toBe(undefined)
    expect(take("hello", routes)).toBe(undefined)
    expect(take('{"action":"progress"}', routes)).toBe("progress")
  })

  test("returns a route for every message", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
        expect([...all.values()]).toContain(take(message))
      }),
    )
  })

  test("selects the route of every string action", () => {
    fc.assert(
      fc.property(fc.string(), (action) => {
        fc.pre(!action.startsWith("$"))
        expect(take(JSON.stringify({ action }), new Map([[action, "found"]]))).toBe("found")
      }),
    )
  })
})
