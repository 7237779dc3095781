// How integrations, their responses and models are read, and which parts of them are reported as not served.
import { describe, expect, test } from "vitest"
import type { ResourceBody } from "../source/stack.ts"
import { type Changes, defineChat } from "../testing/chat-template.ts"

const ofApi = (Type: string, properties: Record<string, unknown>): ResourceBody => ({
  Type,
  Properties: { ApiId: { Ref: "Api" }, ...properties },
})
const integration = (properties: Record<string, unknown>) => ofApi("AWS::ApiGatewayV2::Integration", properties)
const response = (properties: Record<string, unknown>) =>
  ofApi("AWS::ApiGatewayV2::IntegrationResponse", { IntegrationId: { Ref: "Integration" }, ...properties })
const model = (properties: Record<string, unknown> = {}) =>
  ofApi("AWS::ApiGatewayV2::Model", { Name: "message", Schema: { type: "object" }, ...properties })

function routeOf(changes: Changes) {
  const definition = defineChat(changes)
  return Object.values(definition.webSocketApis[0]?.deployments ?? {})[0]?.routes.send
}

const mock = (properties: Record<string, unknown> = {}) => ({
  Integration: { IntegrationType: "MOCK", IntegrationUri: "", ...properties },
})

describe("an integration that is not a Lambda proxy", () => {
  test("has AWS's defaults", () => {
    expect(routeOf(mock())?.integration).toMatchObject({
      type: "MOCK",
      uri: "",
      timeoutMs: 29_000,
      mapping: {
        httpMethod: "POST",
        passthroughBehavior: "WHEN_NO_MATCH",
        requestParameters: {},
        requestTemplates: {},
        responses: [],
      },
    })
  })

  test("has what the template sets", () => {
    const properties = {
      IntegrationMethod: "put",
      PassthroughBehavior: "NEVER",
      ContentHandlingStrategy: "CONVERT_TO_BINARY",
      RequestParameters: { "integration.request.header.a": "'b'" },
      RequestTemplates: { $default: "{}" },
      TemplateSelectionExpression: "\\$default",
    }
    expect(routeOf(mock(properties))?.integration?.mapping).toEqual({
      httpMethod: "PUT",
      passthroughBehavior: "NEVER",
      contentHandling: "CONVERT_TO_BINARY",
      requestParameters: { "integration.request.header.a": "'b'" },
      requestTemplates: { $default: "{}" },
      templateSelectionExpression: "\\$default",
      responses: [],
    })
  })

  test("has its responses", () => {
    const properties = {
      IntegrationResponseKey: "/2\\d\\d/",
      ContentHandlingStrategy: "CONVERT_TO_TEXT",
      ResponseParameters: { "method.response.header.a": "'b'" },
      ResponseTemplates: { $default: "ok" },
      TemplateSelectionExpression: "x",
    }
    const route = routeOf({
      ...mock(),
      One: response(properties),
      Two: response({ IntegrationResponseKey: "$default" }),
    })
    expect(route?.integration?.mapping?.responses).toMatchObject([
      {
        logicalId: "One",
        responseKey: "/2\\d\\d/",
        contentHandling: "CONVERT_TO_TEXT",
        responseParameters: { "method.response.header.a": "'b'" },
        responseTemplates: { $default: "ok" },
        templateSelectionExpression: "x",
      },
      { responseKey: "$default", responseParameters: {}, responseTemplates: {} },
    ])
  })

  test("that calls a function has its ARN", () => {
    expect(routeOf({ Integration: { IntegrationType: "AWS" } })?.integration).toMatchObject({
      type: "AWS",
      functionArn: expect.stringContaining(":function:stack-Function-"),
    })
  })

  test.each([
    [{ IntegrationResponseKey: "200" }, 'IntegrationResponseKey "200" must be $default or /a regular expression/.'],
    [{ IntegrationResponseKey: "/(/" }, "IntegrationResponseKey /(/ is not a valid regular expression."],
    [
      { IntegrationResponseKey: "$default", IntegrationId: "none" },
      "IntegrationId is not the id of an integration of this API.",
    ],
  ])("is rejected with a response %j", (properties, message) => {
    expect(() => defineChat({ ...mock(), Response: response(properties) })).toThrow(message)
  })

  test("is rejected with an unknown passthrough behavior", () => {
    expect(() => defineChat(mock({ PassthroughBehavior: "SOMETIMES" }))).toThrow(
      "PassthroughBehavior must be one of WHEN_NO_MATCH, WHEN_NO_TEMPLATES, NEVER, not SOMETIMES.",
    )
  })
})

describe("the models of a route", () => {
  const route = (properties: Record<string, unknown>) => ({ Send: properties })

  test("are found by name", () => {
    const changes = {
      ...route({ ModelSelectionExpression: "$request.body.kind", RequestModels: { a: "message" } }),
      Model: model(),
    }
    expect(routeOf(changes)?.models).toMatchObject({
      selectionExpression: "$request.body.kind",
      byKey: { a: { logicalId: "Model", name: "message", schema: { type: "object" } } },
    })
  })

  test("may have their schema as text", () => {
    const changes = {
      ...route({ ModelSelectionExpression: "\\$default", RequestModels: { $default: "message" } }),
      Model: model({ Schema: '{"type":"array"}' }),
    }
    expect(routeOf(changes)?.models?.byKey.$default?.schema).toEqual({ type: "array" })
  })

  test("are reported when there is no expression that selects one", () => {
    const changes = { ...route({ RequestModels: { $default: "message" } }), Model: model() }
    expect(routeOf(changes)?.models).toBeUndefined()
    expect(defineChat(changes).notices).toMatchObject([
      {
        logicalId: "Send",
        message: "Messages are not validated, because RequestModels needs a ModelSelectionExpression.",
      },
    ])
  })

  test("that do not exist, or have no schema, are rejected", () => {
    const properties = { ModelSelectionExpression: "a", RequestModels: { a: "other" } }
    expect(() => defineChat({ ...route(properties), Model: model() })).toThrow(
      "RequestModels: other is not the Name of a model of this API.",
    )
    expect(() => defineChat({ Model: model({ Schema: "not JSON" }) })).toThrow(
      "Schema must be a JSON Schema: an object, or its JSON text.",
    )
  })
})

describe("what is not served of an integration is reported:", () => {
  test("a service without a stand-in, once with the logical ids", () => {
    const uri = (path: string) => ({ IntegrationType: "AWS", IntegrationUri: `arn:aws:apigateway:us-east-1:${path}` })
    const { notices } = defineChat({
      Queue: integration(uri("sqs:path/0/q")),
      Table: integration(uri("dynamodb:action/PutItem")),
      Bucket: integration(uri("s3:path/b/k")),
      Stream: integration(uri("firehose:action/PutRecord")),
      Other: integration(uri("firehose:action/PutRecordBatch")),
      Model: integration(uri("bedrock-runtime:action/Converse")),
    })
    expect(notices).toMatchObject([
      {
        logicalId: "Stream, Other",
        message:
          "There is no stand-in for firehose, so routes to it fail. Set AWS_ENDPOINT_URL_FIREHOSE to one that runs elsewhere.",
      },
      {
        logicalId: "Model",
        message: expect.stringContaining("Set AWS_ENDPOINT_URL_BEDROCK_RUNTIME to one that runs elsewhere."),
      },
    ])
  })

  test("each property that a Lambda proxy sets without effect", () => {
    const { notices } = defineChat({
      Integration: {
        ContentHandlingStrategy: "CONVERT_TO_BINARY",
        RequestParameters: { "integration.request.querystring.a": "'b'" },
        RequestTemplates: { $default: "{}" },
        TemplateSelectionExpression: "$default",
      },
    })
    expect(notices.map(({ message }) => message)).toEqual([
      "CONVERT_TO_BINARY is not applied: the function receives the message as it was sent.",
      "RequestParameters is not applied to AWS_PROXY.",
      "RequestTemplates is not applied to AWS_PROXY.",
      "TemplateSelectionExpression is not applied to AWS_PROXY.",
    ])
  })

  test("but not CONVERT_TO_TEXT, which applies to the responses of other integration types", () => {
    expect(defineChat({ Integration: { ContentHandlingStrategy: "CONVERT_TO_TEXT" } }).notices).toEqual([])
  })

  test.each([
    [
      { ConnectionType: "VPC_LINK" },
      "VPC links are not served, so the backend is called at its address, which may not be reachable.",
    ],
    [
      { CredentialsArn: "arn:aws:iam::*:user/*" },
      "The identity of the caller is not passed on, so calls of this integration are not authorized.",
    ],
    [
      { IntegrationUri: "https://example.com" },
      "https://example.com is not the invocation URI of a Lambda function, so routes to it fail.",
    ],
    [
      { IntegrationType: "AWS", IntegrationUri: "nothing" },
      "nothing is not the URI of a function or of an action of a service, so routes to it fail.",
    ],
  ])("%j", (properties, message) => {
    expect(defineChat({ Integration: properties }).notices.map((notice) => notice.message)).toEqual([message])
  })

  test("TlsConfig, which WebSocket APIs do not have", () => {
    expect(defineChat({ Integration: { TlsConfig: {} } }).notices.map(({ message }) => message)).toEqual([
      "TlsConfig has no effect: on AWS it applies to private integrations of HTTP APIs only.",
    ])
  })

  test("required parameters of a route", () => {
    const RequestParameters = {
      "route.request.querystring.token": { Required: true },
      "route.request.header.x": { Required: false },
    }
    expect(defineChat({ Connect: { RequestParameters } }).notices).toMatchObject([
      { logicalId: "Connect", message: "A request without route.request.querystring.token is not rejected." },
    ])
  })
})

test("a function that a stage variable names is not reported", () => {
  const IntegrationUri =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:0:function:${stageVariables.name}/invocations"
  expect(defineChat({ Integration: { IntegrationUri } }).notices).toEqual([])
})
