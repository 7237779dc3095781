// Expands the `Domain` of a SAM API to a custom domain name with a mapping for each of its base paths.
import { isRecord } from "../../foundation/is-record.ts"
import type { Properties, Resources } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"

/** AWS: SAM creates a domain name, and a mapping for each base path or one for the root (domain-sam) */
export function expandDomain(
  api: { apiId: string; stageId: string; kind: "HTTP" | "REST" },
  properties: unknown,
): Resources {
  if (!isRecord(properties)) return []
  const { DomainName, BasePath } = properties
  const isHttp = api.kind === "HTTP"
  const domainId = `${api.apiId}Domain`
  const domain: ResourceBody = {
    Type: isHttp ? "AWS::ApiGatewayV2::DomainName" : "AWS::ApiGateway::DomainName",
    Properties: { DomainName },
  }
  const paths = (Array.isArray(BasePath) ? BasePath : [BasePath ?? ""]).map(String)
  const mappings = paths.map((path, index): [string, ResourceBody] => {
    const key = path.replaceAll(/^\/|\/$/g, "")
    return [`${domainId}Mapping${index}`, mappingOf(api, { key, DomainName: { Ref: domainId } })]
  })
  return [[domainId, domain], ...mappings]
}

function mappingOf(
  { apiId, stageId, kind }: { apiId: string; stageId: string; kind: "HTTP" | "REST" },
  { key, DomainName }: { key: string; DomainName: Properties },
): ResourceBody {
  const [Api, Stage] = [{ Ref: apiId }, { Ref: stageId }]
  return kind === "HTTP"
    ? { Type: "AWS::ApiGatewayV2::ApiMapping", Properties: { DomainName, ApiId: Api, Stage, ApiMappingKey: key } }
    : { Type: "AWS::ApiGateway::BasePathMapping", Properties: { DomainName, RestApiId: Api, Stage, BasePath: key } }
}
