// The models of REST APIs: bodies that do not match the model of their content type are rejected before the integration.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway, type TestGateway } from "@document-insight/gateway/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { restTemplate } from "../testing/rest-template.ts"

const restApiId = { RestApiId: { Ref: "Api" } }
const model = (Name: string | undefined, Schema: unknown) => ({
  Type: "AWS::ApiGateway::Model",
  Properties: { ...restApiId, ...(Name !== undefined && { Name }), Schema },
})
const method = (path: string, RequestModels: Record<string, unknown>, validator = "Bodies") => ({
  key: `POST ${path}`,
  functionId: "Echo",
  properties: { RequestValidatorId: { Ref: validator }, RequestModels },
})

let gateway: TestGateway

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "rest-models-"))
  const source = join(folder, "template.json")
  const size = { type: "object", required: ["width"], properties: { width: { type: "integer", minimum: 1 } } }
  const template = restTemplate({
    functions: { Echo: "export const handler = async ({ body }) => ({ statusCode: 200, body: `ran ${body}` })" },
    methods: [
      method("/sizes", { "application/json": { Ref: "Size" } }),
      method("/boxes", { "application/json": { Ref: "Box" } }),
      method("/any", { $default: { Ref: "Size" } }),
      method("/objects", { "application/json": "Empty" }),
      method("/unchecked", { "application/json": { Ref: "Size" } }, "Nothing"),
    ],
    stage: { MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", LoggingLevel: "INFO" }] },
    resources: {
      Size: model(undefined, size),
      Box: model("Box", {
        type: "object",
        properties: {
          size: { $ref: { "Fn::Sub": `https://apigateway.amazonaws.com/restapis/\${Api}/models/\${Size}` } },
        },
      }),
      Bodies: { Type: "AWS::ApiGateway::RequestValidator", Properties: { ...restApiId, ValidateRequestBody: true } },
      Nothing: { Type: "AWS::ApiGateway::RequestValidator", Properties: restApiId },
      Changed: {
        Type: "AWS::ApiGateway::GatewayResponse",
        Properties: {
          ...restApiId,
          ResponseType: "BAD_REQUEST_BODY",
          ResponseParameters: { "gatewayresponse.header.X-Error": "context.error.validationErrorString" },
        },
      },
    },
  })
  writeFileSync(source, template)
  gateway = await startGateway({ source })
  rmSync(folder, { recursive: true })
})
afterAll(() => gateway.close())

async function post(path: string, body: string, contentType: string | undefined = "application/json") {
  const headers = { "content-type": contentType }
  const response = await fetch(`${gateway.httpUrl()}${path}`, { method: "POST", headers, body })
  return { status: response.status, text: await response.text(), error: response.headers.get("x-error") }
}

const rejected = { status: 400, text: '{"message":"Invalid request body"}' }

test("a body that matches its model reaches the function", async () => {
  expect(await post("/sizes", '{"width":1}')).toMatchObject({ status: 200, text: 'ran {"width":1}' })
  expect(await post("/sizes", '{"width":1}', "application/json; charset=utf-8")).toMatchObject({ status: 200 })
})

test("a body that does not match its model is 400, and the function does not run", async () => {
  const invocations = () =>
    gateway.events.filter((event) => event.event === "log" && event.message.startsWith("START")).length
  const before = invocations()
  expect(before).toBeGreaterThan(0)
  for (const body of ["{}", '{"width":"1"}', '{"width":0}', "[]", "no JSON"]) {
    expect(await post("/sizes", body)).toMatchObject(rejected)
  }
  expect(invocations()).toBe(before)
})

test("$context.error.validationErrorString says what does not match", async () => {
  expect((await post("/sizes", "{}")).error).toBe('[object has missing required properties (["width"])]')
})

test("a body of another content type is not validated", async () => {
  expect(await post("/sizes", "{}", "text/plain")).toMatchObject({ status: 200, text: "ran {}" })
})

test("the model of $default applies to every content type", async () => {
  expect(await post("/any", "{}", "text/plain")).toMatchObject(rejected)
  expect(await post("/any", '{"width":2}', "text/plain")).toMatchObject({ status: 200 })
})

test("an empty body is validated as an empty object", async () => {
  expect(await post("/sizes", "")).toMatchObject(rejected)
  expect(await post("/objects", "")).toMatchObject({ status: 200 })
})

test("every API has the model Empty", async () => {
  expect(await post("/objects", "{}")).toMatchObject({ status: 200 })
  expect(await post("/objects", "[]")).toMatchObject(rejected)
})

test("a model refers to another one by its address", async () => {
  expect(await post("/boxes", '{"size":{"width":3}}')).toMatchObject({ status: 200 })
  expect(await post("/boxes", '{"size":{}}')).toMatchObject(rejected)
})

test("without a validator of bodies nothing is validated", async () => {
  expect(await post("/unchecked", "no JSON")).toMatchObject({ status: 200, text: "ran no JSON" })
})
