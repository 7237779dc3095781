// What AWS::Serverless::Api and the Api events of functions become.
import { expect, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { stackOf } from "../testing/stack-of.ts"

function define(body: Record<string, unknown>) {
  const { restApis, permissions, outputs, notices } = readDefinition([stackOf(body)])
  return { restApis, permissions, outputs, notices }
}

const serverless = (events: Record<string, unknown>) => ({
  Type: "AWS::Serverless::Function",
  Properties: { Runtime: "nodejs24.x", Handler: "index.handler", InlineCode: "", Events: events },
})

test("Api events that name no API share an implicit one with the stage Prod", () => {
  const { restApis, permissions, outputs, notices } = define({
    Resources: {
      One: serverless({ Get: { Type: "Api", Properties: { Path: "/items/{id}", Method: "get" } } }),
      Two: serverless({ Any: { Type: "Api", Properties: { Path: "/{proxy+}", Method: "any" } } }),
    },
    Outputs: { Url: { Value: { "Fn::Sub": "https://${ServerlessRestApi}.example/${ServerlessRestApiProdStage}" } } },
  })
  const [api] = restApis
  expect(restApis).toHaveLength(1)
  expect(api?.methods).toMatchObject([
    { routeKey: "GET /items/{id}", integration: { type: "AWS_PROXY", functionArn: expect.stringContaining("One") } },
    { routeKey: "ANY /{proxy+}", integration: { type: "AWS_PROXY", functionArn: expect.stringContaining("Two") } },
  ])
  expect(api?.stages).toMatchObject([{ stageName: "Prod" }])
  expect(permissions.map(({ sourceArn }) => sourceArn)).toEqual([
    `arn:aws:execute-api:us-east-1:000000000000:${api?.apiId}/*/GET/items/*`,
    `arn:aws:execute-api:us-east-1:000000000000:${api?.apiId}/*/*/*`,
  ])
  expect(outputs).toEqual({ Url: `https://${api?.apiId}.example/Prod` })
  expect(notices).toEqual([])
})

test("an API has its authorizers, and a default one that an event can replace", () => {
  const event = (Path: string, Auth?: Record<string, unknown>) => ({
    Type: "Api",
    Properties: { Path, Method: "get", RestApiId: { Ref: "Api" }, ...(Auth && { Auth }) },
  })
  const { restApis } = define({
    Globals: { Api: { BinaryMediaTypes: ["image~1png"] } },
    Resources: {
      Api: {
        Type: "AWS::Serverless::Api",
        Properties: {
          StageName: "v1",
          Variables: { color: "blue" },
          Auth: {
            DefaultAuthorizer: "Token",
            Authorizers: {
              Token: {
                FunctionArn: { "Fn::GetAtt": ["F", "Arn"] },
                Identity: { Header: "X-Token", ReauthorizeEvery: 5 },
              },
              Wide: {
                FunctionArn: { "Fn::GetAtt": ["F", "Arn"] },
                FunctionPayloadType: "REQUEST",
                Identity: { QueryStrings: ["t"], Headers: ["H"] },
              },
            },
          },
          GatewayResponses: { UNAUTHORIZED: { StatusCode: 400, ResponseParameters: { Headers: { "X-A": "'1'" } } } },
        },
      },
      F: serverless({
        A: event("/a"),
        B: event("/b", { Authorizer: "Wide" }),
        C: event("/c", { Authorizer: "NONE", ApiKeyRequired: true }),
        D: event("/d", { Authorizer: "AWS_IAM" }),
      }),
    },
  })
  const [api] = restApis
  const authorizers = Object.values(api?.authorizers ?? {})
  expect(authorizers).toMatchObject([
    { kind: "TOKEN", identitySource: ["method.request.header.X-Token"], cacheSeconds: 5 },
    { kind: "REQUEST", identitySource: ["method.request.header.H", "method.request.querystring.t"] },
  ])
  const [token, wide] = authorizers.map(({ authorizerId }) => authorizerId)
  expect(
    api?.methods.map((one) => [one.routeKey, one.authorizationType, one.authorizerId, one.apiKeyRequired]),
  ).toEqual([
    ["GET /a", "CUSTOM", token, false],
    ["GET /b", "CUSTOM", wide, false],
    ["GET /c", "NONE", undefined, true],
    ["GET /d", "AWS_IAM", undefined, false],
  ])
  expect(api?.stages).toMatchObject([{ stageName: "v1", variables: { color: "blue" } }])
  expect(api?.binaryMediaTypes).toEqual(["image/png"])
  expect(api?.gatewayResponses).toMatchObject([
    { responseType: "UNAUTHORIZED", statusCode: 400, responseHeaders: { "x-a": "'1'" } },
  ])
})

test("Cors adds a mock for OPTIONS to each path", () => {
  const { restApis } = define({
    Globals: { Api: { Cors: { AllowOrigin: "'https://a.example'", AllowHeaders: "'X-B'", MaxAge: "'60'" } } },
    Resources: {
      F: serverless({
        Get: { Type: "Api", Properties: { Path: "/a", Method: "get" } },
        Post: { Type: "Api", Properties: { Path: "/a", Method: "post" } },
      }),
    },
  })
  const methods = restApis[0]?.methods ?? []
  expect(methods.map(({ routeKey }) => routeKey).toSorted()).toEqual(["GET /a", "OPTIONS /a", "POST /a"])
  expect(methods.find(({ routeKey }) => routeKey === "OPTIONS /a")?.integration?.mapping?.responses).toMatchObject([
    {
      statusCode: 200,
      responseParameters: {
        "method.response.header.Access-Control-Allow-Origin": "'https://a.example'",
        "method.response.header.Access-Control-Allow-Headers": "'X-B'",
        "method.response.header.Access-Control-Max-Age": "'60'",
      },
    },
  ])
})

test("the methods of a definition are those of the API, and an event adds the permission", () => {
  const { restApis, permissions } = define({
    Resources: {
      Api: {
        Type: "AWS::Serverless::Api",
        Properties: {
          StageName: "v1",
          DefinitionBody: { paths: { "/a": { get: { "x-amazon-apigateway-integration": { type: "mock" } } } } },
        },
      },
      F: serverless({ A: { Type: "Api", Properties: { Path: "/a", Method: "get", RestApiId: { Ref: "Api" } } } }),
    },
  })
  expect(restApis[0]?.methods).toMatchObject([{ routeKey: "GET /a", integration: { type: "MOCK" } }])
  expect(permissions).toHaveLength(1)
})

test("a user pool becomes an authorizer of its own kind, with the scopes of the event or of the authorizer", () => {
  const event = (path: string, Auth: Record<string, unknown>) => ({
    Type: "Api",
    Properties: { Path: path, Method: "get", RestApiId: { Ref: "Api" }, Auth },
  })
  const UserPoolArn = "arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_abc"
  const { restApis, notices } = define({
    Resources: {
      Api: {
        Type: "AWS::Serverless::Api",
        Properties: {
          StageName: "dev",
          Auth: {
            DefaultAuthorizer: "Pool",
            Authorizers: {
              Pool: { UserPoolArn, Identity: { Header: "X-Token" } },
              Scoped: { UserPoolArn, AuthorizationScopes: ["a"] },
            },
          },
        },
      },
      F: serverless({
        A: event("/a", {}),
        B: event("/b", { Authorizer: "Scoped" }),
        C: event("/c", { Authorizer: "Scoped", AuthorizationScopes: ["b"] }),
      }),
    },
  })
  const issuers = ["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"]
  expect(Object.values(restApis[0]?.authorizers ?? {})).toMatchObject([
    { kind: "COGNITO_USER_POOLS", issuers, identitySource: ["method.request.header.X-Token"] },
    { kind: "COGNITO_USER_POOLS", issuers, identitySource: ["method.request.header.Authorization"] },
  ])
  expect(restApis[0]?.methods.map(({ authorizationType, scopes }) => [authorizationType, scopes])).toEqual([
    ["COGNITO_USER_POOLS", []],
    ["COGNITO_USER_POOLS", ["a"]],
    ["COGNITO_USER_POOLS", ["b"]],
  ])
  expect(notices).toEqual([])
})

test("the request model of an event leads to a validator, and its parameters are required", () => {
  const event = (Path: string, properties: Record<string, unknown>) => ({
    Type: "Api",
    Properties: { Path, Method: "post", RestApiId: { Ref: "Api" }, ...properties },
  })
  const { restApis, notices } = define({
    Resources: {
      Api: { Type: "AWS::Serverless::Api", Properties: { StageName: "v1", Models: { User: { type: "object" } } } },
      Function: serverless({
        Body: event("/body", { RequestModel: { Model: "User", ValidateBody: true } }),
        Both: event("/both", {
          RequestModel: { Model: "User", ValidateBody: true, ValidateParameters: true },
          RequestParameters: [
            "method.request.querystring.size",
            { "method.request.header.X-Kind": { Required: true } },
          ],
        }),
        Neither: event("/neither", { RequestModel: { Model: "User" } }),
      }),
    },
  })
  expect(restApis[0]?.methods).toMatchObject([
    { routeKey: "POST /body", requiredParameters: [], models: { "application/json": { name: "User" } } },
    { routeKey: "POST /both", requiredParameters: ["header.X-Kind"], models: { "application/json": { name: "User" } } },
    { routeKey: "POST /neither", requiredParameters: [] },
  ])
  expect(restApis[0]?.methods[2]?.models).toBeUndefined()
  expect(notices).toEqual([])
})
