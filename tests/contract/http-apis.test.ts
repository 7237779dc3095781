// HTTP APIs beside a WebSocket API: failures, late responses, sizes, and permission to invoke.
import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { ManualClock } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { startLocal } from "../testing/start-local.ts"
import { functionResource, type TestApi } from "../testing/template.ts"

const ApiId = { Ref: "HttpApi" }

type Options = {
  code?: string
  timeoutMs?: number
  allowedPath?: string
  payloadFormatVersion?: string
  routeSettings?: Record<string, object>
}

const handlers = {
  ok: "export const handler = async () => ({ statusCode: 200, body: 'ok' })",
  echo: "export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) })",
  lineBreak: `export const handler = async () => ({ statusCode: 200, headers: { "x-a": "1\\r\\nx-b: 2" } })`,
}

/** An HTTP API with the route POST /items. */
function withHttpApi(options: Options = {}): TestApi {
  const { code = handlers.ok, timeoutMs = 30_000, allowedPath = "/items" } = options
  const { payloadFormatVersion = "2.0", routeSettings = {} } = options
  return {
    routes: { $connect: {} },
    resources: {
      HttpApi: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
      HttpStage: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: { ApiId, StageName: "$default", AutoDeploy: true, RouteSettings: routeSettings },
      },
      HttpFunction: functionResource(code, {}),
      HttpIntegration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId,
          IntegrationType: "AWS_PROXY",
          IntegrationUri: { "Fn::GetAtt": ["HttpFunction", "Arn"] },
          PayloadFormatVersion: payloadFormatVersion,
          TimeoutInMillis: timeoutMs,
        },
      },
      HttpRoute: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: { ApiId, RouteKey: "POST /items", Target: { "Fn::Sub": "integrations/${HttpIntegration}" } },
      },
      HttpPermission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { Ref: "HttpFunction" },
          Principal: "apigateway.amazonaws.com",
          SourceArn: {
            "Fn::Sub": `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${HttpApi}/*/*${allowedPath}`,
          },
        },
      },
    },
    outputs: { HttpUrl: { Value: { "Fn::GetAtt": ["HttpApi", "ApiEndpoint"] } } },
  }
}

async function postTo(api: TestApi, query = "") {
  const local = await startLocal(api)
  return fetch(itemsOf(local) + query, { method: "POST", body: "{}" })
}

function itemsOf({ gateway }: Awaited<ReturnType<typeof startLocal>>): string {
  const { HttpUrl = "" } = gateway.outputs()
  return `${HttpUrl.replace(/\/$/, "")}/items`
}

describe("an HTTP API", () => {
  test("responds with the result of its function", async () => {
    const response = await postTo(withHttpApi())
    expect(response.status).toBe(200)
    expect(await response.text()).toBe("ok")
  })

  test("responds with 500 when its function throws", async () => {
    const response = await postTo(withHttpApi({ code: "export const handler = async () => { throw new Error('no') }" }))
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ message: "Internal Server Error" })
  })

  test("responds with 503 when its integration exceeds the timeout", async () => {
    const clock = new ManualClock()
    const late = `export const handler = async () => { console.log("running"); await new Promise((done) => setTimeout(done, 1e6)) }`
    const local = await startLocal(withHttpApi({ code: late, timeoutMs: 50 }), { clock })
    const response = fetch(itemsOf(local), { method: "POST", body: "{}" })
    await local.untilEvent((event) => event.event === "log" && event.message.includes("running"))
    clock.advance(50)
    expect((await response).status).toBe(503)
    expect(await (await response).json()).toEqual({ message: "Service Unavailable" })
    // Ends the function by its own timeout, so that closing does not wait for it.
    clock.advance(10_000)
  })

  test("responds with 413 to a payload over 10 MB", async () => {
    const local = await startLocal(withHttpApi())
    const address = new URL("/items", local.gateway.outputs().HttpUrl)
    const limit = 10 * 1024 * 1024
    const headers = { "content-length": 2 * limit }
    const sent = request(address, { method: "POST", headers }).on("error", () => {})
    sent.write(Buffer.alloc(limit + 1))
    const [response] = (await once(sent, "response")) as [IncomingMessage]
    expect(response.statusCode).toBe(413)
    sent.destroy()
  })

  test("passes ?constructor=1 on as it is", async () => {
    const response = await postTo(withHttpApi({ code: handlers.echo }), "?constructor=1&__proto__=2")
    const { queryStringParameters } = (await response.json()) as { queryStringParameters: object }
    expect(Object.entries(queryStringParameters)).toEqual([
      ["constructor", "1"],
      ["__proto__", "2"],
    ])
  })

  test("invokes its function with the payload format of the integration", async () => {
    const response = await postTo(withHttpApi({ code: handlers.echo, payloadFormatVersion: "1.0" }), "?a=1&a=2")
    expect(await response.json()).toMatchObject({
      version: "1.0",
      httpMethod: "POST",
      resource: "/items",
      multiValueQueryStringParameters: { a: ["1", "2"] },
    })
  })

  test("responds with 500 to a header with a line break, and reports it with the request id", async () => {
    const local = await startLocal(withHttpApi({ code: handlers.lineBreak }))
    const response = await fetch(itemsOf(local), { method: "POST", body: "{}" })
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ message: "Internal Server Error" })
    const requestId = response.headers.get("apigw-requestid") ?? "none"
    await local.untilEvent((event) => event.event === "problem" && event.message.includes(requestId))
  })

  test("rejects requests over the throttle of their route with 429", async () => {
    const routeSettings = { "POST /items": { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } }
    const local = await startLocal(withHttpApi({ routeSettings }), { clock: new ManualClock() })
    const post = async () => (await fetch(itemsOf(local), { method: "POST", body: "{}" })).status
    expect([await post(), await post()]).toEqual([200, 429])
  })

  test("invokes its function only with a permission for the method and path", async () => {
    expect((await postTo(withHttpApi({ allowedPath: "/items" }))).status).toBe(200)
    expect((await postTo(withHttpApi({ allowedPath: "/others" }))).status).toBe(500)
  })
})
