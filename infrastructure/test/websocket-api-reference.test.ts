// Runs the examples of WEBSOCKET_API.md: dialogues with the connection handler, programs with a server, CDK code.
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { pathToFileURL } from "node:url"
import { parseServerMessage } from "@document-insight/protocol"
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest"
import { type WebSocket as ServerSocket, WebSocketServer } from "ws"
import { createConnectionHandler } from "../../functions/src/connection-handler/routes.ts"
import { settings } from "../src/config.ts"
import { synthesized } from "./synthesized.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { app } from "./websocket-api-example.ts"

const root = join(import.meta.dirname, "..", "..")
const reference = readFileSync(join(root, "infrastructure", "WEBSOCKET_API.md"), "utf8")
const examples = [...reference.matchAll(/<!-- run: (\w+) -->\n```\w*\n([\s\S]*?)```/g)].map(([, how, code]) => ({
  how,
  code: code as string,
}))
const examplesFor = (how: string) => examples.filter((example) => example.how === how).map(({ code }) => code)

const onePage = { pagesProcessed: 50, totalPages: 100, percentComplete: 50, timestamp: "2026-11-22T21:00:00.000Z" }
const known = { status: "progress", documentId: "d1", sequence: 7, ...onePage }

describe("the dialogues are the responses of the connection handler", () => {
  beforeEach(() => vi.useFakeTimers({ now: new Date(onePage.timestamp), toFake: ["Date"] }))
  afterEach(() => vi.useRealTimers())

  const turns = examplesFor("dialogue").flatMap((code) =>
    [...code.matchAll(/^> (.*)\n< (.*)$/gm)].map(([, sent, answer]) => [sent, answer]),
  )

  test.each(turns)("> %s", async (sent, answer) => {
    expect(await answerOf(sent as string)).toBe(answer)
  })

  test("all of them are run", () => {
    expect(turns).toHaveLength(6)
  })
})

test("the pushed messages are messages of the protocol", () => {
  const lines = examplesFor("pushed").flatMap((code) => code.trim().split("\n"))
  expect(lines).toHaveLength(3)
  for (const line of lines) expect(parseServerMessage(line.slice(2))).toEqual(JSON.parse(line.slice(2)))
})

test("the browser example watches, shows only the newest progress, and closes when the document is complete", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" })
  await once(server, "listening")
  const connected = new Promise<ServerSocket>((resolve) => server.once("connection", resolve))
  const shown: string[] = []
  const webSocketUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/dev`
  new Function("webSocketUrl", "documentId", "show", examplesFor("browser")[0] as string)(
    webSocketUrl,
    "d1",
    (line: string) => shown.push(line),
  )

  const socket = await connected
  const closed = new Promise((resolve) => socket.once("close", resolve))
  const request = await new Promise<Buffer>((resolve) => socket.once("message", resolve))
  socket.send((await answerOf(String(request))) as string)
  socket.send(JSON.stringify({ ...known, sequence: 6, percentComplete: 49 }))
  socket.send(JSON.stringify({ status: "pong" }))
  socket.send(JSON.stringify({ ...known, sequence: 8, status: "processing_complete", percentComplete: 100 }))
  await closed
  server.close()
  expect(shown).toEqual(["progress: 50 %", "processing_complete: 100 %"])
})

describe("the Lambda example", () => {
  let server: Server
  let posts: { path: string | undefined; body: string; authorization: string | undefined }[]
  let status: number

  beforeEach(async () => {
    posts = []
    status = 200
    server = createServer(async (request: IncomingMessage, response) => {
      posts.push({ path: request.url, body: await text(request), authorization: request.headers.authorization })
      response.writeHead(status, status === 410 ? { "x-amzn-errortype": "GoneException" } : {}).end()
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    vi.stubEnv("WEBSOCKET_CALLBACK_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`)
    vi.stubEnv("AWS_REGION", "us-east-1")
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example")
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
  })

  test("posts a signed message to the connection", async () => {
    const { push } = await lambdaExample()
    expect(await push("abc=", { hello: "there" })).toBe(true)
    expect(posts).toMatchObject([{ path: "/dev/@connections/abc%3D", body: '{"hello":"there"}' }])
    expect(posts[0]?.authorization).toContain("/us-east-1/execute-api/aws4_request")
  })

  test("reports a connection that is gone", async () => {
    status = 410
    const { push } = await lambdaExample()
    expect(await push("abc=", {})).toBe(false)
  })
})

test("the CDK example is the one that is type-checked, and synthesizes", () => {
  const [example = ""] = examplesFor("cdk")
  for (const method of ["configureWebSocketRoutes", "addWebSocketUrlOutput", "grantManageConnections"]) {
    expect(example).toContain(`webSocketApi.${method}(`)
  }
  const file = readFileSync(join(import.meta.dirname, "websocket-api-example.ts"), "utf8")
  const [, ...code] = file.replaceAll('"../src/', '"./src/').split("\n")
  expect(code.join("\n")).toBe(example)
  // Without CloudFormation's rules, whose engine takes seconds to start: rules.soak.test.ts checks this stack.
  vi.stubEnv("CDK_VALIDATION", "false")
  onTestFinished(() => void vi.unstubAllEnvs())
  const stackNames = app.synth().stacks.map(({ stackName }) => stackName)
  expect(stackNames).toEqual(["handler", "document-insight-dev-websocket-api", "notifier"])
})

test("every setting, alarm, log group and output that the reference names exists", () => {
  const system = synthesized("dev", { hosting: "none" })
  const templates = JSON.stringify(system.stacks.map(({ template }) => template))
  const words = [...reference.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word as string)
  for (const word of words.filter((each) => /^[a-z]+(_[a-z]+)+$/.test(each) && !/^processing_/.test(each)))
    expect(settings).toHaveProperty(word)
  for (const word of words.filter((each) => each.startsWith("…"))) expect(templates).toContain(word.slice(1))
  for (const word of words.filter((each) => /^\/aws\/apigateway\/document-insight/.test(each)))
    expect(templates).toContain(word.replace("{env}", "dev"))
  for (const word of words.filter((each) => /^WebSocketApi(?!Stack)[A-Z]\w+$/.test(each))) {
    expect(system.template("websocket-api").outputs).toHaveProperty(word)
  }
})

test("the limits in the reference are the defaults", () => {
  expect([settings.api_throttle_rate.default, settings.api_throttle_burst.default]).toEqual([1000, 2000])
  expect(/requests per second, burst +\| 1000, 2000 /.test(reference)).toBe(true)
  expect(settings.integration_timeout_ms.default).toBe(29_000)
})

/** The response of the connection handler to a message, with one document in its table. */
async function answerOf(body: string): Promise<string | undefined> {
  const action = actionOf(body)
  const routeKey = action === "progress" ? "progress" : "$default"
  const quiet = { addContext() {}, resetKeys() {}, appendKeys() {}, info() {} }
  const handler = createConnectionHandler({
    documents: { find: async (documentId: string) => (documentId === "d1" ? { progress: known } : undefined) },
    watchers: { watch: async () => {}, unwatch: async () => {} },
    logger: quiet,
  } as never)
  return (await handler({ requestContext: { routeKey, connectionId: "abc=" }, body } as never, {} as never)).body
}

function actionOf(body: string): unknown {
  try {
    return JSON.parse(body).action
  } catch {
    return undefined
  }
}

/** The example as a module inside the repository, where its import is resolved. */
async function lambdaExample(): Promise<{ push(connectionId: string, message: unknown): Promise<boolean> }> {
  const file = join(temporaryFolder(join(import.meta.dirname, "../../node_modules")), "push.mjs")
  writeFileSync(file, examplesFor("lambda")[0] as string)
  return import(/* @vite-ignore */ pathToFileURL(file).href)
}
