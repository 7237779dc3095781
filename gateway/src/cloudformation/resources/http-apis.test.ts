// What the resources of an HTTP API yield.
import { describe, expect, test } from "vitest"
import type { ResourceBody } from "../source/stack.ts"
import { type Changes, defineChat, noValue } from "../testing/chat-template.ts"

/** An HTTP API with one route and a stage. */
function http({
  api = {},
  integration = {},
  route = {},
}: {
  api?: Record<string, unknown>
  integration?: Record<string, unknown>
  route?: Record<string, unknown>
} = {}): Changes {
  return {
    Http: apiResource(api),
    HttpIntegration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Http" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
        PayloadFormatVersion: "2.0",
        ...integration,
      },
    },
    HttpRoute: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Http" },
        RouteKey: "GET /x/{id}",
        Target: { "Fn::Join": ["/", ["integrations", { Ref: "HttpIntegration" }]] },
        ...route,
      },
    },
    HttpStage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId: { Ref: "Http" }, StageName: "$default", AutoDeploy: true },
    },
  }
}

function apiResource(properties: Record<string, unknown>): ResourceBody {
  return { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "h", ProtocolType: "HTTP", ...properties } }
}

describe("an HTTP API", () => {
  test("has the routes, functions and stages of the template", () => {
    const { httpApis, functions, notices } = defineChat(http())
    expect(httpApis).toMatchObject([
      {
        routes: [
          { routeKey: "GET /x/{id}", functionArn: functions[0]!.arn, payloadFormatVersion: "2.0", timeoutMs: 30_000 },
        ],
        stages: [{ stageName: "$default" }],
      },
    ])
    expect(httpApis[0]).not.toHaveProperty("cors")
    expect(notices).toEqual([])
  })

  test("has CORS with the defaults of AWS", () => {
    const cors = (CorsConfiguration: Record<string, unknown>) =>
      defineChat(http({ api: { CorsConfiguration } })).httpApis[0]!.cors
    expect(cors({})).toEqual({
      allowOrigins: [],
      allowMethods: [],
      allowHeaders: [],
      exposeHeaders: [],
      allowCredentials: false,
    })
    expect(
      cors({
        AllowOrigins: ["https://a.example"],
        AllowMethods: ["GET"],
        AllowHeaders: ["x-a"],
        ExposeHeaders: ["x-b"],
        AllowCredentials: true,
        MaxAge: 60,
      }),
    ).toEqual({
      allowOrigins: ["https://a.example"],
      allowMethods: ["GET"],
      allowHeaders: ["x-a"],
      exposeHeaders: ["x-b"],
      allowCredentials: true,
      maxAgeSeconds: 60,
    })
  })

  test("keeps the timeout, the credentials and the payload format of an integration", () => {
    const route = (integration: Record<string, unknown>) => defineChat(http({ integration })).httpApis[0]!.routes[0]
    expect(route({ TimeoutInMillis: 50, CredentialsArn: "arn:aws:iam::0:role/r" })).toMatchObject({
      timeoutMs: 50,
      credentialsArn: "arn:aws:iam::0:role/r",
    })
    expect(route({ PayloadFormatVersion: "1.0" })).toMatchObject({ payloadFormatVersion: "1.0" })
  })

  test("can be created from a target alone", () => {
    const api = apiResource({ Target: { "Fn::GetAtt": ["Function", "Arn"] }, CredentialsArn: "arn:aws:iam::0:role/r" })
    expect(defineChat({ Http: api }).httpApis[0]).toMatchObject({
      routes: [
        {
          routeKey: "$default",
          functionArn: expect.stringContaining(":function:stack-Function-"),
          credentialsArn: "arn:aws:iam::0:role/r",
          payloadFormatVersion: "2.0",
          timeoutMs: 30_000,
        },
      ],
      stages: [{ stageName: "$default", variables: {} }],
    })
    const named = http({ api: { Target: { "Fn::GetAtt": ["Function", "Arn"] }, RouteKey: "POST /y" } })
    expect(defineChat(named).httpApis[0]).toMatchObject({
      routes: [{ routeKey: "GET /x/{id}" }, { routeKey: "POST /y" }],
      stages: [{ logicalId: "HttpStage" }],
    })
  })

  test("reports an OpenAPI definition in S3 and an integration without a function", () => {
    const { httpApis, notices } = defineChat(
      http({
        api: { BodyS3Location: { Bucket: "b", Key: "k" } },
        integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: "https://example.com" },
      }),
    )
    expect(httpApis[0]!.routes[0]).not.toHaveProperty("functionArn")
    expect(notices.map(({ logicalId, message }) => [logicalId, message])).toEqual([
      [
        "Http",
        "An OpenAPI definition in another file is not read, so the API has no routes. Put it into the template.",
      ],
      ["HttpIntegration", "Only AWS_PROXY integrations with a Lambda function are served, so its routes fail."],
    ])
  })

  test.each([
    ["without a URI", { IntegrationUri: noValue }],
    ["of another type to a function", { IntegrationType: "HTTP_PROXY" }],
  ])("reports an integration %s, whose route has no function", (_, integration) => {
    const { httpApis, notices } = defineChat(http({ integration }))
    expect(httpApis[0]!.routes[0]).not.toHaveProperty("functionArn")
    expect(notices.map(({ logicalId }) => logicalId)).toEqual(["HttpIntegration"])
  })

  test.each<[string, Changes, string]>([
    ["a route key without a slash", http({ route: { RouteKey: "GET x" } }), 'HttpRoute: RouteKey "GET x" must be'],
    ["a route key with another method", http({ route: { RouteKey: "TRACE /x" } }), 'HttpRoute: RouteKey "TRACE /x"'],
    ["a target of no integration", http({ route: { Target: "integrations/i" } }), "HttpRoute: Target must be"],
    ["a missing target", http({ route: { Target: noValue } }), "HttpRoute: Target must be"],
    ["a short timeout", http({ integration: { TimeoutInMillis: 49 } }), "must be between 50 and 30000, not 49"],
    ["a long timeout", http({ integration: { TimeoutInMillis: 30_001 } }), "must be between 50 and 30000, not 30001"],
    [
      "a missing payload format",
      http({ integration: { PayloadFormatVersion: noValue } }),
      "PayloadFormatVersion is required",
    ],
    ["another payload format", http({ integration: { PayloadFormatVersion: "3.0" } }), "must be 1.0 or 2.0, not 3.0"],
    [
      "two routes with one key",
      { ...http(), Again: { ...(http().HttpRoute as ResourceBody) } },
      "Again: Route with key GET /x/{id} already exists for this API",
    ],
  ])("is rejected for %s", (_, changes, problem) => {
    expect(() => defineChat(changes)).toThrowError(problem)
  })
})
