// What the authorizers of an HTTP API yield, and which are rejected.
import { expect, test } from "vitest"
import { defineChat, invocationUri } from "../testing/chat-template.ts"

const ApiId = { Ref: "Http" }
const JwtConfiguration = { Issuer: "https://issuer.example", Audience: ["app"] }
const jwt = { AuthorizerType: "JWT", IdentitySource: ["$request.header.Authorization"], JwtConfiguration }
const lambda = { AuthorizerType: "REQUEST", AuthorizerUri: invocationUri, AuthorizerPayloadFormatVersion: "2.0" }

/** The authorization of a route of an HTTP API with this authorizer. */
function define(authorizer: Record<string, unknown>, route: Record<string, unknown>) {
  const { httpApis } = defineChat({
    Http: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
    HttpIntegration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId,
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
        PayloadFormatVersion: "2.0",
      },
    },
    Authorizer: { Type: "AWS::ApiGatewayV2::Authorizer", Properties: { ApiId, Name: "authorizer", ...authorizer } },
    HttpRoute: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId,
        RouteKey: "GET /",
        Target: { "Fn::Sub": "integrations/${HttpIntegration}" },
        AuthorizerId: { Ref: "Authorizer" },
        ...route,
      },
    },
  })
  return httpApis[0]!.routes[0]!.authorization
}

test("reads a JWT authorizer with the scopes of its route", () => {
  expect(define(jwt, { AuthorizationType: "JWT", AuthorizationScopes: ["read"] })).toMatchObject({
    type: "JWT",
    scopes: ["read"],
    authorizer: {
      identitySource: ["$request.header.Authorization"],
      issuer: "https://issuer.example",
      audience: ["app"],
    },
  })
})

test("reads a Lambda authorizer", () => {
  const cached = { IdentitySource: ["$request.header.X", "$context.routeKey"], AuthorizerResultTtlInSeconds: 60 }
  const properties = { ...lambda, ...cached, EnableSimpleResponses: true }
  expect(define(properties, { AuthorizationType: "CUSTOM" })).toMatchObject({
    type: "CUSTOM",
    authorizer: {
      functionArn: expect.stringContaining(":function:"),
      identitySource: ["$request.header.X", "$context.routeKey"],
      payloadFormatVersion: "2.0",
      hasSimpleResponses: true,
      resultTtlSeconds: 60,
    },
  })
  expect(define(lambda, { AuthorizationType: "CUSTOM" })).toMatchObject({
    authorizer: { hasSimpleResponses: false, resultTtlSeconds: 0 },
  })
})

test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
  [
    "scopes without a JWT authorizer",
    lambda,
    { AuthorizationType: "CUSTOM", AuthorizationScopes: ["a"] },
    "only valid",
  ],
  ["an unknown type", jwt, { AuthorizationType: "NO" }, "must be one of NONE, AWS_IAM, JWT, CUSTOM"],
  ["an authorizer of the other type", lambda, { AuthorizationType: "JWT" }, "with the AuthorizerType JWT"],
  ["a missing authorizer", jwt, { AuthorizationType: "JWT", AuthorizerId: "none" }, "an authorizer of this API"],
  ["no configuration", { ...jwt, JwtConfiguration: undefined }, { AuthorizationType: "JWT" }, "JwtConfiguration is"],
  [
    "no audience",
    { ...jwt, JwtConfiguration: { Issuer: "https://a.example" } },
    { AuthorizationType: "JWT" },
    "Audience",
  ],
  [
    "an invalid issuer",
    { ...jwt, JwtConfiguration: { Issuer: "a", Audience: ["b"] } },
    { AuthorizationType: "JWT" },
    "URL",
  ],
  [
    "a token in the context",
    { ...jwt, IdentitySource: ["$context.x"] },
    { AuthorizationType: "JWT" },
    "must be $request",
  ],
  [
    "no identity source",
    { ...jwt, IdentitySource: undefined },
    { AuthorizationType: "JWT" },
    "IdentitySource is required",
  ],
  [
    "no payload format",
    { ...lambda, AuthorizerPayloadFormatVersion: undefined },
    { AuthorizationType: "CUSTOM" },
    "required",
  ],
  [
    "a cache without identity",
    { ...lambda, AuthorizerResultTtlInSeconds: 1 },
    { AuthorizationType: "CUSTOM" },
    "at least one",
  ],
  [
    "a long cache",
    { ...lambda, AuthorizerResultTtlInSeconds: 3601 },
    { AuthorizationType: "CUSTOM" },
    "between 0 and 3600",
  ],
  [
    "simple responses in format 1.0",
    { ...lambda, AuthorizerPayloadFormatVersion: "1.0", EnableSimpleResponses: true },
    { AuthorizationType: "CUSTOM" },
    "needs AuthorizerPayloadFormatVersion 2.0",
  ],
])("rejects %s", (_, authorizer, route, message) => {
  expect(() => define(authorizer, route)).toThrow(message)
})
