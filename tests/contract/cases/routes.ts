// Which route a message takes, and what becomes of one that finds none.
import { expect } from "vitest"
import { openSocket, type TestSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { echoEvent } from "../../harness/template.ts"
import { ownTemplate, type Topic } from "../case.ts"
import { type Event, openEcho, type Target } from "../target.ts"

/** The route that a message took, as the function behind it was told. */
async function routeOf(socket: TestSocket, message: string | object): Promise<string> {
  socket.send(message)
  return (await socket.nextJson<Event>()).requestContext.routeKey
}

async function expectRoute({ url }: Target, message: string | object, routeKey: string): Promise<void> {
  expect(await routeOf(await openSocket(url), message)).toBe(routeKey)
}

const forbiddenFrame = /^\{"message": "Forbidden", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/

/** Two-way routes that say which of them was taken, selected by an expression of one's own. */
async function selecting(selection: string, ...routeKeys: string[]): Promise<TestSocket> {
  const routes = Object.fromEntries(routeKeys.map((routeKey) => [routeKey, { code: echoEvent, twoWay: true }]))
  const { url } = await startLocal({ selection, routes })
  return openSocket(url)
}

export const routesTopic: Topic = {
  title: "Routes",
  observer: [
    {
      id: "route-exact",
      does: "the value at $request.body.action names the route",
      run: (target) => expectRoute(target, { action: "echo" }, "echo"),
    },
    {
      id: "route-case",
      does: "a route key is case-sensitive",
      run: (target) => expectRoute(target, { action: "Echo" }, "$default"),
    },
    {
      id: "route-unmatched",
      does: "a value that is no route key goes to $default",
      run: (target) => expectRoute(target, { action: "unheard of" }, "$default"),
    },
    {
      id: "route-not-json",
      does: "what is not JSON goes to $default",
      run: (target) => expectRoute(target, "echo", "$default"),
    },
    {
      id: "route-empty-message",
      does: "an empty message goes to $default",
      run: (target) => expectRoute(target, "", "$default"),
    },
    {
      id: "route-no-action",
      does: "an object without the selected key goes to $default",
      run: (target) => expectRoute(target, { other: "echo" }, "$default"),
    },
    {
      id: "route-json-scalar",
      does: "JSON that is no object goes to $default",
      async run({ url }) {
        const socket = await openSocket(url)
        for (const message of ['"echo"', "42", "null", "true", '["echo"]'])
          expect(await routeOf(socket, message)).toBe("$default")
      },
    },
    {
      id: "route-number",
      does: "a number selects by its digits",
      run: (target) => expectRoute(target, { action: 42 }, "42"),
    },
    {
      id: "route-boolean",
      does: "true selects the route true",
      run: (target) => expectRoute(target, { action: true }, "true"),
    },
    {
      id: "route-null",
      does: "null selects the route null",
      run: (target) => expectRoute(target, { action: null }, "null"),
    },
    {
      id: "route-array",
      does: "an array selects as [item1, item2]",
      run: (target) => expectRoute(target, { action: ["a", "b"] }, "[a, b]"),
    },
    {
      id: "route-object",
      does: "an object selects no route",
      run: (target) => expectRoute(target, { action: { action: "echo" } }, "$default"),
    },
    {
      id: "route-deep-nesting",
      does: "a value nested thousands deep goes to $default, and nothing breaks",
      run: (target) => expectRoute(target, `{"action":${"[".repeat(15_000)}${"]".repeat(15_000)}}`, "$default"),
    },
    {
      id: "route-connect-unselectable",
      does: "no message selects $connect or $disconnect",
      async run(target) {
        await expectRoute(target, { action: "$connect" }, "$default")
        await expectRoute(target, { action: "$disconnect" }, "$default")
      },
    },
    {
      id: "route-default-by-name",
      does: "$default may be asked for by name",
      run: (target) => expectRoute(target, { action: "$default" }, "$default"),
    },
    {
      id: "route-duplicate-keys",
      does: "of a key that is there twice the last counts",
      run: (target) => expectRoute(target, '{"action":"nothing","action":"echo"}', "echo"),
    },
    {
      id: "route-prototype",
      does: "what every object inherits selects nothing",
      async run({ url }) {
        const socket = await openSocket(url)
        expect(await routeOf(socket, '{"__proto__":{"action":"echo"}}')).toBe("$default")
        expect(await routeOf(socket, '{"action":"constructor"}')).toBe("$default")
        expect(await routeOf(socket, '{"action":"__proto__"}')).toBe("$default")
      },
    },
    {
      id: "route-untrimmed",
      does: "spaces around a value are part of it",
      run: (target) => expectRoute(target, { action: " echo " }, "$default"),
    },
    {
      id: "route-two-values",
      does: "an expression may join several values with text between",
      async run({ nestedUrl }) {
        expect(await routeOf(await openSocket(nestedUrl), { service: "chat", action: "join" })).toBe("chat/join")
      },
    },
    {
      id: "route-two-values-missing",
      does: "a value that is missing joins as nothing",
      async run({ nestedUrl }) {
        expect(await routeOf(await openSocket(nestedUrl), { service: "chat" })).toBe("chat/")
      },
    },
    {
      id: "no-route-frame",
      does: "without a match and without $default the client gets the Forbidden frame, byte for byte",
      async run({ nestedUrl }) {
        const socket = await openSocket(nestedUrl)
        socket.send({ service: "chat", action: "leave" })
        expect(await socket.next()).toMatch(forbiddenFrame)
      },
    },
    {
      id: "no-route-not-json",
      does: "so does a message that is not JSON",
      async run({ nestedUrl }) {
        const socket = await openSocket(nestedUrl)
        socket.send("hello")
        expect(await socket.next()).toMatch(forbiddenFrame)
      },
    },
    {
      id: "no-route-stays-open",
      does: "the connection stays open, and the next message may find its route",
      async run({ nestedUrl }) {
        const socket = await openSocket(nestedUrl)
        socket.send("hello")
        const { connectionId } = await socket.nextJson()
        socket.send({ service: "chat", action: "join" })
        expect((await socket.nextJson<Event>()).requestContext.connectionId).toBe(connectionId)
      },
    },
  ],
  local: [
    {
      id: "route-deep-path",
      does: "a path may go deep, into arrays too",
      localOnly: ownTemplate,
      async run() {
        const socket = await selecting("$request.body.a.b[1].c", "found", "$default")
        expect(await routeOf(socket, { a: { b: [0, { c: "found" }] } })).toBe("found")
        expect(await routeOf(socket, { a: { b: "found" } })).toBe("$default")
      },
    },
    {
      id: "route-hyphenated-path",
      does: "a key with a hyphen is a key",
      localOnly: ownTemplate,
      async run() {
        const socket = await selecting("$request.body.detail-type", "found", "$default")
        expect(await routeOf(socket, { "detail-type": "found" })).toBe("found")
      },
    },
    {
      id: "route-static",
      does: "a static expression sends all JSON to one route, and the rest to $default",
      localOnly: ownTemplate,
      async run() {
        const socket = await selecting("action", "action", "$default")
        expect(await routeOf(socket, { action: "other" })).toBe("action")
        expect(await routeOf(socket, "not JSON")).toBe("$default")
      },
    },
    {
      id: "route-escaped-default",
      does: "\\$default as an expression is the route $default",
      localOnly: ownTemplate,
      async run() {
        const socket = await selecting("\\$default", "action", "$default")
        expect(await routeOf(socket, { action: "action" })).toBe("$default")
      },
    },
    {
      id: "route-once",
      does: "an expression is evaluated once: a value that looks like one is a text",
      localOnly: ownTemplate,
      async run() {
        const socket = await selecting("$request.body.action", "echo", "$default")
        expect(await routeOf(socket, { action: "${request.body.other}", other: "echo" })).toBe("$default")
      },
    },
    {
      id: "no-route-invokes-nothing",
      does: "no function runs for a message without a route",
      localOnly: ownTemplate,
      async run() {
        const { url, events } = await startLocal({ routes: { echo: { code: echoEvent, twoWay: true } } })
        const socket = await openSocket(url)
        socket.send("hello")
        await socket.next()
        expect(events.filter((event) => event.event === "log" && event.source === "function")).toEqual([])
        await openEcho(url)
        expect(events.some((event) => event.event === "log" && event.source === "function")).toBe(true)
      },
    },
  ],
}
