// The addresses of what is deployed, for each kind of API.
import { expect, test } from "vitest"
import { defineChat } from "../cloudformation/testing/chat-template.ts"
import { stageUrls } from "./stage-urls.ts"

const RestApiId = { Ref: "Rest" }

const definition = defineChat({
  Http: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
  ...Object.fromEntries(
    ["$default", "beta"].map((StageName, index) => [
      `HttpStage${index}`,
      { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Http" }, StageName, AutoDeploy: true } },
    ]),
  ),
  Closed: {
    Type: "AWS::ApiGatewayV2::Api",
    Properties: { Name: "closed", ProtocolType: "HTTP", DisableExecuteApiEndpoint: true },
  },
  ClosedStage: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: { Ref: "Closed" }, StageName: "$default", AutoDeploy: true },
  },
  Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
  Method: {
    Type: "AWS::ApiGateway::Method",
    Properties: {
      RestApiId,
      ResourceId: { "Fn::GetAtt": ["Rest", "RootResourceId"] },
      HttpMethod: "GET",
      AuthorizationType: "NONE",
      Integration: { Type: "MOCK" },
    },
  },
  RestDeployment: { Type: "AWS::ApiGateway::Deployment", DependsOn: ["Method"], Properties: { RestApiId } },
  RestStage: {
    Type: "AWS::ApiGateway::Stage",
    Properties: { RestApiId, StageName: "prod", DeploymentId: { Ref: "RestDeployment" } },
  },
  Url: {
    Type: "AWS::Lambda::Url",
    Properties: { TargetFunctionArn: { "Fn::GetAtt": ["Function", "Arn"] }, AuthType: "NONE" },
  },
  Domain: { Type: "AWS::ApiGatewayV2::DomainName", Properties: { DomainName: "api.example.com" } },
  Root: {
    Type: "AWS::ApiGatewayV2::ApiMapping",
    Properties: { ApiId: { Ref: "Http" }, DomainName: { Ref: "Domain" }, Stage: "$default" },
  },
  Keyed: {
    Type: "AWS::ApiGatewayV2::ApiMapping",
    Properties: { ApiId: { Ref: "Closed" }, DomainName: { Ref: "Domain" }, Stage: "$default", ApiMappingKey: "v1" },
  },
  ChatDomain: { Type: "AWS::ApiGatewayV2::DomainName", Properties: { DomainName: "chat.example.com" } },
  ChatMapping: {
    Type: "AWS::ApiGatewayV2::ApiMapping",
    Properties: { ApiId: { Ref: "Api" }, DomainName: { Ref: "ChatDomain" }, Stage: "dev" },
  },
})

const [chat] = definition.webSocketApis
const [http, closed] = definition.httpApis
const [rest] = definition.restApis
const [url] = definition.functionUrls
const hostOf = (apiId = "") => `${apiId}.execute-api.us-east-1.amazonaws.com`

function urlsOf(logicalId: string) {
  const all = stageUrls(definition, (text) => text)
  return all.filter((one) => one.logicalId === logicalId).map(({ logicalId: _, ...stage }) => stage)
}

test("a stage of a WebSocket or REST API has its name as its path", () => {
  expect(urlsOf("Api")).toEqual([
    { protocol: "WEBSOCKET", apiId: chat?.apiId, stageName: "dev", url: `wss://${hostOf(chat?.apiId)}/dev` },
  ])
  expect(urlsOf("Rest")).toEqual([
    { protocol: "REST", apiId: rest?.apiId, stageName: "prod", url: `https://${hostOf(rest?.apiId)}/prod` },
  ])
})

test("the stage $default of an HTTP API has no path", () => {
  const common = { protocol: "HTTP", apiId: http?.apiId }
  expect(urlsOf("Http")).toEqual([
    { ...common, stageName: "$default", url: `https://${hostOf(http?.apiId)}` },
    { ...common, stageName: "beta", url: `https://${hostOf(http?.apiId)}/beta` },
  ])
})

test("an API whose own endpoint is disabled has the addresses of its domain names only", () => {
  expect(urlsOf("Closed")).toEqual([])
  expect(urlsOf("Domain")).toEqual([
    { protocol: "HTTP", apiId: http?.apiId, stageName: "$default", url: "https://api.example.com" },
    { protocol: "HTTP", apiId: closed?.apiId, stageName: "$default", url: "https://api.example.com/v1" },
  ])
  expect(urlsOf("ChatDomain")).toEqual([
    { protocol: "WEBSOCKET", apiId: chat?.apiId, stageName: "dev", url: "wss://chat.example.com" },
  ])
})

test("a function URL is listed with the stage $default", () => {
  expect(urlsOf("Url")).toEqual([
    {
      protocol: "FUNCTION_URL",
      apiId: url?.urlId,
      stageName: "$default",
      url: `https://${url?.urlId}.lambda-url.us-east-1.on.aws`,
    },
  ])
})

test("a mapping of an API that is not here has no address, and every address is localized", () => {
  const [domain] = definition.customDomains
  if (!domain) throw new Error("The template has no domain name.")
  const mappings = domain.mappings.map((mapping) => ({ ...mapping, apiId: "elsewhere" }))
  const without = { ...definition, customDomains: [{ ...domain, mappings }] }
  const logicalIds = stageUrls(without, (text) => text).map(({ logicalId }) => logicalId)
  expect(logicalIds).not.toContain("Domain")
  expect(stageUrls(definition, () => "local").every((stage) => stage.url === "local")).toBe(true)
})
