// Faults that are injected into the running gateway, and its clock that is moved forward, as a client sees them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import type { Fault, GatewayEvent } from "@document-insight/gateway"
import { startGateway, type TestGateway } from "@document-insight/gateway/testing"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { restTemplate } from "../testing/rest-template.ts"
import { accept, webSocketTemplate } from "../testing/template.ts"

const answer = `const environment = Math.random()
export const handler = async ({ requestContext: { connectionId }, body }) =>
  ({ statusCode: 200, body: JSON.stringify({ environment, connectionId, body, now: Date.now() }) })`

const slow = `export const handler = async () => {
  console.log("slow begun")
  await new Promise((resolve) => setTimeout(resolve, 200))
  return { statusCode: 200, body: "slow ended" }
}`

const routes = {
  $connect: { code: accept },
  $disconnect: {
    code: "export const handler = async ({ requestContext }) => console.log('left', requestContext.connectionId, requestContext.disconnectStatusCode)",
  },
  answer: { code: answer, twoWay: true, functionTimeoutSeconds: 3 },
  other: { code: answer, twoWay: true },
  slow: { code: slow, twoWay: true },
}

let gateway: TestGateway
let folder: string
let management: ApiGatewayManagementApiClient

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faults-test-"))
  const source = join(folder, "template.json")
  writeFileSync(source, webSocketTemplate({ routes }))
  gateway = await startGateway({ source })
  const endpoint = gateway.outputs().Callback ?? ""
  management = new ApiGatewayManagementApiClient({
    endpoint: endpoint.replace(/\/@connections.*$/, ""),
    region: "us-east-1",
    credentials: gateway.credentials,
    maxAttempts: 1,
  })
})

afterAll(async () => {
  management.destroy()
  await gateway.close()
  rmSync(folder, { recursive: true })
})

afterEach(() => gateway.faults.clear())

type Answer = { environment: number; connectionId: string; body: string; now: number }

/** A connection and its id. */
async function connect() {
  const socket = await openSocket(gateway.webSocketUrl())
  const ask = async (action = "answer") => {
    socket.send({ action })
    return socket.nextJson<Answer>()
  }
  const { connectionId } = await ask("other")
  const post = (text: string) =>
    management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(text) }))
  return { socket, ask, post, connectionId }
}

function injections(fault: { faultId: string }): (GatewayEvent & { event: "fault" })[] {
  return gateway.events.filter((event) => event.event === "fault").filter(({ faultId }) => faultId === fault.faultId)
}

function untilInjected({ faultId }: { faultId: string }): Promise<unknown> {
  return gateway.untilEvent((event) => event.event === "fault" && event.faultId === faultId)
}

function untilLeft(connectionId: string, code: number): Promise<unknown> {
  const text = `left ${connectionId} ${code}`
  return gateway.untilEvent((event) => event.event === "log" && event.message.includes(text))
}

test("drop ends a connection without a close frame when its next message arrives, which is not handled", async () => {
  const { socket, connectionId } = await connect()
  const other = await connect()
  const fault = gateway.faults.add({ effect: "drop", connectionId, count: 1 })
  socket.send({ action: "answer" })
  expect((await socket.closed).code).toBe(1006)
  await untilLeft(connectionId, 1006)
  expect((await other.ask()).connectionId).toBe(other.connectionId)
  expect(gateway.faults.list()).toEqual([])
  expect(injections(fault)).toMatchObject([
    {
      effect: "drop",
      connectionId,
      routeKey: "answer",
      message: expect.stringContaining("dropped without a close frame"),
    },
  ])
})

test("drop on push loses the response of a function that ran", async () => {
  const { socket, connectionId } = await connect()
  gateway.faults.add({ effect: "drop", on: "push", routeKey: "answer" })
  const before = gateway.invocations("answer").length
  socket.send({ action: "answer" })
  expect((await socket.closed).code).toBe(1006)
  expect(gateway.invocations("answer")).toHaveLength(before + 1)
  await untilLeft(connectionId, 1006)
})

test("drop now ends every open connection, and is not kept", async () => {
  const [one, other] = [await connect(), await connect()]
  const { injections: count } = gateway.faults.add({ effect: "drop", on: "now" })
  expect(count).toBeGreaterThanOrEqual(2)
  expect([(await one.socket.closed).code, (await other.socket.closed).code]).toEqual([1006, 1006])
  expect(gateway.faults.list()).toEqual([])
})

test.each([
  [1001, "Going away"],
  [1011, "Internal server error"],
  [1012, "Service restart"],
])("close ends a connection with %i", async (code, reason) => {
  const { socket, connectionId } = await connect()
  gateway.faults.add({ effect: "close", code, connectionId, on: "now" })
  expect(await socket.closed).toEqual({ code, reason })
  await untilLeft(connectionId, code)
})

test("delay on push lets a later frame overtake", async () => {
  const { socket, post, connectionId } = await connect()
  gateway.faults.add({ effect: "delay", delayMs: 60_000, on: "push", connectionId, count: 1 })
  await post("first")
  await post("second")
  expect(await socket.next()).toBe("second")
  gateway.clock.advance(60_000)
  expect(await socket.next()).toBe("first")
})

test("delay on message handles the messages of a route later", async () => {
  const { socket, connectionId } = await connect()
  const fault = gateway.faults.add({ effect: "delay", delayMs: 60_000, routeKey: "answer" })
  socket.send({ action: "answer", order: 1 })
  socket.send({ action: "other", order: 2 })
  expect((await socket.nextJson<Answer>()).body).toContain('"order":2')
  expect(injections(fault)).toMatchObject([{ connectionId, routeKey: "answer" }])
  gateway.clock.advance(60_000)
  expect((await socket.nextJson<Answer>()).body).toContain('"order":1')
})

test("duplicate sends a frame twice", async () => {
  const { socket, post, connectionId } = await connect()
  gateway.faults.add({ effect: "duplicate", connectionId, count: 1 })
  await post("twice")
  await post("once")
  expect([await socket.next(), await socket.next(), await socket.next()]).toEqual(["twice", "twice", "once"])
})

test("gone and limit-exceeded are the errors of @connections, while the connection stays open", async () => {
  const { ask, post, connectionId } = await connect()
  gateway.faults.add({ effect: "gone", connectionId, count: 1 })
  await expect(post("x")).rejects.toBeInstanceOf(GoneException)
  gateway.faults.add({ effect: "limit-exceeded", connectionId, count: 1 })
  const get = management.send(new GetConnectionCommand({ ConnectionId: connectionId }))
  await expect(get).rejects.toBeInstanceOf(LimitExceededException)
  expect((await ask()).connectionId).toBe(connectionId)
})

test("function-error fails the invocations of a function, by its logical id, without running it", async () => {
  const { socket, ask } = await connect()
  const fault = gateway.faults.add({
    effect: "function-error",
    functionName: "FunctionAnswer",
    errorType: "TableGone",
    errorMessage: "no table",
  })
  socket.send({ action: "answer" })
  expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
  const { functionRequestId } = injections(fault)[0] ?? {}
  expect(gateway.invocations("answer").at(-1)?.result).toEqual({ errorType: "TableGone", errorMessage: "no table" })
  expect(gateway.logs().filter((line) => line.includes(String(functionRequestId)))).toEqual([])
  await ask("other")
})

test("function-error of $connect rejects the handshake with 502", async () => {
  gateway.faults.add({ effect: "function-error", routeKey: "$connect", count: 1 })
  expect((await rejectedHandshake(gateway.webSocketUrl())).status).toBe(502)
  await connect()
})

test("function-delay starts the function later", async () => {
  const { socket } = await connect()
  const fault = gateway.faults.add({ effect: "function-delay", delayMs: 2000, routeKey: "answer" })
  socket.send({ action: "answer" })
  await untilInjected(fault)
  gateway.clock.advance(2000)
  expect((await socket.nextJson<Answer>()).body).toContain("answer")
})

test("function-delay ends as a timeout when it reaches the timeout of the function, which does not run", async () => {
  const { socket } = await connect()
  const fault = gateway.faults.add({ effect: "function-delay", delayMs: 3000, routeKey: "answer" })
  socket.send({ action: "answer" })
  await untilInjected(fault)
  gateway.clock.advance(3000)
  expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
  expect(JSON.stringify(gateway.invocations("answer").at(-1)?.result)).toContain("Task timed out after 3.00 seconds")
})

test("function-cold-start runs an invocation in a new execution environment", async () => {
  const { ask } = await connect()
  const warm = (await ask()).environment
  expect((await ask()).environment).toBe(warm)
  gateway.faults.add({ effect: "function-cold-start", functionName: "FunctionAnswer", count: 1 })
  const cold = (await ask()).environment
  expect(cold).not.toBe(warm)
  expect((await ask()).environment).toBe(cold)
})

test("function-throttle is an internal server error, and a log line says that the rate is exceeded", async () => {
  const { socket, connectionId } = await connect()
  gateway.faults.add({ effect: "function-throttle", connectionId, count: 1 })
  const records = gateway.invocations("answer").length
  socket.send({ action: "answer" })
  expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
  expect(gateway.invocations("answer")).toHaveLength(records + 1)
})

test("function-error fails one method of a REST API, by its key, while the API runs", async () => {
  const source = join(folder, "rest.json")
  const Reader = `export const handler = async ({ httpMethod, path }) => ({ statusCode: 200, body: httpMethod + " " + path })`
  const methods = ["GET /items/{id}", "PUT /items/{id}"].map((key) => ({ key, functionId: "Reader" }))
  writeFileSync(source, restTemplate({ methods, functions: { Reader } }))
  await using rest = await startGateway({ source })
  const call = async (method: string) => {
    const response = await fetch(`${rest.httpUrl()}/items/7`, { method })
    return [response.status, await response.text()]
  }
  expect(await call("GET")).toEqual([200, "GET /items/7"])
  const fault = rest.faults.add({ effect: "function-error", routeKey: "GET /items/{id}", count: 2 })
  const failed = [502, '{"message":"Internal server error"}']
  expect([await call("GET"), await call("PUT"), await call("GET")]).toEqual([failed, [200, "PUT /items/7"], failed])
  expect(await call("GET")).toEqual([200, "GET /items/7"])
  expect(rest.events.filter(({ event }) => event === "fault")).toMatchObject([
    { faultId: fault.faultId, effect: "function-error", routeKey: "GET /items/{id}" },
    { faultId: fault.faultId, effect: "function-error", routeKey: "GET /items/{id}" },
  ])
  expect(() => rest.faults.add({ effect: "function-error", routeKey: "POST /items/{id}" })).toThrow(
    '"POST /items/{id}" is not a route of the deployment. Its routes: GET /items/{id}, PUT /items/{id}',
  )
})

test("skip-disconnect closes a connection without $disconnect", async () => {
  const [one, other] = [await connect(), await connect()]
  const { connectionId } = one
  const fault = gateway.faults.add({ effect: "skip-disconnect", connectionId })
  await one.socket.close(1000)
  await other.socket.close(1000)
  await untilLeft(other.connectionId, 1000)
  expect(injections(fault)).toMatchObject([{ effect: "skip-disconnect", connectionId, routeKey: "$disconnect" }])
  expect(gateway.logs().filter((line) => line.includes(connectionId))).toEqual([])
})

test("a probability of 0 never happens, one of 1 always", async () => {
  const { socket, ask, connectionId } = await connect()
  gateway.faults.add({ effect: "drop", connectionId, probability: 0 })
  await ask()
  gateway.faults.add({ effect: "drop", connectionId, probability: 1 })
  socket.send({ action: "answer" })
  expect((await socket.closed).code).toBe(1006)
})

test("a fault expires on the gateway's clock", async () => {
  const { ask, connectionId } = await connect()
  gateway.faults.add({ effect: "drop", connectionId, expiresAfterMs: 60_000 })
  gateway.clock.advance(60_000)
  expect(gateway.faults.list()).toEqual([])
  expect((await ask()).connectionId).toBe(connectionId)
})

test.each<[Record<string, unknown>, string]>([
  [{}, '"undefined" is not a known effect. Known effects: drop, close,'],
  [{ effect: "explode" }, '"explode" is not a known effect.'],
  [{ effect: "drop", delayMs: 5 }, '"delayMs" is not a field of the effect "drop". Its fields: on, connectionId,'],
  [{ effect: "drop", on: "never" }, '"on" is "never". The effect "drop" happens on message or push or now.'],
  [{ effect: "drop", on: "now", count: 2 }, '"count" has no effect on now. Remove it.'],
  [{ effect: "close", code: 1006 }, '"code" is 1006. Use a close code from 1000 to 1014 or from 3000 to 4999.'],
  [{ effect: "delay" }, '"delayMs" is missing. Give a number from 1 to'],
  [{ effect: "gone", connectionId: "abc" }, 'No connection "abc" is open.'],
  [{ effect: "drop", routeKey: "$connect" }, 'The effect "drop" concerns messages, and $connect has none.'],
  [{ effect: "drop", routeKey: "no" }, '"no" is not a route of the deployment. Its routes: $connect,'],
  [{ effect: "function-throttle", functionName: "F" }, '"F" is not a function of the deployment. Its functions: '],
  [{ effect: "duplicate", probability: 2 }, '"probability" is 2. Give a number from 0 to 1.'],
  [{ effect: "duplicate", count: 0.5 }, '"count" is 0.5. Give a whole number from 1'],
])("rejects %j with a sentence", (fault, message) => {
  expect(() => gateway.faults.add(fault as Fault)).toThrow(message)
  expect(gateway.faults.list()).toEqual([])
})

test("the clock closes idle connections after ten minutes, while functions keep their time", async () => {
  const idle = await connect()
  gateway.clock.advance(9 * 60_000)
  const active = await connect()
  gateway.clock.advance(60_000)
  expect(await idle.socket.closed).toEqual({ code: 1001, reason: "Going away" })
  expect((await active.ask()).now).toBeLessThanOrEqual(Date.now())
  expect(gateway.clock.movedMs).toBeGreaterThanOrEqual(600_000)
  expect(gateway.clock.now() - gateway.clock.movedMs).toBeLessThanOrEqual(Date.now())
})

test("the clock closes a connection that is used after two hours", async () => {
  const { socket, post, connectionId } = await connect()
  for (let minute = 9; minute < 120; minute += 9) {
    gateway.clock.advance(9 * 60_000)
    // Not a message to a function, whose execution environment has ended meanwhile and would start again.
    await post("used")
    expect(await socket.next()).toBe("used")
  }
  gateway.clock.advance(3 * 60_000)
  expect(await socket.closed).toEqual({ code: 1001, reason: "Going away" })
  await untilLeft(connectionId, 1001)
})

test("after the clock has moved, calls that are signed with the time of this machine are accepted", async () => {
  const { socket, post } = await connect()
  gateway.clock.advance(9 * 60_000)
  await post("still here")
  expect(await socket.next()).toBe("still here")
})

test("the clock does not end an invocation that runs", async () => {
  const { socket } = await connect()
  socket.send({ action: "slow" })
  await gateway.untilEvent((event) => event.event === "log" && event.message.includes("slow begun"))
  gateway.clock.advance(6 * 60_000)
  expect(await socket.next()).toBe("slow ended")
})

test("the clock ends idle execution environments", async () => {
  const { ask } = await connect()
  const warm = (await ask()).environment
  gateway.clock.advance(6 * 60_000)
  expect((await ask()).environment).not.toBe(warm)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("the clock does not move by %s", (ms) => {
  expect(() => gateway.clock.advance(ms)).toThrow(/^"ms" is .*more than 0 and at most 30 days\.$/)
})
