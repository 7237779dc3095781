// The console's API of a running gateway: its routes respond as its OpenAPI document describes.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway, type TestGateway } from "@document-insight/gateway/testing"
import { Ajv2020 } from "ajv/dist/2020.js"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { accept, echoEvent, webSocketTemplate } from "../testing/template.ts"

type Operation = {
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { content: Record<string, { schema: object }> }>
}
type OpenApi = { openapi: string; paths: Record<string, Record<string, Operation>> }

const ajv = new Ajv2020({ allErrors: true })

let gateway: TestGateway
let folder: string
let token: string
let operations: Map<string, Operation>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "console-api-test-"))
  const source = join(folder, "template.json")
  const routes = { $connect: { code: accept }, $disconnect: { code: accept }, echo: { code: echoEvent, twoWay: true } }
  writeFileSync(source, webSocketTemplate({ routes }))
  gateway = await startGateway({ source })
  const page = await (await fetch(`${gateway.siteUrl}/_console`)).text()
  token = /name="console-token" content="([^"]+)"/.exec(page)?.[1] ?? ""
  const document: OpenApi = JSON.parse((await call("GET /openapi.json")).text)
  expect(document.openapi).toBe("3.1.1")
  operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    ),
  )
})

afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

afterEach(() => gateway.faults.clear())

async function call(route: string, body?: object, headers: Record<string, string> = {}) {
  const [method = "", path = ""] = route.split(" ")
  const all = { "content-type": "application/json", "x-console-token": token, ...headers }
  const init = body ? { method, headers: all, body: JSON.stringify(body) } : { method }
  const response = await fetch(`${gateway.siteUrl}/_console/api${path}`, init)
  return { status: response.status, text: await response.text() }
}

/** A connection and its id. */
async function connect() {
  const socket = await openSocket(gateway.webSocketUrl())
  socket.send({ action: "echo" })
  const event = await socket.nextJson<{ requestContext: Record<string, string> }>()
  const { connectionId = "", apiId = "", stage = "" } = event.requestContext
  return { socket, connectionId, apiId, stage, event }
}

test("every route that is described is served", async () => {
  expect(operations.size).toBeGreaterThan(15)
  for (const [route, { requestBody }] of operations) {
    const { status, text } = await call(route, requestBody && {})
    expect(`${route}: ${status} ${text}`).not.toMatch(/: (405|404 .*has no API)/)
  }
})

test("every POST is rejected without the token of the run, and changes nothing", async () => {
  const { socket } = await connect()
  const posts = [...operations.keys()].filter((route) => route.startsWith("POST "))
  for (const route of posts) {
    const { status } = await call(route, { effect: "drop", on: "now", ms: 7_200_000 }, { "x-console-token": "guess" })
    expect([route, status]).toEqual([route, 403])
  }
  await socket.ping()
  expect(gateway.faults.list()).toEqual([])
})

const fault = { effect: "delay", delayMs: 5, routeKey: "echo", probability: 0.5, count: 2, expiresAfterMs: 60_000 }

type Connected = Awaited<ReturnType<typeof connect>>

test.each<[string, ((connected: Connected) => object)?]>([
  ["GET /openapi.json"],
  ["GET /connections"],
  ["GET /deployment"],
  ["GET /clock"],
  ["GET /metrics"],
  ["POST /clock/advance", () => ({ ms: 1000 })],
  ["POST /faults", () => fault],
  ["POST /faults", ({ connectionId }) => ({ effect: "close", code: 1012, on: "now", connectionId })],
  ["GET /faults"],
  ["POST /faults/remove", () => ({})],
  ["POST /invocations", ({ event }) => ({ functionName: "FunctionEcho", event: JSON.stringify(event) })],
  ["POST /clients", () => ({ url: gateway.webSocketUrl(), query: "a=b", headers: { "X-A": "b" }, protocols: [] })],
  ["GET /data"],
  [
    "POST /management",
    ({ connectionId, apiId, stage }) => ({ apiId, stageName: stage, method: "POST", connectionId, text: "hi" }),
  ],
  ["POST /connections/close", ({ connectionId }) => ({ connectionId, code: 1012 })],
])("%s responds as it is described", async (route, bodyOf) => {
  const connected = await connect()
  if (route === "GET /faults") gateway.faults.add({ effect: "delay", delayMs: 5, routeKey: "echo" })
  const body = bodyOf?.(connected)
  const { requestBody, responses } = operations.get(route) ?? { responses: {} }
  if (requestBody) expectValid(requestBody.content["application/json"]?.schema, body)
  const { status, text } = await call(route, body)
  expect(`${status} ${text}`).toMatch(/^200 /)
  expectValid(responses["200"]?.content["application/json"]?.schema, JSON.parse(text))
})

/** A value has the fields that the schema names, and no other. */
function expectValid(schema: object | undefined, value: unknown): void {
  ajv.validate(withoutOthers(schema ?? false), value)
  expect(ajv.errors ?? []).toEqual([])
}

function withoutOthers(schema: unknown): object | boolean {
  if (typeof schema !== "object" || schema === null) return schema as boolean
  const copy = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      typeof value === "object" && !Array.isArray(value) ? withoutOthers(value) : value,
    ]),
  )
  return "properties" in copy && "type" in copy ? { ...copy, additionalProperties: false } : copy
}

test("a replayed invocation runs the function with the event, and is in its log", async () => {
  const { event } = await connect()
  const { text } = await call("POST /invocations", { functionName: "FunctionEcho", event: JSON.stringify(event) })
  const { outcome, payload, requestId } = JSON.parse(text)
  expect(outcome).toBe("responded")
  expect(JSON.parse(JSON.parse(payload).body)).toEqual(event)
  await gateway.untilEvent((one) => one.event === "log" && one.requestId === requestId && /^REPORT /.test(one.message))
})

test.each<[string, object, string]>([
  ["/faults", { effect: "explode" }, '"explode" is not a known effect.'],
  ["/faults/remove", { faultId: "fault-0" }, 'No fault "fault-0" is set'],
  ["/clock/advance", { ms: -1 }, '"ms" is -1.'],
  ["/clock/advance", {}, '"ms" is not a number.'],
  ["/invocations", { functionName: "Other", event: "{}" }, '"Other" is not a function of the deployment.'],
  ["/invocations", { functionName: "FunctionEcho", event: '{"cut…' }, '"event" is not JSON.'],
])("POST %s with %j is a 400 with a sentence", async (path, body, message) => {
  const { status, text } = await call(`POST ${path}`, body)
  expect(status).toBe(400)
  expect(JSON.parse(text).message).toContain(message)
})
