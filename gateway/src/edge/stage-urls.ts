// Lists the addresses of what is deployed: of stages, of function URLs, and of the mappings of custom domain names.
import type { HttpApiDefinition, WebSocketApiDefinition } from "../definition/api.ts"
import type { Definition } from "../definition/definition.ts"
import type { RestApiDefinition } from "../definition/rest-api.ts"

/** A deployed stage: `ws://localhost:4001/dev`, `http://localhost:4002`. */
export type StageUrl = {
  /** `FUNCTION_URL`: the URL of a function, which is shown like a stage. */
  protocol: "WEBSOCKET" | "HTTP" | "REST" | "FUNCTION_URL"
  apiId: string
  /** Of the API, the function URL or the custom domain name. */
  logicalId: string
  stageName: string
  url: string
}

/** @param localize replaces AWS addresses by local ones */
export function stageUrls(definition: Definition, localize: (text: string) => string): StageUrl[] {
  const apis = [
    ...definition.webSocketApis.map((api) => ({ protocol: "WEBSOCKET" as const, api })),
    ...definition.httpApis.map((api) => ({ protocol: "HTTP" as const, api })),
    ...definition.restApis.map((api) => ({ protocol: "REST" as const, api })),
  ]
  const ofApis = apis.flatMap(({ protocol, api }) => urlsOf(protocol, api))
  const ofFunctions = definition.functionUrls.map(({ urlId: apiId, environment, logicalId }): StageUrl => {
    const url = `https://${environment.domainName}`
    return { protocol: "FUNCTION_URL", apiId, logicalId, stageName: "$default", url }
  })
  const ofDomains = definition.customDomains.flatMap(({ logicalId, domainName, mappings }) =>
    mappings.flatMap(({ apiId, key, stageName }): StageUrl[] => {
      const protocol = apis.find(({ api }) => api.apiId === apiId)?.protocol
      const url = `${schemeOf(protocol)}://${domainName}${key === "" ? "" : `/${key}`}`
      return protocol ? [{ protocol, apiId, logicalId, stageName: stageName ?? "*", url }] : []
    }),
  )
  return [...ofApis, ...ofFunctions, ...ofDomains].map((stage) => ({ ...stage, url: localize(stage.url) }))
}

function urlsOf(
  protocol: StageUrl["protocol"],
  { apiId, environment, logicalId, stages }: WebSocketApiDefinition | HttpApiDefinition | RestApiDefinition,
): StageUrl[] {
  if (environment.isEndpointDisabled) return []
  return stages.map(({ stageName }) => {
    // AWS: the $default stage of an HTTP API has no path (http-stages)
    const path = stageName === "$default" && protocol === "HTTP" ? "" : `/${stageName}`
    return { protocol, apiId, logicalId, stageName, url: `${schemeOf(protocol)}://${environment.domainName}${path}` }
  })
}

function schemeOf(protocol: StageUrl["protocol"] | undefined): string {
  return protocol === "WEBSOCKET" ? "wss" : "https"
}
