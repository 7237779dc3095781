// Custom domain names as templates define them: mappings, what AWS rejects, and what SAM generates.
import { expect, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { stackOf } from "../testing/stack-of.ts"

const domain = { Type: "AWS::ApiGatewayV2::DomainName", Properties: { DomainName: "API.example.com" } }
const mapping = (properties: Record<string, unknown>) => ({
  Type: "AWS::ApiGatewayV2::ApiMapping",
  Properties: { DomainName: { Ref: "Domain" }, ApiId: { Ref: "Http" }, Stage: "$default", ...properties },
})
const webSocket = {
  Chat: {
    Type: "AWS::ApiGatewayV2::Api",
    Properties: { Name: "c", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.a" },
  },
  ChatStage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Chat" }, StageName: "dev" } },
}

function define(resources: Record<string, unknown>, outputs: Record<string, unknown> = {}) {
  const http = {
    Http: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "h", ProtocolType: "HTTP" } },
    HttpStage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Http" }, StageName: "$default" } },
  }
  return readDefinition([stackOf({ Resources: { ...http, ...resources }, Outputs: outputs })])
}

test("a domain name has its mappings, and attributes for records", () => {
  const attribute = (name: string) => ({ Value: { "Fn::GetAtt": ["Domain", name] } })
  const { customDomains, outputs, notices } = define(
    { Domain: domain, Root: mapping({}), Orders: mapping({ ApiMappingKey: "orders/v1" }) },
    { Host: attribute("RegionalDomainName"), Zone: attribute("RegionalHostedZoneId") },
  )
  expect(customDomains).toMatchObject([
    {
      logicalId: "Domain",
      domainName: "api.example.com",
      mappings: [
        { key: "", stageName: "$default" },
        { key: "orders/v1", stageName: "$default" },
      ],
    },
  ])
  expect(outputs.Host).toMatch(/^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/)
  expect(outputs.Zone).toMatch(/^Z[A-Z0-9]{13}$/)
  expect(notices).toEqual([])
})

test.each([
  [{ Root: mapping({}), Second: mapping({}) }, "Second: ApiMapping key already exists for this domain name"],
  [{ Root: mapping({ Stage: "other" }) }, "Root: Invalid stage identifier specified: other is not a stage of the API."],
  [{ Root: mapping({ ApiId: "other" }) }, "Root: Invalid API identifier specified"],
  [{ Root: mapping({ ApiMappingKey: "/a" }) }, "Root: An ApiMapping key may contain only letters"],
  [{ Root: mapping({ ApiMappingKey: "a b" }) }, "Root: An ApiMapping key may contain only letters"],
  [
    {
      ...webSocket,
      Root: mapping({}),
      Chats: mapping({ ApiId: { Ref: "Chat" }, Stage: "dev", ApiMappingKey: "chat" }),
    },
    "Domain: A WebSocket API cannot be mapped to the same domain name as an HTTP API or a REST API.",
  ],
])("mappings that AWS would reject are reported: %#", (resources, message) => {
  expect(() => define({ Domain: domain, ...resources })).toThrowError(
    expect.objectContaining({ message: expect.stringContaining(message) }),
  )
})

test("a domain name without mappings, and a mapping without its domain name, are reported", () => {
  const { notices } = define({ Domain: domain, Other: mapping({ DomainName: "other.example.com" }) })
  expect(notices.map(({ logicalId, message }) => `${logicalId}: ${message}`)).toEqual([
    "Other: The domain name other.example.com is not in the template, so it is not served.",
    "Domain: No API is mapped to it, so every request is Forbidden.",
  ])
})

test("SAM generates a domain name with a mapping per base path", () => {
  const { customDomains } = define({
    Shop: {
      Type: "AWS::Serverless::HttpApi",
      Properties: { Domain: { DomainName: "shop.example.com", CertificateArn: "c", BasePath: ["/a", "b"] } },
    },
    Old: {
      Type: "AWS::Serverless::Api",
      Properties: { StageName: "prod", Domain: { DomainName: "old.example.com", CertificateArn: "c" } },
    },
  })
  expect(customDomains).toMatchObject([
    { domainName: "shop.example.com", mappings: [{ key: "a" }, { key: "b", stageName: "$default" }] },
    { domainName: "old.example.com", mappings: [{ key: "", stageName: "prod" }] },
  ])
})
