// Rules of AWS for single properties, checked on whole templates.
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { loadDefinition } from "./load-definition.ts"

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "template-rules-"))
})

afterEach(() => rm(folder, { recursive: true }))

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>

async function load(resources: Resources, more: Record<string, unknown> = {}) {
  const path = join(folder, "template.json")
  await writeFile(path, JSON.stringify({ ...more, Resources: resources }))
  return loadDefinition(path)
}

const ApiId = { Ref: "Api" }

/** A WebSocket API that deploys itself, with one route and `count` more. */
function webSocketApi(count = 0): Resources {
  const routes = Array.from({ length: count + 1 }, (_, index) => [
    `Route${index}`,
    { Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId, RouteKey: `key${index}` } },
  ])
  return {
    Api: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: { Name: "a", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
    },
    Stage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId, StageName: "dev", AutoDeploy: true } },
    ...Object.fromEntries(routes),
  }
}

const handler: Resources = {
  Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: { Statement: [] } } },
  Function: {
    Type: "AWS::Lambda::Function",
    Properties: {
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: { "Fn::GetAtt": ["Role", "Arn"] },
      Code: { ZipFile: "export const handler = () => 1" },
    },
  },
}

/** An HTTP API with one route to a function. */
function httpApi(integration: Record<string, unknown>): Resources {
  return {
    ...handler,
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "a", ProtocolType: "HTTP" } },
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId,
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
        PayloadFormatVersion: "2.0",
        ...integration,
      },
    },
    Route: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: { ApiId, RouteKey: "GET /", Target: { "Fn::Sub": "integrations/${Integration}" } },
    },
  }
}

describe("a WebSocket API", () => {
  test("with more than 300 routes is served and reported", async () => {
    expect((await load(webSocketApi(299))).notices.map(({ message }) => message)).not.toContainEqual(
      expect.stringContaining("300 routes"),
    )
    expect((await load(webSocketApi(300))).notices).toContainEqual(
      expect.objectContaining({ logicalId: "Api", message: expect.stringContaining("300 routes") }),
    )
  })

  test("with a route response for another key than $default is rejected", async () => {
    const Response = {
      Type: "AWS::ApiGatewayV2::RouteResponse",
      Properties: { ApiId, RouteId: { Ref: "Route0" }, RouteResponseKey: "other" },
    }
    await expect(load({ ...webSocketApi(), Response })).rejects.toThrow("RouteResponseKey")
  })

  test("with an authorizer of another type than REQUEST is rejected", async () => {
    const Authorizer = {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: { ApiId, Name: "a", AuthorizerType: "JWT", AuthorizerUri: "arn:aws:lambda:x:y:function:z" },
    }
    await expect(load({ ...webSocketApi(), Authorizer })).rejects.toThrow("AuthorizerType must be REQUEST")
  })
})

describe("an HTTP API", () => {
  test.each([50, 30_000])("accepts an integration timeout of %i ms", async (TimeoutInMillis) => {
    const { httpApis } = await load(httpApi({ TimeoutInMillis }))
    expect(httpApis[0]?.routes[0]?.timeoutMs).toBe(TimeoutInMillis)
  })

  test.each([49, 30_001])("rejects an integration timeout of %i ms", async (TimeoutInMillis) => {
    await expect(load(httpApi({ TimeoutInMillis }))).rejects.toThrow("between 50 and 30000")
  })

  test("of SAM with CorsConfiguration: true allows every origin", async () => {
    const { httpApis } = await load(
      {
        ...handler,
        Api: { Type: "AWS::Serverless::HttpApi", Properties: { CorsConfiguration: true } },
        Get: {
          Type: "AWS::Serverless::Function",
          Properties: {
            Runtime: "nodejs24.x",
            Handler: "index.handler",
            InlineCode: "export const handler = () => 1",
            Events: { Get: { Type: "HttpApi", Properties: { ApiId, Path: "/", Method: "get" } } },
          },
        },
      },
      { Transform: "AWS::Serverless-2016-10-31" },
    )
    expect(httpApis[0]?.cors?.allowOrigins).toEqual(["*"])
  })
})

test("inline code of more than 4 MB is rejected", async () => {
  const resources = httpApi({})
  const { Properties } = resources.Function!
  Properties.Code = { ZipFile: "/".repeat(4 * 1024 * 1024 + 1) }
  await expect(load(resources)).rejects.toThrow("must not be longer than 4 MB")
})
