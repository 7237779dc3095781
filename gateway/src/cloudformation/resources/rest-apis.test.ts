// What the resources of a REST API yield, and what is reported of them.
import { expect, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { stackOf } from "../testing/stack-of.ts"

type Changes = {
  method?: Record<string, unknown>
  integration?: Record<string, unknown>
  deployment?: Record<string, unknown>
  /** Other properties of the deployment's resource. */
  dependsOn?: string[]
  resources?: Record<string, unknown>
}

function define(changes: Changes = {}) {
  const RestApiId = { Ref: "Api" }
  const template = {
    Resources: {
      Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
      Items: {
        Type: "AWS::ApiGateway::Resource",
        Properties: { RestApiId, ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] }, PathPart: "items" },
      },
      Item: {
        Type: "AWS::ApiGateway::Resource",
        Properties: { RestApiId, ParentId: { Ref: "Items" }, PathPart: "{id}" },
      },
      Method: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          RestApiId,
          ResourceId: { Ref: "Item" },
          HttpMethod: "get",
          AuthorizationType: "NONE",
          Integration: { Type: "MOCK", ...changes.integration },
          ...changes.method,
        },
      },
      Deployment: {
        Type: "AWS::ApiGateway::Deployment",
        DependsOn: changes.dependsOn ?? ["Method"],
        Properties: { RestApiId, StageName: "prod", ...changes.deployment },
      },
      ...changes.resources,
    },
  }
  const { restApis, notices } = readDefinition([stackOf(template)])
  const [api] = restApis
  if (!api) throw new Error("The template has no REST API.")
  return { api, notices }
}

test("a method has the path of its resource", () => {
  const { api, notices } = define()
  expect(api.methods).toMatchObject([
    {
      routeKey: "GET /items/{id}",
      authorizationType: "NONE",
      apiKeyRequired: false,
      integration: { type: "MOCK", timeoutMs: 29_000 },
    },
  ])
  expect(notices).toEqual([])
})

test("an integration without a type is a mock", () => {
  const { api } = define({ integration: { Type: undefined } })
  expect(api.methods[0]?.integration).toMatchObject({ type: "MOCK", uri: "" })
})

test("a method of the root has the path /", () => {
  const { api } = define({ method: { ResourceId: { "Fn::GetAtt": ["Api", "RootResourceId"] } } })
  expect(api.methods.map(({ routeKey }) => routeKey)).toEqual(["GET /"])
})

test("a deployment with a stage name creates the stage", () => {
  const { api } = define({
    deployment: {
      StageDescription: {
        MethodSettings: [
          { ResourcePath: "/*", HttpMethod: "*", LoggingLevel: "INFO", MetricsEnabled: true },
          { ResourcePath: "/~1items~1{id}", HttpMethod: "*", ThrottlingRateLimit: 5 },
        ],
      },
    },
  })
  expect(api.stages).toMatchObject([
    {
      stageName: "prod",
      defaultRouteSettings: { loggingLevel: "INFO", detailedMetricsEnabled: true },
      routeSettings: { "ANY /items/{id}": { throttlingRateLimit: 5 } },
    },
  ])
})

test("a deployment that does not depend on its methods is reported", () => {
  const { notices } = define({ dependsOn: [] })
  expect(notices).toMatchObject([{ logicalId: "Deployment", message: expect.stringContaining("Method") }])
})

const authorizer = (properties: Record<string, unknown>) => ({
  Authorizer: {
    Type: "AWS::ApiGateway::Authorizer",
    Properties: {
      RestApiId: { Ref: "Api" },
      Name: "one",
      Type: "TOKEN",
      AuthorizerUri:
        "arn:aws:apigateway:us-east-1:lambda:path/functions/arn:aws:lambda:us-east-1:0:function:f/invocations",
      IdentitySource: "method.request.header.Authorization",
      ...properties,
    },
  },
})

test("an authorizer keeps results for 300 seconds unless it has another time", () => {
  expect(Object.values(define({ resources: authorizer({}) }).api.authorizers)).toMatchObject([
    { kind: "TOKEN", cacheSeconds: 300, identitySource: ["method.request.header.Authorization"] },
  ])
  const { api } = define({
    resources: authorizer({ Type: "REQUEST", AuthorizerResultTtlInSeconds: 0, IdentitySource: undefined }),
  })
  expect(Object.values(api.authorizers)).toMatchObject([{ kind: "REQUEST", cacheSeconds: 0, identitySource: [] }])
})

const poolArn = "arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_abc"
const userPools = (properties: Record<string, unknown>) =>
  authorizer({ Type: "COGNITO_USER_POOLS", AuthorizerUri: undefined, ProviderARNs: [poolArn], ...properties })

test("an authorizer of user pools has their issuers, and a method of it its scopes", () => {
  const method = { AuthorizationType: "COGNITO_USER_POOLS", AuthorizerId: { Ref: "Authorizer" } }
  const { api, notices } = define({
    resources: userPools({}),
    method: { ...method, AuthorizationScopes: ["a/read"] },
  })
  expect(Object.values(api.authorizers)).toMatchObject([
    { kind: "COGNITO_USER_POOLS", issuers: ["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"] },
  ])
  expect(api.methods).toMatchObject([{ authorizationType: "COGNITO_USER_POOLS", scopes: ["a/read"] }])
  expect(notices).toEqual([])
})

test.each<[Record<string, unknown>, Record<string, unknown>, RegExp]>([
  [userPools({ ProviderARNs: undefined }), {}, /ProviderARNs is required/],
  [userPools({ ProviderARNs: ["pool"] }), {}, /must be the ARNs of user pools, not pool/],
  [userPools({ IdentitySource: undefined }), {}, /IdentitySource is required/],
  [userPools({}), { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Authorizer" } }, /AuthorizerId must be/],
  [
    authorizer({}),
    { AuthorizationType: "COGNITO_USER_POOLS", AuthorizerId: { Ref: "Authorizer" } },
    /AuthorizerId must be/,
  ],
  [{}, { AuthorizationType: "COGNITO_USER_POOLS" }, /AuthorizerId must be/],
])("user pools that AWS would reject are reported: %#", (resources, method, message) => {
  expect(() => define({ resources, method })).toThrowError(message)
})

test.each<[what: string, changes: Changes, message: RegExp]>([
  ["a long timeout", { integration: { TimeoutInMillis: 30_000 } }, /between 50 and 29000/],
  ["an unknown resource", { method: { ResourceId: "other" } }, /ResourceId must be the id of a resource/],
  ["an unknown authorizer", { method: { AuthorizationType: "CUSTOM" } }, /AuthorizerId must be the id/],
  ["an unknown type", { integration: { Type: "OTHER" } }, /Type must be one of AWS_PROXY/],
  ["a proxy without a URI", { integration: { Type: "HTTP_PROXY" } }, /Uri is required/],
  [
    "an invalid pattern",
    { integration: { IntegrationResponses: [{ StatusCode: "200", SelectionPattern: "(" }] } },
    /not a valid regular expression/,
  ],
  ["a token without a source", { resources: authorizer({ IdentitySource: "" }) }, /IdentitySource is required/],
  ["a cache over an hour", { resources: authorizer({ AuthorizerResultTtlInSeconds: 3601 }) }, /between 0 and 3600/],
  [
    "an invalid validation expression",
    { resources: authorizer({ IdentityValidationExpression: "(" }) },
    /not a valid regular expression/,
  ],
])("%s is a problem", (_, changes, message) => {
  expect(() => define(changes)).toThrow(message)
})

test.each([
  ["a resource policy", { Policy: {} }, /resource policy/],
  ["a definition in S3", { BodyS3Location: { Bucket: "b", Key: "k" } }, /in another file is not read/],
])("%s is reported", (_, properties, message) => {
  const Api = { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest", ...properties } }
  expect(define({ resources: { Api } }).notices).toMatchObject([{ message: expect.stringMatching(message) }])
})
