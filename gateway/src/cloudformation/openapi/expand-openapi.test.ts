// What the OpenAPI definitions of REST and HTTP APIs become.
import { expect, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { stackOf } from "../testing/stack-of.ts"

const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f"
const uri = {
  "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
}

function defineRest(body: Record<string, unknown>) {
  const { restApis, notices } = readDefinition([
    stackOf({
      Resources: {
        Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest", Body: body } },
        Deployment: { Type: "AWS::ApiGateway::Deployment", Properties: { RestApiId: { Ref: "Api" }, StageName: "v1" } },
      },
    }),
  ])
  const [api] = restApis
  if (!api) throw new Error("The template has no REST API.")
  return { api, notices }
}

test("the operations of a REST API become its methods", () => {
  const { api, notices } = defineRest({
    openapi: "3.0.1",
    paths: {
      "/items/{id}": {
        parameters: [],
        get: { "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri } },
        options: {
          "x-amazon-apigateway-integration": {
            type: "mock",
            requestTemplates: { "application/json": '{"statusCode":200}' },
            responses: {
              default: { statusCode: "200", responseParameters: { "method.response.header.X-A": "'1'" } },
              "4\\d\\d": { statusCode: "400" },
            },
          },
        },
      },
      "/{proxy+}": {
        "x-amazon-apigateway-any-method": {
          "x-amazon-apigateway-integration": { type: "http_proxy", httpMethod: "ANY", uri: "http://backend/{proxy}" },
        },
      },
    },
  })
  expect(notices).toEqual([])
  expect(api.methods).toMatchObject([
    { routeKey: "GET /items/{id}", integration: { type: "AWS_PROXY", functionArn } },
    {
      routeKey: "OPTIONS /items/{id}",
      integration: {
        type: "MOCK",
        mapping: {
          responses: [
            { responseKey: "$default", statusCode: 200 },
            { responseKey: "/4\\d\\d/", statusCode: 400 },
          ],
        },
      },
    },
    { routeKey: "ANY /{proxy+}", integration: { type: "HTTP_PROXY", uri: "http://backend/{proxy}" } },
  ])
})

test("security schemes become authorizers, API keys and signatures", () => {
  const integration = { "x-amazon-apigateway-integration": { type: "mock" } }
  const { api, notices } = defineRest({
    paths: {
      "/a": { get: { ...integration, security: [{ lambda: [], key: [] }] } },
      "/b": { get: { ...integration, security: [{ sigv4: [] }] } },
      "/c": { get: { ...integration, security: [{ pool: [] }] } },
      "/d": { get: { ...integration, security: [] } },
      "/e": { get: integration },
    },
    security: [{ key: [] }],
    components: {
      securitySchemes: {
        lambda: {
          type: "apiKey",
          name: "X-Token",
          in: "header",
          "x-amazon-apigateway-authorizer": { type: "token", authorizerUri: uri, authorizerResultTtlInSeconds: 60 },
        },
        key: { type: "apiKey", name: "x-api-key", in: "header" },
        sigv4: { type: "apiKey", "x-amazon-apigateway-authtype": "awsSigv4" },
        pool: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          "x-amazon-apigateway-authorizer": {
            type: "cognito_user_pools",
            providerARNs: ["arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_abc"],
          },
        },
      },
    },
  })
  expect(Object.values(api.authorizers)).toMatchObject([
    { kind: "TOKEN", functionArn, cacheSeconds: 60, identitySource: ["method.request.header.X-Token"] },
    {
      kind: "COGNITO_USER_POOLS",
      issuers: ["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"],
      identitySource: ["method.request.header.Authorization"],
    },
  ])
  expect(api.methods.map((one) => [one.routeKey, one.authorizationType, one.apiKeyRequired])).toEqual([
    ["GET /a", "CUSTOM", true],
    ["GET /b", "AWS_IAM", false],
    ["GET /c", "COGNITO_USER_POOLS", false],
    ["GET /d", "NONE", false],
    ["GET /e", "NONE", true],
  ])
  expect(notices).toEqual([])
})

test("gateway responses of the definition are those of the API, and an operation without an integration is reported", () => {
  const { api, notices } = defineRest({
    paths: { "/a": { get: {} } },
    "x-amazon-apigateway-gateway-responses": {
      DEFAULT_4XX: { statusCode: 400, responseTemplates: { "application/json": "{}" } },
    },
  })
  expect(api.gatewayResponses).toMatchObject([{ responseType: "DEFAULT_4XX", statusCode: 400, template: "{}" }])
  expect(notices).toMatchObject([
    { logicalId: "Api", message: expect.stringContaining("GET /a has no x-amazon-apigateway-integration") },
  ])
})

function defineHttp(body: Record<string, unknown>) {
  const { httpApis, notices } = readDefinition([
    stackOf({
      Resources: {
        Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "HTTP", Body: body } },
        Stage: {
          Type: "AWS::ApiGatewayV2::Stage",
          Properties: { ApiId: { Ref: "Api" }, StageName: "$default", AutoDeploy: true },
        },
      },
    }),
  ])
  const [api] = httpApis
  if (!api) throw new Error("The template has no HTTP API.")
  return { api, notices }
}

test("the operations of an HTTP API become its routes", () => {
  const shared = { $ref: "#/components/x-amazon-apigateway-integrations/one" }
  const { api, notices } = defineHttp({
    openapi: "3.0.1",
    paths: {
      "/items/{id}": {
        get: {
          "x-amazon-apigateway-integration": {
            type: "aws_proxy",
            uri,
            payloadFormatVersion: "2.0",
            timeoutInMillis: 900,
          },
        },
      },
      "/$default": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": shared } },
      "/none": { get: {} },
    },
    components: { "x-amazon-apigateway-integrations": { one: { type: "aws_proxy", uri } } },
    "x-amazon-apigateway-cors": { allowOrigins: ["https://a.example"], allowMethods: ["GET"] },
  })
  expect(api.routes).toMatchObject([
    { routeKey: "GET /items/{id}", functionArn, payloadFormatVersion: "2.0", timeoutMs: 900 },
    { routeKey: "$default", functionArn, payloadFormatVersion: "1.0" },
  ])
  expect(api.cors).toMatchObject({ allowOrigins: ["https://a.example"], allowMethods: ["GET"] })
  expect(notices).toMatchObject([{ message: expect.stringContaining("GET /none has no") }])
})

test("request validators check the schemas of bodies and the required parameters", () => {
  const integration = { "x-amazon-apigateway-integration": { type: "mock" } }
  const item = { type: "object", properties: { size: { $ref: "#/components/schemas/Size" } } }
  const content = (schema: unknown) => ({ content: { "application/json": { schema } } })
  const { api, notices } = defineRest({
    openapi: "3.0.1",
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
      none: {},
    },
    "x-amazon-apigateway-request-validator": "all",
    paths: {
      "/items": {
        parameters: [{ in: "header", name: "X-Kind", required: true }],
        post: {
          ...integration,
          parameters: [
            { in: "query", name: "size", required: true },
            { in: "query", name: "color" },
          ],
          requestBody: content({ $ref: "#/components/schemas/Item" }),
        },
        put: { ...integration, requestBody: content({ type: "array" }) },
        patch: { ...integration, "x-amazon-apigateway-request-validator": "none", requestBody: content({}) },
      },
    },
    components: { schemas: { Item: item, Size: { type: "string" } } },
  })
  const address = `https://apigateway.amazonaws.com/restapis/${api.apiId}/models/Size`
  expect(notices).toEqual([])
  expect(api.methods).toMatchObject([
    {
      routeKey: "POST /items",
      requiredParameters: ["header.X-Kind", "querystring.size"],
      models: {
        "application/json": {
          schema: { type: "object", properties: { size: { $ref: address } } },
          references: { [address]: { type: "string" } },
        },
      },
    },
    {
      routeKey: "PUT /items",
      requiredParameters: ["header.X-Kind"],
      models: { "application/json": { schema: { type: "array" } } },
    },
    { routeKey: "PATCH /items", requiredParameters: [] },
  ])
  expect(api.methods[2]?.models).toBeUndefined()
})

test("the body of version 2 is a parameter", () => {
  const { api } = defineRest({
    swagger: "2.0",
    "x-amazon-apigateway-request-validators": { body: { validateRequestBody: true } },
    paths: {
      "/items": {
        post: {
          "x-amazon-apigateway-integration": { type: "mock" },
          "x-amazon-apigateway-request-validator": "body",
          parameters: [{ in: "body", name: "item", schema: { $ref: "#/definitions/Item" } }],
        },
      },
    },
    definitions: { Item: { type: "object" } },
  })
  expect(api.methods).toMatchObject([{ models: { "application/json": { name: "Item" } } }])
})
