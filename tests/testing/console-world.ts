// A gateway with routes that succeed, fail and push, and the console in Chromium, for all tests of a file.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Gateway, type GatewayOptions, startGateway } from "@document-insight/gateway"
import { openSocket, type TestSocket } from "@document-insight/gateway/testing"
import type { Locator, Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from "vitest"
import { sharedBrowser, useSharedPage } from "./browser.ts"
import { accept, functionResource, manageConnections, type TestApi, webSocketTemplate } from "./template.ts"

const push = `
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
export const handler = async ({ requestContext: { domainName, stage, connectionId }, body }) => {
  const client = new ApiGatewayManagementApiClient({ endpoint: "https://" + domainName + "/" + stage })
  console.log("pushing to", connectionId)
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify({ pushed: JSON.parse(body).text }) }))
  return { statusCode: 200, body: '{"status":"done"}' }
}`

/** Logs a metric in CloudWatch's embedded metric format. */
const measure = `export const handler = async ({ body }) => {
  const directive = { Namespace: "Shop", Dimensions: [["Plan"]], Metrics: [{ Name: "Orders", Unit: "Count" }] }
  const { orders } = JSON.parse(body)
  console.log(JSON.stringify({ _aws: { Timestamp: 0, CloudWatchMetrics: [directive] }, Plan: "pro", Orders: orders }))
  return { statusCode: 200, body: '{"status":"measured"}' }
}`

/** Accepts the first subprotocol that the client offers. */
const chooseProtocol = `export const handler = async ({ headers }) => {
  const offered = headers["Sec-WebSocket-Protocol"]
  return { statusCode: 200, headers: offered ? { "Sec-WebSocket-Protocol": offered.split(",")[0] } : {} }
}`

const routes = {
  $connect: { code: chooseProtocol, authorization: "CUSTOM" as const },
  $disconnect: { code: accept },
  ping: { code: 'export const handler = async () => ({ statusCode: 200, body: \'{"status":"pong"}\' })', twoWay: true },
  push: { code: push, twoWay: true, functionTimeoutSeconds: 20 },
  measure: { code: measure, twoWay: true },
  total: {
    code: "const total = (order) => order.items.length\nexport const handler = async () => total({})",
    twoWay: true,
  },
  slow: {
    code: "export const handler = () => new Promise((resolve) => setTimeout(resolve, 3000))",
    twoWay: true,
    timeoutMs: 50,
    functionTimeoutSeconds: 1,
  },
  forgotten: { code: accept, twoWay: true, withoutPermission: true },
}

const authorizerCode = `export const handler = async ({ methodArn, queryStringParameters: { user = "guest" } = {} }) => ({
  principalId: user,
  context: { plan: "pro" },
  policyDocument: { Version: "2012-10-17", Statement: [{ Effect: user === "mallory" ? "Deny" : "Allow", Action: "execute-api:Invoke", Resource: methodArn }] },
})`

/** An HTTP API with a function that logs in JSON, a role without grants, and a stream, which is not served. */
const resources = {
  Http: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
  HttpFunction: {
    ...functionResource(
      'export const handler = async ({ body }) => { console.log({ received: body }); return { statusCode: 201, body: "created" } }',
      {},
    ),
  },
  HttpIntegration: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: "Http" },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: { "Fn::GetAtt": ["HttpFunction", "Arn"] },
      PayloadFormatVersion: "2.0",
    },
  },
  HttpRoute: {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: "Http" },
      RouteKey: "POST /orders",
      Target: { "Fn::Join": ["/", ["integrations", { Ref: "HttpIntegration" }]] },
    },
  },
  HttpStage: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: { Ref: "Http" }, StageName: "$default", AutoDeploy: true },
  },
  HttpPermission: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { Ref: "HttpFunction" },
      Principal: "apigateway.amazonaws.com",
    },
  },
  PoorRole: {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
    },
  },
  Clicks: { Type: "AWS::KinesisFirehose::DeliveryStream", Properties: {} },
}
Object.assign(resources.HttpFunction.Properties, { LoggingConfig: { LogFormat: "JSON" } })

/** What a file of tests needs in addition: parts of the template, and options of the gateway. */
export type WorldAdditions = Partial<Pick<TestApi, "routes" | "resources" | "statements" | "environment">>

export type ConsoleWorld = {
  gateway: Gateway
  /** Of the template that the gateway serves. */
  source: string
  url: string
  httpUrl: string
  /**
   * Shows a view in the one page of the file: loading the page again takes longer than most of the tests. Its timeline has
   * what happened since the test began. With `reload` it has the whole history, and the page no other state.
   */
  openConsole(hash?: string, options?: { reload?: boolean }): Promise<ConsolePage>
  connect(query?: string): Promise<TestSocket>
  /**
   * Copies rows of the timeline as Vitest tests, and expects a part of each.
   * @returns the tests by the names that they were given
   */
  copyTests(rows: readonly (readonly [name: string, row: RegExp, part: string])[]): Promise<Map<string, string>>
}

export type ConsolePage = {
  page: Page
  /** Since the test began. */
  complaints: string[]
  list: Locator
  detail: Locator
  row(name: string | RegExp): Locator
}

/** Runs in the page: shows an empty timeline that is neither filtered nor paused. */
const clearTimeline = `(async () => {
  const nextFrame = () => new Promise(requestAnimationFrame)
  const press = async (name) => {
    for (const button of document.querySelectorAll("search button")) {
      if (button.textContent.startsWith(name)) button.click()
    }
    await nextFrame()
  }
  location.hash = "#/timeline"
  while (!document.querySelector("main.timeline search")) await nextFrame()
  for (const name of ["Resume", "Reset", "Clear"]) await press(name)
})()`

/** Call it at the top of a test file. The world is complete when the first test begins. */
export function useConsoleWorld(additions: WorldAdditions = {}, options: Partial<GatewayOptions> = {}): ConsoleWorld {
  const world = {} as ConsoleWorld
  let folder: string
  const shared = useSharedPage({
    viewport: { width: 1400, height: 860 },
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "console-test-"))
    const source = join(folder, "template.json")
    const invoke = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }
    const template = webSocketTemplate({
      routes: { ...routes, ...additions.routes },
      resources: { ...resources, ...additions.resources },
      statements: [manageConnections, invoke, ...(additions.statements ?? [])],
      authorizer: { code: authorizerCode },
      environment: additions.environment ?? {},
    })
    writeFileSync(source, template)
    // The browser starts at the same time.
    const [gateway] = await Promise.all([startGateway({ source, ...options }), sharedBrowser()])
    const httpUrl = gateway.stages().find(({ protocol }) => protocol === "HTTP")?.url ?? ""
    Object.assign(world, { gateway, source, url: gateway.outputs().Url ?? "", httpUrl })
  })

  beforeEach(async () => {
    // The test before may leave clients, also some that open only now.
    const closeAll = () => {
      for (const connection of world.gateway.connections.all()) connection.close(1000, "")
      return world.gateway.connections.size
    }
    await expect.poll(closeAll, { timeout: 10_000 }).toBe(0)
    await shared.opened?.page.evaluate(clearTimeline)
  })

  afterAll(async () => {
    await shared.close()
    await world.gateway?.close()
    rmSync(folder, { recursive: true })
  })

  return Object.assign(world, {
    async openConsole(hash = "#/timeline", { reload = false } = {}) {
      const isOpen = shared.opened !== undefined
      const { page, complaints } = await shared.get()
      if (isOpen) await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
      else await page.goto(`${world.gateway.siteUrl}/_console${hash}`)
      if (isOpen && reload) await page.reload()
      const [view = ""] = hash.split("/").slice(1)
      try {
        await page.locator(`#app:has(#link[data-state="live"]) main.${view}`).waitFor()
      } catch (cause) {
        throw new Error(`The console is not live. ${JSON.stringify(complaints)}`, { cause })
      }
      return {
        page,
        complaints,
        list: page.getByRole("listbox"),
        detail: page.getByRole("article"),
        row: (name: string | RegExp) => page.getByRole("listbox").getByRole("option", { name }),
      }
    },
    async copyTests(rows: readonly (readonly [name: string, row: RegExp, part: string])[]) {
      const { page, row, detail } = await world.openConsole()
      const texts = new Map<string, string>()
      for (const [name, recorded, part] of rows) {
        await row(recorded).last().click()
        await detail.getByRole("button", { name: "Copy as Vitest test" }).click()
        await detail.getByRole("button", { name: "Copied Vitest test" }).waitFor()
        const text = await page.evaluate<string>("navigator.clipboard.readText()")
        expect(text).toContain(part)
        texts.set(name, text)
      }
      return texts
    },
    async connect(query = "") {
      const socket = await openSocket(world.url + query, { timeoutMs: 10_000 })
      onTestFinished(() => socket.terminate())
      return socket
    },
  })
}
