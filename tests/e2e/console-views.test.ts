// The console in Chromium: connections, composer, deployment and metrics, also in a narrow window. One gateway and one page for all tests.
import { readFileSync } from "node:fs"
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import type { TestSocket } from "@document-insight/gateway/testing"
import { expect, onTestFinished, test } from "vitest"
import { withAddresses } from "../testing/console-addresses.ts"
import { withServices } from "../testing/console-services.ts"
import { useConsoleWorld } from "../testing/console-world.ts"
import { runCopiedTests } from "../testing/run-copied-tests.ts"

const world = useConsoleWorld({ ...withServices, resources: { ...withServices.resources, ...withAddresses } })

test("a connection has its age, limits, source, authorizer context and counts", async () => {
  const { page, detail } = await world.openConsole("#/connections")
  const socket = await world.connect("?user=ada")
  socket.send({ action: "ping" })
  await socket.next()
  await page.getByRole("row").nth(1).getByRole("link").click()
  await detail.getByText("9 min 5").waitFor()
  await detail.getByText("1 h 59 min left").waitFor()
  await detail.getByText("127.0.0.1").waitFor()
  await detail.getByText('"principalId": "ada"').waitFor()
  await detail.getByText("1 message, 17 B").first().waitFor()
})

test("the conversation of a connection has the frames of both directions in order", async () => {
  const { page, detail } = await world.openConsole("#/connections")
  const socket = await world.connect()
  socket.send({ action: "push", text: "talk" })
  await socket.next()
  await socket.next()
  await page.getByRole("row").nth(1).getByRole("link").click()
  await detail.getByText('{"status":"done"}').waitFor()
  const turns = await detail.locator(".conversation code").allInnerTexts()
  expect(turns).toEqual(['{"action":"push","text":"talk"}', '{"pushed":"talk"}', '{"status":"done"}'])
  await detail.getByText('{"pushed":"talk"}').click()
  await detail.getByText("Sent by").waitFor()
})

test("the address of a connection opens it, also after it has closed", async () => {
  const { page, detail } = await world.openConsole("#/connections")
  const socket = await world.connect()
  await page.getByRole("row").nth(1).getByRole("link").click()
  const { hash } = new URL(page.url())
  await socket.close(4321, "done here")
  await detail.getByText("4321").waitFor()
  await world.openConsole(hash, { reload: true })
  await detail.getByText("closed").first().waitFor()
  await detail.getByText("$disconnect").waitFor()
})

test("a connection can be closed with a chosen code and reason", async () => {
  const { page, detail } = await world.openConsole("#/connections")
  const socket = await world.connect()
  await page.getByRole("row").nth(1).getByRole("link").click()
  await detail.getByLabel("Close code").selectOption("1012")
  await detail.getByLabel("Close reason").fill("restart")
  await detail.getByRole("button", { name: "Close" }).click()
  expect(await socket.closed).toEqual({ code: 1012, reason: "restart" })
})

test("all connections can be closed at once", async () => {
  const { page } = await world.openConsole("#/connections")
  const sockets = [await world.connect(), await world.connect()]
  await page.getByText(/^[2-9] open$/).waitFor()
  await page.getByLabel("Close code").selectOption("4000")
  await page.getByRole("button", { name: "Close all" }).click()
  expect(await Promise.all(sockets.map(({ closed }) => closed))).toMatchObject([{ code: 4000 }, { code: 4000 }])
  await page.getByText("No connection is open").waitFor()
})

test("connections can be found by what their authorizer returned", async () => {
  const { page } = await world.openConsole("#/connections")
  await world.connect("?user=ada")
  await world.connect("?user=grace")
  await expect.poll(() => page.getByRole("row").count(), { timeout: 10_000 }).toBeGreaterThan(2)
  await page.getByLabel("Filter connections").fill("grace")
  await expect.poll(() => page.getByRole("row").count(), { timeout: 10_000 }).toBe(2)
})

test("the management API can be called as the administrator", async () => {
  const { page, detail } = await world.openConsole("#/connections")
  const socket = await world.connect()
  await page.getByRole("row").nth(1).getByRole("link").click()
  await detail.getByLabel("Payload").fill("from the console")
  await detail.getByRole("button", { name: "POST" }).click()
  expect(await socket.next()).toBe("from the console")
  await detail.getByLabel("Method").selectOption("GET")
  await detail.getByRole("button", { name: "GET" }).click()
  await detail.getByText(/^200 .*"lastActiveAt"/).waitFor()
  await detail.getByLabel("Method").selectOption("DELETE")
  await detail.getByRole("button", { name: "DELETE" }).click()
  expect(await socket.closed).toMatchObject({ code: 1000 })
})

test("a call as a role without the grant is denied, and the timeline and the role show the fix", async () => {
  const { page, detail, row } = await world.openConsole("#/connections")
  await world.connect()
  await page.getByRole("row").nth(1).getByRole("link").click()
  await detail.getByLabel("Call as").selectOption("PoorRole")
  await detail.getByRole("button", { name: "POST" }).click()
  await detail.getByText(/^403 AccessDeniedException/).waitFor()
  await page.getByRole("link", { name: "Timeline" }).click()
  await row(/push.*403/)
    .last()
    .click()
  await detail.getByText("Add to the policies of PoorRole").waitFor()
  await page.getByRole("link", { name: "Deployment" }).click()
  const role = page.getByRole("article", { name: "Role PoorRole" })
  await role.getByText("Add to the policies of PoorRole").waitFor()
})

test("the composer connects with a query, headers and a subprotocol, and shows the responses", async () => {
  const { page, row, detail } = await world.openConsole("#/composer", { reload: true })
  await page.getByLabel("Query string").fill("user=grace")
  await page.getByLabel("Headers, one per line").fill("X-Color: green")
  await page.getByLabel("Subprotocols").fill("chat.v1")
  await page.getByRole("button", { name: "Connect" }).click()
  await page.getByRole("button", { name: "Send" }).click()
  const conversation = page.getByRole("region", { name: "Conversation" })
  await conversation.getByText('{"status":"pong"}').waitFor()
  await page.getByRole("link", { name: "Timeline" }).click()
  // The handshakes of other tests are listed as well.
  await page.getByLabel("Filter", { exact: true }).fill("X-Color")
  await row(/\$connect/)
    .last()
    .click()
  await detail.getByText("Event", { exact: true }).click()
  await detail.getByText('"X-Color": "green"').first().waitFor()
  await detail.getByText('"Sec-WebSocket-Protocol": "chat.v1"').first().waitFor()
  await detail.getByText('"user": "grace"').first().waitFor()
})

test("the composer shows why a handshake was rejected", async () => {
  const { page } = await world.openConsole("#/composer", { reload: true })
  await page.getByLabel("Query string").fill("user=mallory")
  await page.getByRole("button", { name: "Connect" }).click()
  await page.getByRole("alert").getByText("rejected with 403").waitFor()
})

test("the composer shows errors beside the message, and closes its client with a code", async () => {
  const { page } = await world.openConsole("#/composer", { reload: true })
  await page.getByRole("button", { name: "Connect" }).click()
  await page.getByLabel("Text frame").fill('{"action":"total"}')
  await page.getByRole("button", { name: "Send" }).click()
  const conversation = page.getByRole("region", { name: "Conversation" })
  await conversation.getByText("Cannot read properties of undefined").waitFor()
  await conversation.getByLabel("Close code").selectOption("4000")
  await conversation.getByRole("button", { name: "Close" }).click()
  await page.getByText("Connect to see the frames").waitFor()
})

test("messages can be saved and are there after the page is loaded again", async () => {
  const { page } = await world.openConsole("#/composer")
  await page.getByLabel("Text frame").fill('{"action":"push","text":"saved"}')
  await page.getByLabel("Name of the saved message").fill("greeting")
  await page.getByRole("button", { name: "Save" }).click()
  await page.reload()
  await page.getByRole("button", { name: "greeting", exact: true }).click()
  expect(await page.getByLabel("Text frame").inputValue()).toBe('{"action":"push","text":"saved"}')
  await page.getByRole("button", { name: "Delete greeting" }).click()
  expect(await page.getByRole("button", { name: "greeting", exact: true }).count()).toBe(0)
})

test("a recorded message can be replayed", async () => {
  // Without the clients of other tests, which the page would use again.
  const { page, row, detail } = await world.openConsole("#/timeline", { reload: true })
  const socket = await world.connect()
  socket.send({ action: "push", text: "again" })
  await socket.next()
  await socket.next()
  await row(/"action":"push","text":"again"/).click()
  await detail.getByRole("button", { name: "Replay", exact: true }).click()
  await page.getByRole("region", { name: "Conversation" }).getByText('{"pushed":"again"}').waitFor()
})

test("recorded messages, requests and calls can be copied as Vitest tests, which pass", async () => {
  const { page } = await world.openConsole()
  const socket = await world.connect()
  socket.send({ action: "ping", mark: "as a test" })
  await socket.next()
  await fetch(`${world.httpUrl}/orders?mark=copied`, { method: "POST", body: "{}" })
  await callAsAdministrator(socket)
  const texts = await world.copyTests([
    ["message", /as a test/, 'toMatchObject({"status":"pong"})'],
    ["request", /POST \/orders/, "/orders?mark=copied"],
    ["post", /push it's \{"posted":true\} .*200/, 'toBe("it\'s {\\"posted\\":true}")'],
    ["get", /GET @connections .*200/, "ConnectedAt: expect.any(Date)"],
    ["delete", /DELETE @connections .*204/, "await socket.closed"],
    ["gone", /push too late .*410/, "httpStatusCode: 410"],
  ])
  const caller = await world.connect()
  caller.send({ action: "use" })
  expect(await caller.nextJson()).toEqual({ status: "used" })
  await page.getByLabel("Kind").selectOption("service")
  const ofServices = await world.copyTests([
    ["sns", /SNS Publish .*200/, 'Message: "it\'s \\"new\\""'],
    ["events", /EventBridge PutEvents .*200/, "Time: new Date(1700000000000)"],
    ["kinesis", /Kinesis PutRecord .*200/, 'Data: Buffer.from("b25l", "base64")'],
    ["states", /Step Functions StartExecution .*200/, 'input: "{\\"order\\":1}"'],
    ["parameter", /Systems Manager GetParameter .*200/, 'Name: "/app/key"'],
    ["missing", /Systems Manager GetParameter .*400/, "rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })"],
    ["secret", /Secrets Manager GetSecretValue .*200/, 'SecretId: "token"'],
  ])
  const { stdout, status } = runCopiedTests(new Map([...texts, ...ofServices]), world.source)
  expect(stdout).toContain("13 passed")
  expect(status).toBe(0)
})

/** Sends a POST, a GET and a DELETE for the connection, and a POST that finds it gone. */
async function callAsAdministrator(socket: TestSocket): Promise<void> {
  const { connections, credentials } = world.gateway
  const ConnectionId = [...connections.all()].at(-1)?.facts.connectionId
  const endpoint = world.url.replace(/^ws/, "http")
  const client = new ApiGatewayManagementApiClient({ endpoint, region: "us-east-1", credentials })
  onTestFinished(() => client.destroy())
  const post = (text: string) => client.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(text) }))
  await post('it\'s {"posted":true}')
  await client.send(new GetConnectionCommand({ ConnectionId }))
  await client.send(new DeleteConnectionCommand({ ConnectionId }))
  await socket.closed
  await expect(post("too late")).rejects.toBeInstanceOf(GoneException)
}

test("the deployment has routes, authorizers, functions and roles with their logical ids", async () => {
  const { page } = await world.openConsole("#/deployment")
  await page.getByRole("heading", { name: "WebSocket API Api" }).waitFor()
  await page.getByRole("row", { name: /ping.*AWS_PROXY FunctionPing.*29 s.*two-way.*RoutePing/ }).waitFor()
  await page.getByRole("row", { name: /\$connect.*Authorizer/ }).waitFor()
  await page.getByRole("row", { name: /POST \/orders.*HttpFunction/ }).waitFor()
  await page.getByRole("heading", { name: "FunctionPush" }).waitFor()
  await page.getByText("JSON logs").waitFor()
})

test("the deployment has function URLs and custom domain names with their local addresses", async () => {
  const { page } = await world.openConsole("#/deployment")
  const urls = page.getByRole("table", { name: "Function URLs" })
  await urls.getByText("AddressPermission permits everyone").waitFor()
  await urls.getByRole("row", { name: /HttpFunction http:\/\/localhost:\d+.* NONE.* none Address / }).waitFor()
  const row = page.getByRole("row", { name: /shop\.example\.com\/v1 Http, stage \$default .* Mapping / })
  const url = await row.getByText(/^http:/).innerText()
  expect((await fetch(`${url}/orders`, { method: "POST", body: "{}" })).status).toBe(201)
})

test("the deployment names what is not served, and why", async () => {
  const { page } = await world.openConsole("#/deployment")
  const item = page.getByRole("listitem").filter({ hasText: "AWS::KinesisFirehose::DeliveryStream" })
  await item.getByText("Clicks", { exact: true }).waitFor()
  expect((await item.getByRole("paragraph").innerText()).length).toBeGreaterThan(10)
})

test("a role has the grants that this run used, and those that it never used", async () => {
  const socket = await world.connect()
  socket.send({ action: "push", text: "used" })
  await socket.next()
  await socket.next()
  const { page } = await world.openConsole("#/deployment")
  const role = page.getByRole("article", { name: "Role Role" })
  await role
    .getByRole("listitem")
    .filter({ hasText: "ManageConnections" })
    .getByText(/^used \d+×$/)
    .waitFor()
  await role.getByRole("listitem").filter({ hasText: "execute-api:Invoke" }).getByText("never used").waitFor()
})

test("the events that the filter shows can be exported as HAR and as JSON lines", async () => {
  const { page, row } = await world.openConsole()
  const socket = await world.connect("?user=ada")
  socket.send({ action: "push", text: "exported" })
  await socket.next()
  await socket.next()
  await row(/"text":"exported"/).waitFor()
  const exported = async (form: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByLabel("Export").selectOption({ label: form }),
    ])
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") }
  }
  const har = await exported("HAR")
  expect(har.name).toBe("events.har")
  const { log } = JSON.parse(har.text)
  const entry = log.entries.findLast((one: { _webSocketMessages?: { data: string }[] }) =>
    one._webSocketMessages?.some(({ data }) => data.includes("exported")),
  )
  expect(entry.request.url).toContain("?user=ada")
  expect(entry._webSocketMessages.map(({ type, data }: { type: string; data: string }) => [type, data])).toEqual([
    ["send", '{"action":"push","text":"exported"}'],
    ["receive", '{"pushed":"exported"}'],
    ["receive", '{"status":"done"}'],
  ])
  await page.getByLabel("Filter", { exact: true }).fill('"text":"exported"')
  await page.getByText(/^1 of \d+ events$/).waitFor()
  const lines = (await exported("JSON lines")).text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
  expect(lines.filter(({ kind }) => kind === "event")).toMatchObject([{ frame: '{"action":"push","text":"exported"}' }])
  expect(lines.some(({ kind, text }) => kind === "output" && text.includes("pushing to"))).toBe(true)
})

test("the metrics have CloudWatch's names, and those that a function embeds in its log", async () => {
  const { page } = await world.openConsole("#/metrics")
  await fetch(`${world.httpUrl}/orders`, { method: "POST", body: '{"item":"book"}' })
  const socket = await world.connect()
  socket.send({ action: "measure", orders: 3 })
  await socket.next()
  await page.getByRole("row", { name: /^MessageCount AWS\/ApiGateway .*measure 2 2 1 1$/ }).waitFor()
  await page
    .getByRole("row", { name: /^Invocations AWS\/Lambda .*/ })
    .first()
    .waitFor()
  await page.getByRole("row", { name: /^Orders Shop pro 3 1 3 3$/ }).waitFor()
  const response = await fetch(`${world.gateway.siteUrl}/_console/metrics`)
  const text = await response.text()
  expect(text).toMatch(/^aws_apigateway_message_count_total\{.*Route="measure"\} 2$/m)
  expect(text).toMatch(/^aws_lambda_duration_milliseconds_count\{FunctionName=".*FunctionMeasure.*"\} 1$/m)
  expect(text).toMatch(/^emf_shop_orders_sum\{Plan="pro"\} 3$/m)
})

test("the metrics chart rates and latencies, and count by route", async () => {
  const { page } = await world.openConsole("#/metrics")
  const socket = await world.connect()
  socket.send({ action: "ping" })
  await socket.next()
  await page.getByRole("row", { name: /^ping \d+ 0 \d+ ms \d+ ms$/ }).waitFor()
  await page.getByRole("img", { name: /^Latency: p50 [\d.]+ ms, p99 [\d.]+ ms$/ }).waitFor()
  const legend = page.locator("figure", { hasText: "Failures per second" }).locator(".legend > span")
  const colorsIn = async (colorScheme: "light" | "dark") => {
    await page.emulateMedia({ colorScheme })
    return await page.evaluate<string[]>(
      "[...document.querySelectorAll('.legend [data-tone=error], .legend [data-tone=error] + span')].map((one) => getComputedStyle(one).color)",
    )
  }
  expect(await legend.allInnerTexts()).toEqual([expect.stringMatching(/^errors/), expect.stringMatching(/^throttles/)])
  expect(await colorsIn("light")).toEqual(["rgb(163, 52, 31)", "rgb(125, 82, 0)"])
  expect(await colorsIn("dark")).toEqual(["rgb(240, 154, 132)", "rgb(226, 180, 92)"])
})

test("every view takes the whole width and height of a narrow window", async () => {
  const { page } = await world.openConsole()
  const wide = page.viewportSize()
  onTestFinished(() => page.setViewportSize(wide!))
  await page.setViewportSize({ width: 390, height: 820 })
  const names = await page.getByRole("navigation", { name: "Views" }).getByRole("link").allInnerTexts()
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    await page.getByRole("link", { name, exact: true }).click()
    await page.getByRole("link", { name, exact: true }).and(page.locator("[aria-current=page]")).waitFor()
    const measure = async () => {
      const boxes = await page
        .locator("main > *")
        .evaluateAll((parts) => parts.map((part) => ({ ...part.getBoundingClientRect().toJSON() })))
      return {
        sides: boxes.map(({ left, right }) => [left, right]),
        bottom: Math.max(...boxes.map((box) => box.bottom)),
      }
    }
    // Some views are loaded first.
    const sides = () =>
      measure().then((measured) => measured.sides.every(([left, right]) => left === 0 && right === 390))
    await expect.poll(() => measure().then(({ bottom }) => bottom), { message: name, timeout: 20_000 }).toBe(820)
    await expect.poll(sides, { message: name, timeout: 20_000 }).toBe(true)
  }
})
