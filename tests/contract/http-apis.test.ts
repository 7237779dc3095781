// HTTP APIs beside a WebSocket API: failures, late responses, sizes, and permission to invoke.
import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { ManualClock } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { startLocal } from "../harness/start-local.ts"
import { functionResource, type TestApi } from "../harness/template.ts"

const ApiId = { Ref: "HttpApi" }

type Options = { code?: string; timeoutMs?: number; allowedPath?: string }

const handlers = { ok: "export const handler = async () => ({ statusCode: 200, body: 'ok' })" }

/** An HTTP API with the route POST /items. */
function withHttpApi({ code = handlers.ok, timeoutMs = 30_000, allowedPath = "/items" }: Options = {}): TestApi {
  return {
    routes: { $connect: {} },
    resources: {
      HttpApi: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
      HttpStage: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: { ApiId, StageName: "$default", AutoDeploy: true },
      },
      HttpFunction: functionResource(code, {}),
      HttpIntegration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId,
          IntegrationType: "AWS_PROXY",
          IntegrationUri: { "Fn::GetAtt": ["HttpFunction", "Arn"] },
          PayloadFormatVersion: "2.0",
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

async function postTo(api: TestApi, body = "{}", options: Parameters<typeof startLocal>[1] = {}) {
  const local = await startLocal(api, options)
  const { HttpUrl = "" } = local.gateway.outputs()
  return fetch(`${HttpUrl.replace(/\/$/, "")}/items`, { method: "POST", body })
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
    const { HttpUrl = "" } = local.gateway.outputs()
    const response = fetch(`${HttpUrl.replace(/\/$/, "")}/items`, { method: "POST", body: "{}" })
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

  test("invokes its function only with a permission for the method and path", async () => {
    expect((await postTo(withHttpApi({ allowedPath: "/items" }))).status).toBe(200)
    expect((await postTo(withHttpApi({ allowedPath: "/others" }))).status).toBe(500)
  })
})
