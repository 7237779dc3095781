// Route selection: which route a message takes, and the response when there is none.
import { expect } from "vitest"
import { openSocket, type TestSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { echoEvent } from "../testing/template.ts"
import { contract, ownTemplate } from "./testing/contract.ts"
import { type Event, openEcho, type Target } from "./testing/target.ts"

/** The route key in the event of a message. */
async function routeOf(socket: TestSocket, message: string | object): Promise<string> {
  socket.send(message)
  return (await socket.nextJson<Event>()).requestContext.routeKey
}

async function expectRoute({ url }: Target, message: string | object, routeKey: string): Promise<void> {
  expect(await routeOf(await openSocket(url), message)).toBe(routeKey)
}

const forbiddenFrame = /^\{"message": "Forbidden", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/

/** A connection to an API with this route selection expression and these two-way routes. */
async function openApi(selection: string, ...routeKeys: string[]): Promise<TestSocket> {
  const routes = Object.fromEntries(routeKeys.map((routeKey) => [routeKey, { code: echoEvent, twoWay: true }]))
  const { url } = await startLocal({ selection, routes })
  return openSocket(url)
}

contract("route-exact", "the value at $request.body.action selects the route", (target) =>
  expectRoute(target, { action: "echo" }, "echo"),
)

contract("route-case", "a route key is case-sensitive", (target) => expectRoute(target, { action: "Echo" }, "$default"))

contract("route-unmatched", "a value that is not a route key selects $default", (target) =>
  expectRoute(target, { action: "unheard of" }, "$default"),
)

contract("route-not-json", "a message that is not JSON selects $default", (target) =>
  expectRoute(target, "echo", "$default"),
)

contract("route-empty-message", "an empty message selects $default", (target) => expectRoute(target, "", "$default"))

contract("route-no-action", "an object without the selected key selects $default", (target) =>
  expectRoute(target, { other: "echo" }, "$default"),
)

contract("route-json-scalar", "JSON that is not an object selects $default", async ({ url }) => {
  const socket = await openSocket(url)
  for (const message of ['"echo"', "42", "null", "true", '["echo"]'])
    expect(await routeOf(socket, message)).toBe("$default")
})

contract("route-number", "a number selects the route that is named by its digits", (target) =>
  expectRoute(target, { action: 42 }, "42"),
)

contract("route-boolean", "true selects the route true", (target) => expectRoute(target, { action: true }, "true"))

contract("route-null", "null selects the route null", (target) => expectRoute(target, { action: null }, "null"))

contract("route-array", "an array selects the route [item1, item2]", (target) =>
  expectRoute(target, { action: ["a", "b"] }, "[a, b]"),
)

contract("route-object", "an object selects $default", (target) =>
  expectRoute(target, { action: { action: "echo" } }, "$default"),
)

contract(
  "route-deep-nesting",
  "a value nested thousands of levels deep selects $default, and nothing breaks",
  (target) => expectRoute(target, `{"action":${"[".repeat(15_000)}${"]".repeat(15_000)}}`, "$default"),
)

contract("route-connect-unselectable", "no message selects $connect or $disconnect", async (target) => {
  await expectRoute(target, { action: "$connect" }, "$default")
  await expectRoute(target, { action: "$disconnect" }, "$default")
})

contract("route-default-by-name", "a message can select $default by name", (target) =>
  expectRoute(target, { action: "$default" }, "$default"),
)

contract("route-duplicate-keys", "the last of two equal keys selects the route", (target) =>
  expectRoute(target, '{"action":"nothing","action":"echo"}', "echo"),
)

contract("route-prototype", "inherited properties of objects select nothing", async ({ url }) => {
  const socket = await openSocket(url)
  expect(await routeOf(socket, '{"__proto__":{"action":"echo"}}')).toBe("$default")
  expect(await routeOf(socket, '{"action":"constructor"}')).toBe("$default")
  expect(await routeOf(socket, '{"action":"__proto__"}')).toBe("$default")
})

contract("route-untrimmed", "spaces around the selected value are part of it", (target) =>
  expectRoute(target, { action: " echo " }, "$default"),
)

contract(
  "route-two-values",
  "a route selection expression may join several values with text between them",
  async ({ nestedUrl }) => {
    expect(await routeOf(await openSocket(nestedUrl), { service: "chat", action: "join" })).toBe("chat/join")
  },
)

contract(
  "route-two-values-missing",
  "a missing value in a joined expression becomes an empty string",
  async ({ nestedUrl }) => {
    expect(await routeOf(await openSocket(nestedUrl), { service: "chat" })).toBe("chat/")
  },
)

contract(
  "no-route-frame",
  "without a match and without $default the client receives the Forbidden frame, byte for byte",
  async ({ nestedUrl }) => {
    const socket = await openSocket(nestedUrl)
    socket.send({ service: "chat", action: "leave" })
    expect(await socket.next()).toMatch(forbiddenFrame)
  },
)

contract(
  "no-route-not-json",
  "a message that is not JSON gets the Forbidden frame when there is no $default route",
  async ({ nestedUrl }) => {
    const socket = await openSocket(nestedUrl)
    socket.send("hello")
    expect(await socket.next()).toMatch(forbiddenFrame)
  },
)

contract(
  "no-route-stays-open",
  "the connection stays open after the Forbidden frame, and the next message can find its route",
  async ({ nestedUrl }) => {
    const socket = await openSocket(nestedUrl)
    socket.send("hello")
    const { connectionId } = await socket.nextJson()
    socket.send({ service: "chat", action: "join" })
    expect((await socket.nextJson<Event>()).requestContext.connectionId).toBe(connectionId)
  },
)

contract.local(
  "route-deep-path",
  "the path of an expression may lead into nested objects and arrays",
  ownTemplate,
  async () => {
    const socket = await openApi("$request.body.a.b[1].c", "found", "$default")
    expect(await routeOf(socket, { a: { b: [0, { c: "found" }] } })).toBe("found")
    expect(await routeOf(socket, { a: { b: "found" } })).toBe("$default")
  },
)

contract.local("route-hyphenated-path", "a key with a hyphen is one key in an expression", ownTemplate, async () => {
  const socket = await openApi("$request.body.detail-type", "found", "$default")
  expect(await routeOf(socket, { "detail-type": "found" })).toBe("found")
})

contract.local(
  "route-static",
  "a static expression sends all JSON to one route, and other messages to $default",
  ownTemplate,
  async () => {
    const socket = await openApi("action", "action", "$default")
    expect(await routeOf(socket, { action: "other" })).toBe("action")
    expect(await routeOf(socket, "not JSON")).toBe("$default")
  },
)

contract.local(
  "route-escaped-default",
  "the expression \\$default selects the route $default",
  ownTemplate,
  async () => {
    const socket = await openApi("\\$default", "action", "$default")
    expect(await routeOf(socket, { action: "action" })).toBe("$default")
  },
)

contract.local(
  "route-once",
  "an expression is evaluated once: a value that looks like one is text",
  ownTemplate,
  async () => {
    const socket = await openApi("$request.body.action", "echo", "$default")
    expect(await routeOf(socket, { action: "${request.body.other}", other: "echo" })).toBe("$default")
  },
)

contract.local("no-route-invokes-nothing", "no function runs for a message without a route", ownTemplate, async () => {
  const { url, events } = await startLocal({ routes: { echo: { code: echoEvent, twoWay: true } } })
  const socket = await openSocket(url)
  socket.send("hello")
  await socket.next()
  expect(events.filter((event) => event.event === "log" && event.source === "function")).toEqual([])
  await openEcho(url)
  expect(events.some((event) => event.event === "log" && event.source === "function")).toBe(true)
})
