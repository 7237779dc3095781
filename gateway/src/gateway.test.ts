// A whole gateway: what starts, what a reload replaces, and what a close waits for.
import { randomInt } from "node:crypto"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server, type ServerResponse } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { type Changes, chatResources } from "./cloudformation/testing/chat-template.ts"
import type { TransactionRecord } from "./definition/record.ts"
import { startGateway } from "./gateway.ts"
import type { GatewayOptions } from "./gateway-options.ts"
import type { GatewayEvent } from "./observe/gateway-event.ts"

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gateway-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Writes the chat template with this code for its function. */
function writeTemplate(code: string, changes: Changes = {}, file = join(temporaryFolder(), "template.json")): string {
  const route = (RouteKey: string) => ({
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: "Api" },
      RouteKey,
      Target: { "Fn::Sub": `integrations/\${Integration}` },
      RouteResponseSelectionExpression: "$default",
    },
  })
  const response = {
    Type: "AWS::ApiGatewayV2::RouteResponse",
    Properties: { ApiId: { Ref: "Api" }, RouteId: { Ref: "Default" }, RouteResponseKey: "$default" },
  }
  const Resources = chatResources({
    Function: { Code: { ZipFile: code } },
    Default: route("$default"),
    DefaultResponse: response,
    Deployment: {
      Type: "AWS::ApiGatewayV2::Deployment",
      DependsOn: ["Connect", "Send", "Default"],
      Properties: { ApiId: { Ref: "Api" } },
    },
    ...changes,
  })
  const Outputs = { Url: { Value: { "Fn::Sub": `wss://\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/dev` } } }
  writeFileSync(file, JSON.stringify({ Resources, Outputs }))
  return file
}

async function start(source: string, options: Partial<GatewayOptions> = {}) {
  const events: GatewayEvent[] = []
  const records: TransactionRecord[] = []
  const gateway = await startGateway({
    source,
    iam: "off",
    onEvent: (event) => events.push(event),
    onRecord: (record) => records.push(record),
    ...options,
  })
  onTestFinished(() => gateway.close())
  const { Url: url = "" } = gateway.outputs()
  return { gateway, url, events, records }
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url).on("error", () => {})
  onTestFinished(() => socket.terminate())
  await once(socket, "open")
  return socket
}

async function ask(socket: WebSocket, message = "{}"): Promise<string> {
  socket.send(message)
  const [data] = await once(socket, "message")
  return String(data)
}

/** A server that holds every request until the test responds. */
async function holdingServer() {
  const requests: ServerResponse[] = []
  const arrived = Promise.withResolvers<ServerResponse>()
  const server = createServer((_, response) => {
    requests.push(response)
    arrived.resolve(response)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, arrived: arrived.promise, requests }
}

/** A server on the port `offset` after a first port that is free now. The system does not assign these ports by itself. */
async function takePort(offset: number): Promise<{ first: number; taken: Server }> {
  for (;;) {
    const first = randomInt(20_000, 30_000)
    const ports = Array.from({ length: offset + 1 }, (_, index) => first + index)
    const servers = ports.map((port) => createServer().listen(port, "127.0.0.1"))
    const opened = await Promise.allSettled(servers.map((server) => once(server, "listening")))
    const taken = servers.pop()
    await Promise.all(servers.map((server) => server.listening && once(server.close(), "close")))
    if (taken && opened.every(({ status }) => status === "fulfilled")) {
      onTestFinished(() => void taken.close())
      return { first, taken }
    }
    taken?.close()
  }
}

const respond = (text: string) => `exports.handler = async () => ({ statusCode: 200, body: "${text}" })`

test("every stage, function and output is served with a local address", async () => {
  const { gateway, url, records, events } = await start(writeTemplate(respond("hi")))
  expect(url).toMatch(/^ws:\/\/localhost:\d+\/dev$/)
  expect(gateway.stages()).toEqual([
    { protocol: "WEBSOCKET", apiId: expect.any(String), logicalId: "Api", stageName: "dev", url },
  ])
  expect(gateway.functions()).toHaveLength(1)
  expect(gateway.credentials.accessKeyId).toMatch(/^AKIA/)
  const local = gateway.endpoints.lambda
  expect(local).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const services = ["eventbridge", "kinesis", "lambda", "secrets-manager", "sfn", "sns", "ssm"]
  expect(gateway.endpoints).toEqual(Object.fromEntries(services.map((service) => [service, local])))
  expect(await (await fetch(gateway.siteUrl)).text()).toContain(url)

  const socket = await open(url)
  expect(await ask(socket)).toBe("hi")
  expect(gateway.connections.size).toBe(1)
  expect(records.map(({ routeKey }) => routeKey)).toEqual(["$connect", "$default"])
  const [connected] = records
  expect(gateway.metrics.read("ConnectCount", { apiId: connected?.apiId ?? "" }).sum).toBe(1)
  expect(events.filter(({ event }) => event === "problem")).toEqual([])
})

test("permissions are enforced by default, and a denial is reported", async () => {
  const { url, events } = await start(writeTemplate(respond("hi")), { iam: undefined as never })
  const socket = new WebSocket(url)
  const [, response] = await once(socket, "unexpected-response")
  expect(response.statusCode).toBe(500)
  expect(events).toContainEqual(expect.objectContaining({ event: "denied", action: "lambda:InvokeFunction" }))
})

test("what a template asks for and is not served is reported as a warning", async () => {
  const managed = { Type: "AWS::KinesisFirehose::DeliveryStream", Properties: {} }
  const { events } = await start(writeTemplate(respond("hi"), { Topic: managed }))
  expect(events).toContainEqual({
    event: "problem",
    code: "WARNING",
    message: expect.stringMatching(/^Not served locally: .*Topic/),
    hint: "",
  })
})

test("what is served and may not work on AWS is reported as advice", async () => {
  const { events } = await start(writeTemplate(respond("hi"), { Send: { ApiKeyRequired: true } }))
  expect(events).toContainEqual({
    event: "problem",
    code: "WARNING",
    message: expect.stringMatching(
      /^Check before you deploy: Send .*ApiKeyRequired applies to the \$connect route only\.$/,
    ),
    hint: "",
  })
})

test("a reload serves the changed source to open connections", async () => {
  const source = writeTemplate(respond("first"))
  const { gateway, url } = await start(source)
  const socket = await open(url)
  expect(await ask(socket)).toBe("first")
  writeTemplate(respond("second"), {}, source)
  await gateway.reload()
  expect(await ask(socket)).toBe("second")
})

test("a reload from another source makes it the source, and one that fails does not", async () => {
  const { gateway, url } = await start(writeTemplate(respond("first")))
  const socket = await open(url)
  const broken = writeTemplate("", { Function: { Code: { LocalPath: "no-such-folder" } } })
  await expect(gateway.reload(broken)).rejects.toThrow("The code of function Function is not at")
  await expect(gateway.reload(join(temporaryFolder(), "none.json"))).rejects.toThrow("none.json")
  expect(await ask(socket)).toBe("first")
  await gateway.reload()
  await gateway.reload(writeTemplate(respond("second")))
  await gateway.reload()
  expect(await ask(await open(gateway.outputs().Url ?? ""))).toBe("second")
})

test("a reload opens a port for an API that is new, and its functions learn its address", async () => {
  const source = writeTemplate(respond("first"))
  const { gateway, url } = await start(source)
  const socket = await open(url)
  expect(await ask(socket)).toBe("first")
  const fetching = `exports.handler = async () => {
    const response = await fetch(process.env.HTTP_API)
    return { statusCode: 200, body: response.status + " " + await response.text() }
  }`
  const httpApi = { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } }
  const stage = {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: { Ref: "Http" }, StageName: "$default", AutoDeploy: true },
  }
  const address = { "Fn::Sub": `https://\${Http}.execute-api.\${AWS::Region}.amazonaws.com/` }
  const variables = { Code: { ZipFile: fetching }, Environment: { Variables: { HTTP_API: address } } }
  writeTemplate(fetching, { Http: httpApi, HttpStage: stage, Function: variables }, source)
  await gateway.reload()
  expect(await ask(socket)).toBe('404 {"message":"Not Found"}')
  expect(gateway.stages().map(({ protocol }) => protocol)).toEqual(["WEBSOCKET", "HTTP"])
  const port = Number(new URL(gateway.stages()[1]?.url ?? "").port)

  writeTemplate(respond("third"), {}, source)
  await gateway.reload()
  expect(gateway.stages()).toHaveLength(1)
  const removed = await fetch(`http://localhost:${port}/`)
  expect([removed.status, await removed.text()]).toEqual([404, '{"message":"Not Found"}'])
})

test("a function's code can be replaced by that of another folder", async () => {
  const { gateway, url } = await start(writeTemplate(respond("first")))
  const socket = await open(url)
  expect(await ask(socket)).toBe("first")
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "index.js"), respond("from the folder"))
  const [{ functionName } = { functionName: "" }] = gateway.functions()
  await gateway.updateFunctionCode(functionName, folder)
  expect(await ask(socket)).toBe("from the folder")
})

test("a start whose port is taken reports it and leaves nothing open", async () => {
  const { gateway } = await start(writeTemplate(respond("hi")))
  const port = Number(new URL(gateway.siteUrl).port)
  await expect(startGateway({ source: writeTemplate(respond("hi")), port })).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: `Port ${port} is in use.`,
  })
})

test("a start that fails after ports were opened closes them", async () => {
  const { first } = await takePort(1)
  await expect(startGateway({ source: writeTemplate(respond("hi")), port: first })).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: `Port ${first + 1} is in use.`,
  })
  const [refused] = await once(connect(first, "127.0.0.1"), "error")
  expect(refused).toMatchObject({ code: "ECONNREFUSED" })
})

test("a reload that fails after a port was opened closes it, and the next reload opens it again", async () => {
  const { first, taken } = await takePort(3)
  const source = writeTemplate(respond("hi"))
  const { gateway } = await start(source, { port: first })
  const [chat] = gateway.stages()
  const apis = ["Http1", "Http2"].flatMap((id) => [
    [id, { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: id, ProtocolType: "HTTP" } }],
    [
      `${id}Stage`,
      {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: { ApiId: { Ref: id }, StageName: "$default", AutoDeploy: true },
      },
    ],
  ])
  writeTemplate(respond("hi"), Object.fromEntries(apis), source)
  await expect(gateway.reload()).rejects.toMatchObject({ message: `Port ${first + 3} is in use.` })
  expect(gateway.stages()).toEqual([chat])
  const [refused] = await once(connect(first + 2, "127.0.0.1"), "error")
  expect(refused).toMatchObject({ code: "ECONNREFUSED" })

  await once(taken.close(), "close")
  await gateway.reload()
  const urls = [first + 2, first + 3].map((port) => `http://localhost:${port}`)
  expect(gateway.stages().map(({ url }) => url)).toEqual([chat?.url, ...urls])
  for (const url of urls) expect((await fetch(url)).status).toBe(404)
})

/** A collector of OpenTelemetry, with all that it has received. */
async function startCollector() {
  let received = ""
  const server = createServer(async (request, response) => {
    for await (const chunk of request) received += chunk
    response.end("{}")
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close().closeAllConnections())
  return { otlpUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received: () => received }
}

test("closing ends open connections with 1001, runs $disconnect to its end, and rejects new connections meanwhile", async () => {
  const { url: heldUrl, arrived } = await holdingServer()
  const { otlpUrl, received } = await startCollector()
  const code = `exports.handler = async ({ requestContext: { routeKey } }) => {
    if (routeKey === "$disconnect") await fetch("${heldUrl}")
    return { statusCode: 200 }
  }`
  const disconnect = {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: "Api" },
      RouteKey: "$disconnect",
      Target: { "Fn::Sub": `integrations/\${Integration}` },
    },
  }
  const { gateway, url, records } = await start(writeTemplate(code, { Disconnect: disconnect }), { otlpUrl })
  const socket = await open(url)
  const ended = once(socket, "close")
  let isClosed = false
  const closed = gateway.close().then(() => {
    isClosed = true
  })
  const [closeCode, reason] = await ended
  expect([closeCode, String(reason)]).toEqual([1001, "Going away"])
  const held = await arrived
  const [refused] = await once(connect(Number(new URL(url).port), "127.0.0.1"), "error")
  expect(refused).toMatchObject({ code: "ECONNREFUSED" })
  expect(isClosed).toBe(false)
  held.end()
  await closed
  expect(records.at(-1)).toMatchObject({
    routeKey: "$disconnect",
    context: { status: 200, disconnectStatusCode: 1001, disconnectReason: "Going away" },
  })
  expect(records.at(-1)).not.toHaveProperty("failure")
  // What happens during the close is exported too.
  expect(received()).toContain("$disconnect")
  await gateway.close()
})
