// Responses to messages: the function's result, an error frame of the gateway, or nothing.
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished } from "vitest"
import { openSocket, type TestSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { echoEvent } from "../testing/template.ts"
import { contract, ownTemplate } from "./testing/contract.ts"
import { echo, openEcho } from "./testing/target.ts"

const frame = (message: string) =>
  new RegExp(`^\\{"message": "${message}", "connectionId":"[\\w-]{15}=", "requestId":"[\\w-]{15}="\\}$`)
const internalServerError = frame("Internal server error")

/** The next message is the response to this one, so nothing was sent before it. */
async function expectSilence(socket: TestSocket): Promise<void> {
  const { requestContext } = await echo(socket)
  expect(requestContext.routeKey).toBe("echo")
}

async function responseTo(url: string, message: object): Promise<string> {
  const socket = await openSocket(url)
  socket.send(message)
  return socket.next()
}

/** What a two-way route sends when its function returns this result. */
const resultOf = (url: string, result: unknown) => responseTo(url, { action: "result", result })

contract(
  "answer-two-way",
  "a route with a route response sends the body, and nothing else of the result",
  async ({ url }) => {
    const result = { statusCode: 200, headers: { "X-Mine": "yes" }, body: "the body" }
    expect(await resultOf(url, result)).toBe("the body")
  },
)

contract("answer-one-way", "a route without a route response sends nothing", async ({ url }) => {
  const socket = await openSocket(url)
  socket.send({ action: "quiet-result", result: { statusCode: 200, body: "unheard" } })
  socket.send({ action: "quiet" })
  await expectSilence(socket)
})

contract(
  "answer-expression-only",
  "RouteResponseSelectionExpression without a RouteResponse does not make a route two-way",
  async ({ url }) => {
    const socket = await openSocket(url)
    socket.send({ action: "only-expression" })
    await expectSilence(socket)
  },
)

contract(
  "answer-response-only",
  "a RouteResponse makes a route two-way, without RouteResponseSelectionExpression too",
  async ({ url }) => {
    const event = JSON.parse(await responseTo(url, { action: "only-response" }))
    expect(event.requestContext.routeKey).toBe("only-response")
  },
)

contract("answer-status-ignored", "with status 400 or 500 the body is sent, and no error frame", async ({ url }) => {
  expect(await resultOf(url, { statusCode: 400, body: "four hundred" })).toBe("four hundred")
  expect(await resultOf(url, { statusCode: 500, body: "five hundred" })).toBe("five hundred")
})

contract("answer-without-body", "a result without a body sends no message", async ({ url }) => {
  const socket = await openSocket(url)
  socket.send({ action: "result", result: { statusCode: 200 } })
  await expectSilence(socket)
})

contract("answer-empty-body", "a result with an empty body sends no message", async ({ url }) => {
  const socket = await openSocket(url)
  socket.send({ action: "result", result: { statusCode: 200, body: "" } })
  await expectSilence(socket)
})

contract("answer-without-status", "a result without statusCode is accepted", async ({ url }) => {
  expect(await resultOf(url, { body: "no status" })).toBe("no status")
})

contract("answer-base64", "a body in base64 is decoded and sent as text", async ({ url }) => {
  const body = Buffer.from("grüße").toString("base64")
  expect(await resultOf(url, { statusCode: 200, body, isBase64Encoded: true })).toBe("grüße")
})

contract("answer-unicode", "text passes unchanged: emoji, lone control characters, line breaks", async ({ url }) => {
  const body = "😀\u0000\n\u2028é"
  expect(await resultOf(url, { statusCode: 200, body })).toBe(body)
})

contract(
  "answer-null",
  "a function that returns null leads to the Internal server error frame, byte for byte",
  async ({ url }) => {
    expect(await resultOf(url, null)).toMatch(internalServerError)
  },
)

contract(
  "answer-malformed",
  "a body that is not text, or a result that is not an object, leads to the Internal server error frame",
  async ({ url }) => {
    expect(await resultOf(url, { statusCode: 200, body: { not: "text" } })).toMatch(internalServerError)
    expect(await resultOf(url, "just text")).toMatch(internalServerError)
    expect(await resultOf(url, ["a", "list"])).toMatch(internalServerError)
  },
)

contract(
  "answer-throw",
  "a function that throws leads to Internal server error, also on a one-way route",
  async ({ url }) => {
    expect(await responseTo(url, { action: "throw" })).toMatch(internalServerError)
  },
)

contract("answer-throw-ids", "the error frame has the id of the connection", async ({ url }) => {
  const { socket, connectionId } = await openEcho(url)
  socket.send({ action: "throw" })
  expect((await socket.nextJson()).connectionId).toBe(connectionId)
})

contract("answer-error-stays-open", "the connection stays open after an error frame", async ({ url }) => {
  const socket = await openSocket(url)
  socket.send({ action: "throw" })
  await socket.next()
  await echo(socket)
})

contract(
  "answer-integration-timeout",
  "an integration that exceeds its timeout leads to Endpoint request timed out",
  async ({ url }) => {
    expect(await responseTo(url, { action: "hasty", ms: 600 })).toMatch(frame("Endpoint request timed out"))
  },
)

contract("answer-in-time", "an integration that responds within its timeout sends its response", async ({ url }) => {
  // A cold start may exceed the timeout: repeat until the function is warm.
  const socket = await openSocket(url)
  let response: string
  do {
    socket.send({ action: "hasty", ms: 1 })
    response = await socket.next()
  } while (frame("Endpoint request timed out").test(response))
  expect(JSON.parse(response)).toEqual({ slept: 1 })
})

contract(
  "answer-function-timeout",
  "a function that exceeds its own timeout leads to Internal server error",
  async ({ url }) => {
    expect(await responseTo(url, { action: "overdue" })).toMatch(internalServerError)
  },
)

contract(
  "answer-missing-permission",
  "a function that API Gateway may not invoke leads to Internal server error",
  async ({ url }) => {
    expect(await responseTo(url, { action: "unpermitted" })).toMatch(internalServerError)
  },
)

contract(
  "answer-without-target",
  "a custom route without an integration leads to Internal server error",
  async ({ url }) => {
    expect(await responseTo(url, { action: "untargeted" })).toMatch(internalServerError)
  },
)

contract("answer-overtakes", "a response does not wait for the responses to earlier messages", async ({ url }) => {
  const socket = await openSocket(url)
  socket.send({ action: "slow", ms: 300 })
  await echo(socket)
  expect(await socket.nextJson()).toEqual({ slept: 300 })
})

contract("answer-larger-than-a-frame", "a response larger than a frame arrives complete", async ({ url }) => {
  // Each quotation mark has two bytes in the message and four in the response.
  const text = '"'.repeat(15_000)
  const response = await responseTo(url, { action: "echo", text })
  expect(response.length).toBeGreaterThan(60_000)
  expect(JSON.parse(JSON.parse(response).body).text).toBe(text)
})

contract.local("answer-too-large", "a response over 128 KB leads to Internal server error", ownTemplate, async () => {
  const code = "export const handler = async (event) => ({ body: 'x'.repeat(JSON.parse(event.body).length) })"
  const { url } = await startLocal({ routes: { make: { code, twoWay: true } } })
  expect(await responseTo(url, { action: "make", length: 131_072 })).toHaveLength(131_072)
  expect(await responseTo(url, { action: "make", length: 131_073 })).toMatch(internalServerError)
})

contract.local("answer-late", "the response of an integration that timed out is never sent", ownTemplate, async () => {
  const gate = createServer().listen(0, "127.0.0.1")
  const waiting = once(gate, "request") as Promise<[IncomingMessage, ServerResponse]>
  await once(gate, "listening")
  onTestFinished(() => void gate.close())
  const code = `export const handler = async (event) => {
      const { wait } = JSON.parse(event.body)
      if (wait) await fetch("http://127.0.0.1:${(gate.address() as AddressInfo).port}")
      return { body: wait ? "late" : "second" }
    }`
  const { url } = await startLocal({ routes: { wait: { code, twoWay: true, timeoutMs: 50 } } })
  const socket = await openSocket(url)
  // A cold start may exceed the timeout as well: repeat until the function is warm.
  let response = ""
  while (response !== "second") {
    socket.send({ action: "wait" })
    response = await socket.next()
  }
  socket.send({ action: "wait", wait: true })
  expect(await socket.next()).toMatch(frame("Endpoint request timed out"))
  const [, opened] = await waiting
  opened.end()
  // Its environment is free again after its late result, so a response now is the new one, not the late one.
  response = ""
  while (response !== "second") {
    socket.send({ action: "wait" })
    response = await socket.next()
    expect(response).not.toBe("late")
  }
})

contract.local(
  "answer-throttled-function",
  "a function without free reserved concurrency leads to Internal server error",
  ownTemplate,
  async () => {
    const { url } = await startLocal({ routes: { echo: { code: echoEvent, reservedConcurrency: 0 } } })
    expect(await responseTo(url, { action: "echo" })).toMatch(internalServerError)
  },
)

contract.local(
  "answer-after-close",
  "a response to a client that left is dropped without an error",
  ownTemplate,
  async () => {
    const code = "export const handler = () => new Promise((done) => setTimeout(done, 60, { body: 'too late' }))"
    const local = await startLocal({
      routes: { late: { code, twoWay: true }, echo: { code: echoEvent, twoWay: true } },
    })
    const { socket } = await openEcho(local.url)
    socket.send({ action: "late" })
    socket.terminate()
    await openEcho(local.url)
    expect(local.events.filter((event) => event.event === "problem")).toEqual([])
  },
)
