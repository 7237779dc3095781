// Calls to the management API over HTTP: the response, what happens to the connection, and the record.
import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer, request as send } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { describe, expect, onTestFinished, test } from "vitest"
import { Connection } from "../connections/connection.ts"
import { ConnectionStore } from "../connections/connection-store.ts"
import type { RequestPermission } from "../definition/permission.ts"
import { MemoryBudget } from "../foundation/memory-budget.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { createWorld, facts } from "../routes/testing/route-world.ts"
import { handleManagementCall, type ManagementPorts } from "./management-api.ts"

type Options = { quotas?: Partial<Quotas>; permission?: RequestPermission; bufferedBytes?: number; userAgent?: false }

async function serve(options: Options = {}) {
  const { stage, ports, clock, records } = createWorld({ ...(options.quotas && { quotas: options.quotas }) })
  const sent: string[] = []
  const closed: unknown[] = []
  const asked: Parameters<ManagementPorts["mayManage"]>[] = []
  const connections = new ConnectionStore()
  const memory = new MemoryBudget(ports.quotas.maxRequestMemoryBytes)
  const socket = {
    send: (frame: string) => void sent.push(frame),
    close: (...ending: unknown[]) => void closed.push(ending),
    bufferedBytes: () => options.bufferedBytes ?? 0,
  }
  const identity = options.userAgent === false ? { sourceIp: "127.0.0.1" } : facts.identity
  const connection = new Connection({ ...facts, identity, connectedAt: clock.now() }, socket, ports)
  connections.add(connection)
  const mayManage: ManagementPorts["mayManage"] = (...call) => {
    asked.push(call)
    return options.permission ?? { allowed: true }
  }
  const server = createServer((request, response) => {
    const connectionIdSegment = request.url?.split("/").at(-1) ?? ""
    handleManagementCall({ stage, connectionIdSegment, request }, response, {
      ...ports,
      connections,
      memory,
      mayManage,
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  async function call(method: string, segment = encodeURIComponent(facts.connectionId), body?: string | Buffer) {
    const { port } = server.address() as AddressInfo
    const path = `/dev/@connections/${segment}`
    const [response] = await once(send({ host: "127.0.0.1", port, method, path }).end(body), "response")
    return { status: response.statusCode as number, headers: response.headers, body: await text(response) }
  }
  return { call, sent, closed, asked, connection, clock, records }
}

describe("POST", () => {
  test("is a 429 when the bodies of all requests are over the memory for them", async () => {
    const { call, sent } = await serve({ quotas: { maxRequestMemoryBytes: 10 } })
    expect(await call("POST", undefined, "x".repeat(11))).toMatchObject({
      status: 429,
      body: '{"message": "Too Many Requests"}'.replace(" ", ""),
      headers: { connection: "close" },
    })
    expect((await call("POST", undefined, "x".repeat(10))).status).toBe(200)
    expect((await call("POST", undefined, "x".repeat(10))).status).toBe(200)
    expect(sent).toHaveLength(2)
  })

  test("sends the body as a text frame, and is recorded", async () => {
    const { call, sent, asked, records, clock } = await serve()
    const { status, headers, body } = await call("POST", undefined, Buffer.from("hellö\xff", "latin1"))
    expect({ status, body, sent }).toEqual({ status: 200, body: "", sent: ["hell\ufffd\ufffd"] })
    expect(headers["content-length"]).toBe("0")
    const requestId = headers["x-amzn-requestid"]
    const bodySha256 = createHash("sha256").update(Buffer.from("hellö\xff", "latin1")).digest("hex")
    expect(asked).toMatchObject([
      [
        { method: "POST", path: `/dev/@connections/${encodeURIComponent(facts.connectionId)}`, bodySha256 },
        { apiId: "api", stageName: "dev", method: "POST" },
      ],
    ])
    expect(records).toMatchObject([
      {
        eventType: "CONNECTION_API",
        routeKey: "POST /@connections/{connectionId}",
        context: {
          connectionId: facts.connectionId,
          requestId,
          "identity.sourceIp": "127.0.0.1",
          requestTimeEpoch: clock.now(),
          status: 200,
        },
      },
    ])
  })

  test("to a client whose buffer is full is a 429", async () => {
    const { call, sent } = await serve({ bufferedBytes: 2, quotas: { maxSendBufferBytes: 1 } })
    expect(await call("POST", undefined, "hi")).toMatchObject({
      status: 429,
      headers: { "x-amzn-errortype": "LimitExceededException" },
      body: '{"message":"Too Many Requests"}',
    })
    expect(sent).toEqual([])
  })

  test("to a connection that is closing is a 410 with an empty body", async () => {
    const { call, connection, records } = await serve()
    connection.close(1000, "")
    expect(await call("POST", undefined, "hi")).toMatchObject({
      status: 410,
      headers: { "x-amzn-errortype": "GoneException" },
      body: "",
    })
    expect(records).toMatchObject([{ context: { status: 410 } }])
  })

  test("of a body over the limit is a 413 that is not recorded, and one at the limit is sent", async () => {
    const { call, sent, records } = await serve({ quotas: { maxMessageBytes: 3 } })
    const { status, headers, body } = await call("POST", undefined, "four")
    expect({ status, body }).toEqual({ status: 413, body: "" })
    expect(headers).toMatchObject({ "x-amzn-errortype": "PayloadTooLargeException", connection: "close" })
    expect(headers).not.toHaveProperty("x-amzn-requestid")
    expect(records).toEqual([])
    expect((await call("POST", undefined, "thr")).status).toBe(200)
    expect(sent).toEqual(["thr"])
  })
})

describe("GET", () => {
  test("describes the connection", async () => {
    const { call, clock, connection } = await serve()
    clock.advance(1000)
    connection.touch()
    const { status, headers, body } = await call("GET")
    expect(status).toBe(200)
    expect(headers["content-type"]).toBe("application/json")
    expect(JSON.parse(body)).toEqual({
      connectedAt: "2023-11-14T22:13:20.000Z",
      identity: { sourceIp: "127.0.0.1", userAgent: "agent" },
      lastActiveAt: "2023-11-14T22:13:21.000Z",
    })
  })

  test("has an empty user agent when the client sent none", async () => {
    const { call } = await serve({ userAgent: false })
    expect(JSON.parse((await call("GET")).body).identity).toEqual({ sourceIp: "127.0.0.1", userAgent: "" })
  })
})

test("DELETE closes the connection with 1000", async () => {
  const { call, closed, records } = await serve()
  const { status, headers, body } = await call("DELETE")
  expect({ status, body, closed }).toEqual({ status: 204, body: "", closed: [[1000, "Connection Closed Normally"]] })
  expect(headers["x-amzn-requestid"]).toMatch(/^[\w-]{15}=$/)
  expect(records).toMatchObject([{ routeKey: "DELETE /@connections/{connectionId}", context: { status: 204 } }])
})

test.each(["PUT", "PATCH", "OPTIONS"])("%s is not supported", async (method) => {
  const { call, asked, records } = await serve()
  expect(await call(method)).toMatchObject({
    status: 403,
    headers: { "x-amzn-errortype": "MissingAuthenticationTokenException" },
    body: '{"message":"Missing Authentication Token"}',
  })
  expect(asked).toEqual([])
  expect(records).toMatchObject([{ context: { status: 403 } }])
})

test("a call that is not permitted is rejected with the error and does nothing", async () => {
  const permission = { allowed: false as const, errorType: "AccessDeniedException", message: "Not permitted" }
  const { call, sent, closed } = await serve({ permission })
  for (const method of ["POST", "GET", "DELETE"]) {
    expect(await call(method)).toMatchObject({
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      body: '{"message":"Not permitted"}',
    })
  }
  expect({ sent, closed }).toEqual({ sent: [], closed: [] })
})

test("POST and GET count against the account's limit, DELETE does not", async () => {
  const { call } = await serve({ quotas: { accountRateLimit: 1, accountBurstLimit: 1 } })
  expect((await call("GET")).status).toBe(200)
  for (const method of ["GET", "POST"]) {
    expect(await call(method)).toMatchObject({
      status: 429,
      headers: { "x-amzn-errortype": "LimitExceededException" },
      body: '{"message":"Too Many Requests"}',
    })
  }
  expect((await call("DELETE")).status).toBe(204)
})

test.each([
  ["abc", "abc", "abc"],
  ["%zz", "", "%zz"],
])("the malformed id %s is a 400 that is recorded", async (segment, shown, recorded) => {
  const { call, records } = await serve()
  expect(await call("GET", segment)).toMatchObject({
    status: 400,
    headers: { "x-amzn-errortype": "BadRequestException" },
    body: `{"message":"Invalid connectionId: ${shown}"}`,
  })
  expect(records).toMatchObject([{ context: { connectionId: recorded, status: 400 } }])
})

test("the id of an unknown connection is a 410 for every method", async () => {
  const { call } = await serve()
  for (const method of ["POST", "GET", "DELETE"]) {
    expect(await call(method, "BAAAAAAAAAACAAA%3D")).toMatchObject({ status: 410, body: "" })
  }
})
