// Reads the custom domain names with the mappings of their paths to stages.
import type { ApiMappingDefinition, CustomDomainDefinition } from "../../definition/custom-domain.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"

type Stages = { apiId: string; stages: readonly { stageName: string }[] }
type Apis = { webSocketApis: readonly Stages[]; httpApis: readonly Stages[]; restApis: readonly Stages[] }

export function readCustomDomains(template: ResolvedTemplate, apis: Apis): CustomDomainDefinition[] {
  const mappings = template.ofType("AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGateway::BasePathMapping")
  const domains = template.ofType("AWS::ApiGatewayV2::DomainName", "AWS::ApiGateway::DomainName")
  const readDomain = (domain: Resource): CustomDomainDefinition => {
    const domainName = domain.properties.required("DomainName").toLowerCase()
    const own = mappings.filter((one) => one.properties.text("DomainName")?.toLowerCase() === domainName)
    if (domain.properties.value("MutualTlsAuthentication") !== undefined) {
      domain.notice("Certificates of clients are not checked.")
    }
    if (own.length === 0) domain.notice("No API is mapped to it, so every request is Forbidden.")
    rejectDuplicateKeys(own)
    rejectMixedProtocols(domain, own, apis)
    return { ...domain.origin, domainName, mappings: own.map((mapping) => readMapping(mapping, apis)) }
  }
  // Mappings of a domain that another stack has created.
  for (const mapping of mappings) {
    const name = mapping.properties.text("DomainName")?.toLowerCase()
    if (domains.some((domain) => domain.properties.text("DomainName")?.toLowerCase() === name)) continue
    mapping.notice(`The domain name ${name ?? ""} is not in the template, so it is not served.`)
  }
  const read = domains.map(readDomain)
  reportUnreachable(template, read)
  return read
}

function reportUnreachable(template: ResolvedTemplate, domains: readonly CustomDomainDefinition[]): void {
  const mapped = new Set(domains.flatMap(({ mappings }) => mappings.map(({ apiId }) => apiId)))
  for (const api of template.ofType("AWS::ApiGatewayV2::Api", "AWS::ApiGateway::RestApi")) {
    if (!api.properties.flag("DisableExecuteApiEndpoint") || mapped.has(api.ref)) continue
    api.notice("Its default endpoint is disabled and no custom domain name leads to it, so every request is rejected.")
  }
}

function readMapping(resource: Resource, apis: Apis): ApiMappingDefinition {
  const { properties, type } = resource
  const isRest = type === "AWS::ApiGateway::BasePathMapping"
  const key = keyOf(resource)
  // AWS: a key has these characters, at most 300 (domain-mapping-key)
  if (!/^[\w$\-.+!*'()/]{0,300}$/.test(key) || /^\/|\/$/.test(key)) {
    resource.problem(`An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()/, not ${key}.`)
  }
  const apiId = isRest ? (properties.text("RestApiId") ?? "") : properties.required("ApiId")
  const stageName = isRest ? properties.text("Stage") : properties.required("Stage")
  const api = [...apis.webSocketApis, ...apis.httpApis, ...apis.restApis].find((one) => one.apiId === apiId)
  if (!api) resource.problem("Invalid API identifier specified: it is not an API of the template.")
  else if (stageName !== undefined && !api.stages.some((stage) => stage.stageName === stageName)) {
    resource.problem(`Invalid stage identifier specified: ${stageName} is not a stage of the API.`)
  }
  return { ...resource.origin, key, apiId, ...withoutUndefined({ stageName }) }
}

function keyOf({ properties }: Resource): string {
  const key = properties.text("ApiMappingKey") ?? properties.text("BasePath") ?? ""
  // AWS: a base path of this text is an empty one (domain-mapping-key)
  return key === "(none)" ? "" : key
}

function rejectDuplicateKeys(mappings: readonly Resource[]): void {
  const seen = new Set<string>()
  for (const mapping of mappings) {
    const key = keyOf(mapping)
    if (seen.has(key)) mapping.problem("ApiMapping key already exists for this domain name")
    seen.add(key)
  }
}

/** AWS: a WebSocket API shares a domain name with no API of another kind (domain-mixed) */
function rejectMixedProtocols(domain: Resource, mappings: readonly Resource[], { webSocketApis }: Apis): void {
  const kinds = new Set(
    mappings.map(({ properties }) => webSocketApis.some(({ apiId }) => apiId === properties.text("ApiId"))),
  )
  if (kinds.size > 1) {
    domain.problem("A WebSocket API cannot be mapped to the same domain name as an HTTP API or a REST API.")
  }
}
