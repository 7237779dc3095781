// Serving until the command is stopped: the options of the gateway, and the order in which things start and close.
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import type { Gateway, GatewayEvent } from "../index.ts"
import { parseOptions } from "./options.ts"
import type { Ready, Reporter } from "./reporter.ts"
import { serve } from "./serve.ts"

/** An API with one route. */
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
  },
  Outputs: { Greeting: { Value: { Ref: "Greeting" } }, Url: { Value: { "Fn::Sub": "${Api.ApiEndpoint}/dev" } } },
}

/** The same with a table, whose stand-in may keep data. */
const templateWithTable = {
  ...template,
  Resources: {
    ...template.Resources,
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
}

/** Serves the template until the test ends. What happens is in `order`. */
function serving(options: string[], served: object = template) {
  return servingIn(mkdtempSync(join(tmpdir(), "serve-")), options, { served })
}

/** A command keeps its listeners of signals until its process ends. */
function removeNewSignalListeners(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const before = new Set(process.listeners(signal))
    onTestFinished(() => {
      for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener)
    })
  }
}

async function servingIn(
  folder: string,
  options: string[],
  { env = {}, served: content = template }: { env?: NodeJS.ProcessEnv; served?: object } = {},
) {
  onTestFinished(() => rmSync(folder, { recursive: true }))
  removeNewSignalListeners()
  const source = join(folder, "template.json")
  writeFileSync(source, JSON.stringify(content))
  const order: string[] = []
  const events: GatewayEvent[] = []
  let noticed = () => {}
  const stop = new AbortController()
  let gateway: Gateway | undefined
  let served: Promise<number> | undefined
  const listenersBefore = process.listenerCount("SIGTERM")
  let handlesSignalsWhenReady = false
  const started = await new Promise<{ ready: Ready; siteUrl: string }>((resolve, reject) => {
    const reporter: Reporter = {
      ready(ready, siteUrl) {
        order.push("ready")
        handlesSignalsWhenReady = process.listenerCount("SIGTERM") > listenersBefore
        resolve({ ready, siteUrl })
      },
      event(event) {
        events.push(event)
        noticed()
      },
      stopping: () => order.push("stopping"),
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
    served = serve({ source, options: parseOptions(argv, env), reporter, outputClosed: stop.signal, watch })
    served?.catch(reject)
  })
  const close = async () => {
    stop.abort()
    return await served
  }
  onTestFinished(async () => void (await close()))
  /** Resolves with the first event that has this message. */
  async function eventWith(message: string): Promise<GatewayEvent> {
    for (;;) {
      const found = events.find((event) => event.event === "problem" && event.message === message)
      if (found) return found
      await new Promise<void>((resolve) => {
        noticed = resolve
      })
    }
  }
  return { ...started, handlesSignalsWhenReady, eventWith, folder, order, events, gateway: () => gateway, close }
}

test("serves with the options of the command", async () => {
  const { ready, folder } = await serving(["--parameter", "Greeting=hello", "--data", "FOLDER/data"], templateWithTable)
  expect(ready.outputs).toEqual({ Greeting: "hello", Url: expect.stringMatching(/^ws:\/\/localhost:\d+\/dev$/) })
  expect(existsSync(join(folder, "data", "dynamodb"))).toBe(true)
})

test("keeps nothing and uses the defaults of parameters without these options, and can be stopped when it is ready", async () => {
  const { ready, folder, order, handlesSignalsWhenReady } = await serving([], templateWithTable)
  expect(ready.outputs.Greeting).toBe("default")
  expect(existsSync(join(folder, "data"))).toBe(false)
  expect(order).toEqual(["ready"])
  // The caller may stop it as soon as it is.
  expect(handlesSignalsWhenReady).toBe(true)
})

test("reports the address and the credentials of the gateway, and its events", async () => {
  const { ready, siteUrl, gateway, events } = await serving(["--watch"])
  expect(siteUrl).toBe(gateway()?.siteUrl)
  const { accessKeyId, secretAccessKey } = gateway()!.credentials
  expect(ready.credentials).toEqual({ accessKeyId, secretAccessKey })
  const problem: GatewayEvent = { event: "problem", code: "BUILD_FAILED", message: "It failed.", hint: "" }
  gateway()!.report(problem)
  expect(events).toContainEqual(problem)
})

test("watches before it is ready, and closes the watcher before the gateway", async () => {
  const { order, siteUrl, close } = await serving(["--watch"])
  expect(await close()).toBe(0)
  expect(order).toEqual([
    "watch",
    "ready",
    "stopping",
    expect.stringMatching(/^watcher closed, the gateway responds with \d+$/),
  ])
  await expect(fetch(siteUrl)).rejects.toThrow("fetch failed")
})

test.skipIf(process.platform === "win32")("--open opens the page with the program of BROWSER", async () => {
  const folder = mkdtempSync(join(tmpdir(), "serve-"))
  const program = join(folder, "browser")
  // A page that was opened requests it: here by a program that reports its argument to the server of this test.
  const opened = Promise.withResolvers<string | undefined>()
  const browser = createServer(({ headers }, response) => {
    opened.resolve(headers["x-opened"]?.toString())
    response.end()
  })
  await new Promise<void>((resolve) => browser.listen(0, "localhost", resolve))
  onTestFinished(() => void browser.close())
  const { port } = browser.address() as AddressInfo
  const script = `fetch("http://localhost:${port}", { headers: { "x-opened": process.argv[2] } })`
  writeFileSync(program, `#!${process.execPath}\n${script}\n`)
  chmodSync(program, 0o755)
  const { siteUrl, events } = await servingIn(folder, ["--open"], { env: { BROWSER: program } })
  expect(await opened.promise).toBe(siteUrl)
  expect(events).not.toContainEqual(expect.objectContaining({ message: "No browser could be opened." }))
})

test("a browser that cannot be opened is reported with the address", async () => {
  const folder = mkdtempSync(join(tmpdir(), "serve-"))
  const { siteUrl, eventWith } = await servingIn(folder, ["--open"], { env: { BROWSER: join(folder, "missing") } })
  expect(await eventWith("No browser could be opened.")).toMatchObject({
    code: "WARNING",
    hint: `Open ${siteUrl}, or set BROWSER to a program.`,
  })
})
