// Custom domain names: mappings of WebSocket, HTTP and REST APIs, their events, and default endpoints that are disabled.
import { describe, expect, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept, echoEvent, functionResource, invokeUri, type TestApi } from "../testing/template.ts"

const domain = (type: "ApiGateway" | "ApiGatewayV2", DomainName: string) => ({
  Type: `AWS::${type}::DomainName`,
  Properties: { DomainName },
})

const mapping = (DomainName: string, properties: Record<string, unknown>) => ({
  Type: "AWS::ApiGatewayV2::ApiMapping",
  Properties: { DomainName: { Ref: DomainName }, ...properties },
})

const basePath = (DomainName: string, properties: Record<string, unknown>) => ({
  Type: "AWS::ApiGateway::BasePathMapping",
  Properties: { DomainName: { Ref: DomainName }, RestApiId: { Ref: "Rest" }, ...properties },
})

/** A WebSocket API whose functions push with the SDK-free client below, at wss://ws.example.com/chat. */
function webSocketDomain(api: Partial<TestApi> = {}): TestApi {
  const back = `
    import { createHash, createHmac } from "node:crypto"
    const hmac = (key, text) => createHmac("sha256", key).update(text).digest()
    const hex = (text) => createHash("sha256").update(text).digest("hex")
    export const handler = async ({ requestContext: { domainName, connectionId, stage } }) => {
      const body = JSON.stringify({ domainName, stage })
      const date = new Date().toISOString().replaceAll(/[:-]|\\.\\d+/g, "")
      const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = process.env
      const path = "/chat/%40connections/" + encodeURIComponent(connectionId)
      const signed = "host;x-amz-date;x-amz-security-token"
      const canonical = ["POST", path.replaceAll("%", "%25"), "", "host:" + domainName, "x-amz-date:" + date, "x-amz-security-token:" + token, "", signed, hex(body)].join("\\n")
      const scope = [date.slice(0, 8), "us-east-1", "execute-api", "aws4_request"]
      const key = scope.reduce(hmac, "AWS4" + secret)
      const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope.join("/"), hex(canonical)].join("\\n")).toString("hex")
      const authorization = "AWS4-HMAC-SHA256 Credential=" + id + "/" + scope.join("/") + ", SignedHeaders=" + signed + ", Signature=" + signature
      const headers = { authorization, "x-amz-date": date, "x-amz-security-token": token }
      const response = await fetch("https://" + domainName + path, { method: "POST", body, headers })
      if (response.status !== 200) throw new Error(await response.text())
      return { statusCode: 200 }
    }`
  return {
    routes: { $connect: { code: accept }, $default: { code: back } },
    statements: [{ Effect: "Allow", Action: "execute-api:ManageConnections", Resource: "*" }],
    ...api,
    resources: {
      Domain: domain("ApiGatewayV2", "ws.example.com"),
      Mapping: mapping("Domain", { ApiId: { Ref: "Api" }, Stage: { Ref: "Stage" }, ApiMappingKey: "chat" }),
      ...api.resources,
    },
    outputs: { Chat: { Value: { "Fn::Sub": "wss://${Domain}/chat" } }, ...api.outputs },
  }
}

function httpAndRest(changes: Record<string, unknown> = {}): TestApi {
  const permission = (FunctionName: string) => ({
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { Ref: FunctionName },
      Principal: "apigateway.amazonaws.com",
    },
  })
  const ApiId = { Ref: "Http" }
  const RestApiId = { Ref: "Rest" }
  return {
    routes: { $connect: {} },
    resources: {
      Echo: functionResource(echoEvent, {}),
      EchoPermission: permission("Echo"),
      Http: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
      HttpStage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId, StageName: "dev", AutoDeploy: true } },
      ...Object.fromEntries(
        ["1.0", "2.0"].flatMap((version) => {
          const id = version.replace(".", "")
          return [
            [
              `Integration${id}`,
              {
                Type: "AWS::ApiGatewayV2::Integration",
                Properties: {
                  ApiId,
                  IntegrationType: "AWS_PROXY",
                  IntegrationUri: { "Fn::GetAtt": ["Echo", "Arn"] },
                  PayloadFormatVersion: version,
                },
              },
            ],
            [
              `Route${id}`,
              {
                Type: "AWS::ApiGatewayV2::Route",
                Properties: {
                  ApiId,
                  RouteKey: `GET /v${id}/{id}`,
                  Target: { "Fn::Sub": `integrations/\${Integration${id}}` },
                },
              },
            ],
          ]
        }),
      ),
      Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
      Items: {
        Type: "AWS::ApiGateway::Resource",
        Properties: { RestApiId, ParentId: { "Fn::GetAtt": ["Rest", "RootResourceId"] }, PathPart: "items" },
      },
      Get: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          RestApiId,
          ResourceId: { Ref: "Items" },
          HttpMethod: "GET",
          AuthorizationType: "NONE",
          Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: invokeUri("Echo") },
        },
      },
      RestDeployment: { Type: "AWS::ApiGateway::Deployment", DependsOn: ["Get"], Properties: { RestApiId } },
      RestStage: {
        Type: "AWS::ApiGateway::Stage",
        Properties: { RestApiId, StageName: "prod", DeploymentId: { Ref: "RestDeployment" } },
      },
      Domain: domain("ApiGateway", "api.example.com"),
      HttpMapping: mapping("Domain", { ApiId, Stage: { Ref: "HttpStage" }, ApiMappingKey: "shop/http" }),
      RestMapping: basePath("Domain", { Stage: { Ref: "RestStage" }, BasePath: "shop" }),
      ...changes,
    },
    outputs: { Base: { Value: { "Fn::Join": ["", ["https://", { Ref: "Domain" }]] } } },
  }
}

describe("a custom domain name of a WebSocket API", () => {
  test("leads to the stage of its mapping, and functions push through it", async () => {
    const { gateway } = await startLocal(webSocketDomain())
    const { Chat = "", Url } = gateway.outputs()
    expect(Chat).toMatch(/^ws:\/\/localhost:\d+\/chat$/)
    expect(gateway.stages().map(({ logicalId, url }) => [logicalId, url])).toEqual([
      ["Api", Url],
      ["Domain", Chat],
    ])
    const socket = await openSocket(Chat)
    socket.send("hello")
    expect(JSON.parse(await socket.next())).toEqual({ domainName: "ws.example.com", stage: "dev" })
    socket.close()
  })

  test.each(["", "/other", "/chat/dev"])("rejects a handshake at the path %j", async (path) => {
    const { gateway } = await startLocal(webSocketDomain())
    const base = (gateway.outputs().Chat ?? "").replace(/^ws(.*)\/chat$/, "http$1")
    expect((await fetch(`${base}${path}/@connections/x`)).status).toBe(403)
    await expect(openSocket(base.replace("http", "ws") + path)).rejects.toThrow(/403/)
  })

  test("is the only address of an API whose default endpoint is disabled", async () => {
    const { gateway, url, callbackUrl } = await startLocal(
      webSocketDomain({ properties: { DisableExecuteApiEndpoint: true } }),
    )
    await expect(openSocket(url)).rejects.toThrow(/403/)
    const response = await fetch(`${callbackUrl}/@connections/x`, { method: "POST" })
    expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }])
    const socket = await openSocket(gateway.outputs().Chat ?? "")
    socket.close()
    expect(gateway.stages().map(({ logicalId }) => logicalId)).toEqual(["Domain"])
  })
})

describe("a custom domain name of HTTP and REST APIs", () => {
  test("selects the longest mapping, and has its domain name in events", async () => {
    const { gateway } = await startLocal(httpAndRest())
    const { Base = "" } = gateway.outputs()
    const domainOf = { domainName: "api.example.com", domainPrefix: "api" }
    expect(await (await fetch(`${Base}/shop/items`)).json()).toMatchObject({
      resource: "/items",
      path: "/shop/items",
      requestContext: { path: "/shop/items", stage: "prod", ...domainOf },
    })
    expect(await (await fetch(`${Base}/shop/http/v10/7`)).json()).toMatchObject({
      path: "/shop/http/v10/7",
      pathParameters: { id: "7" },
      requestContext: { stage: "dev", ...domainOf },
    })
    expect(await (await fetch(`${Base}/shop/http/v20/7`)).json()).toMatchObject({
      rawPath: "/v20/7",
      pathParameters: { id: "7" },
      requestContext: { http: { path: "/v20/7" }, stage: "dev", ...domainOf },
    })
  })

  test("leads from its base path alone to the root of a REST API", async () => {
    const RestApiId = { Ref: "Rest" }
    const rootOf = {
      RestApiId,
      ResourceId: { "Fn::GetAtt": ["Rest", "RootResourceId"] },
      HttpMethod: "GET",
      AuthorizationType: "NONE",
      Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: invokeUri("Echo") },
    }
    const { gateway } = await startLocal(httpAndRest({ Root: { Type: "AWS::ApiGateway::Method", Properties: rootOf } }))
    for (const path of ["/shop", "/shop/"]) {
      expect(await (await fetch(`${gateway.outputs().Base}${path}`)).json()).toMatchObject({ resource: "/", path })
    }
  })

  test("responds with 403 to a path without a mapping", async () => {
    const { gateway } = await startLocal(httpAndRest())
    const response = await fetch(`${gateway.outputs().Base}/shopping/items`)
    expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }])
  })

  test("takes the stage from the path when the mapping has none", async () => {
    const { gateway } = await startLocal(httpAndRest({ RestMapping: basePath("Domain", { BasePath: "(none)" }) }))
    const { Base } = gateway.outputs()
    expect(await (await fetch(`${Base}/prod/items`)).json()).toMatchObject({
      path: "/prod/items",
      requestContext: { stage: "prod" },
    })
    expect((await fetch(`${Base}/items`)).status).toBe(403)
  })

  test("is the only address of APIs whose default endpoints are disabled", async () => {
    const { gateway } = await startLocal({
      ...httpAndRest({
        Http: {
          Type: "AWS::ApiGatewayV2::Api",
          Properties: { Name: "http", ProtocolType: "HTTP", DisableExecuteApiEndpoint: true },
        },
        Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest", DisableExecuteApiEndpoint: true } },
      }),
      outputs: {
        Base: { Value: "https://api.example.com" },
        Http: { Value: { "Fn::Sub": "https://${Http}.execute-api.${AWS::Region}.amazonaws.com/dev" } },
        Rest: { Value: { "Fn::Sub": "https://${Rest}.execute-api.${AWS::Region}.amazonaws.com/prod" } },
      },
    })
    const { Base, Http, Rest } = gateway.outputs()
    expect((await fetch(`${Http}/v20/7`)).status).toBe(404)
    const response = await fetch(`${Rest}/items`)
    expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }])
    expect((await fetch(`${Base}/shop/items`)).status).toBe(200)
    expect((await fetch(`${Base}/shop/http/v20/7`)).status).toBe(200)
  })
})
