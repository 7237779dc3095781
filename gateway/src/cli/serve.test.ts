// Serving until the command is stopped: the options of the gateway, and the order in which things start and close.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import type { Gateway, GatewayEvent } from "../index.ts"
import { parseOptions } from "./options.ts"
import type { Ready, Reporter } from "./reporter.ts"
import { serve } from "./serve.ts"

/** An API with one route, and a table, which needs a stand-in. */
const template = {
  Parameters: { Greeting: { Type: "String", Default: "default" } },
  Resources: {
    Route: { Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId: { Ref: "Api" }, RouteKey: "$default" } },
    Api: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: { Name: "api", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
    },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId: { Ref: "Api" }, StageName: "dev", AutoDeploy: true },
    },
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "documents",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    },
  },
  Outputs: { Greeting: { Value: { Ref: "Greeting" } }, Url: { Value: { "Fn::Sub": "${Api.ApiEndpoint}/dev" } } },
}

/** Serves the template until `stop` is called. What happens is in `order`. */
async function serving(...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "serve-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const source = join(folder, "template.json")
  writeFileSync(source, JSON.stringify(template))
  const order: string[] = []
  const events: GatewayEvent[] = []
  const stop = new AbortController()
  let gateway: Gateway | undefined
  let served: Promise<number> | undefined
  const started = await new Promise<{ ready: Ready; siteUrl: string }>((resolve, reject) => {
    const reporter: Reporter = {
      ready(ready, siteUrl) {
        order.push("ready")
        resolve({ ready, siteUrl })
      },
      event: (event) => events.push(event),
      failure() {},
    }
    const watch = (opened: Gateway) => {
      order.push("watch")
      gateway = opened
      return {
        async close() {
          const { status } = await fetch(opened.siteUrl)
          order.push(`watcher closed, the gateway responds with ${status}`)
        },
      }
    }
    const argv = ["--port", "0", ...options.map((option) => option.replace("FOLDER", folder))]
    served = serve({ source, options: parseOptions(argv, {}), reporter, outputClosed: stop.signal, watch })
    served?.catch(reject)
  })
  const close = async () => {
    stop.abort()
    await served
  }
  onTestFinished(close)
  return { ...started, folder, order, events, gateway: () => gateway, close }
}

test("serves with the options of the command", async () => {
  const { ready, folder } = await serving("--parameter", "Greeting=hello", "--data", "FOLDER/data")
  expect(ready.outputs).toEqual({ Greeting: "hello", Url: expect.stringMatching(/^ws:\/\/localhost:\d+\/dev$/) })
  expect(existsSync(join(folder, "data", "dynamodb"))).toBe(true)
})

test("keeps nothing and uses the defaults of parameters without these options", async () => {
  const { ready, folder, order } = await serving()
  expect(ready.outputs.Greeting).toBe("default")
  expect(existsSync(join(folder, "data"))).toBe(false)
  expect(order).toEqual(["ready"])
})

test("reports the address and the credentials of the gateway, and its events", async () => {
  const { ready, siteUrl, gateway, events } = await serving("--watch")
  expect(siteUrl).toBe(gateway()?.siteUrl)
  const { accessKeyId, secretAccessKey } = gateway()!.credentials
  expect(ready.credentials).toEqual({ accessKeyId, secretAccessKey })
  const problem: GatewayEvent = { event: "problem", code: "BUILD_FAILED", message: "It failed.", hint: "" }
  gateway()!.report(problem)
  expect(events).toContainEqual(problem)
})

test("watches before it is ready, and closes the watcher before the gateway", async () => {
  const { order, siteUrl, close } = await serving("--watch")
  await close()
  expect(order).toEqual(["watch", "ready", expect.stringMatching(/^watcher closed, the gateway responds with \d+$/)])
  await expect(fetch(siteUrl)).rejects.toThrow("fetch failed")
})
