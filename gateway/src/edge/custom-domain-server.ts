// Serves one custom domain name: the stages that its paths are mapped to, of WebSocket APIs or of HTTP and REST APIs.
import type { Server } from "node:http"
import type { DeployedApis } from "../routes/deployed-apis.ts"
import type { HttpApiRuntime } from "../routes/http/api-runtime.ts"
import type { HttpRequest, HttpResponse } from "../routes/http/request.ts"
import type { RestApiRuntime } from "../routes/rest/api-runtime.ts"
import { forbidden } from "../routes/rest/handle-request.ts"
import { type SelectedMapping, selectMapping } from "../routes/select-mapping.ts"
import { createHttpApiServer, type HttpApiServerPorts } from "./http-api-server.ts"
import { createWebSocketApiServer, type StageAtPath, type WebSocketApiServerPorts } from "./websocket-api-server.ts"

export type CustomDomainPorts = {
  /** The deployment that is served now. */
  deployed(): DeployedApis
  webSocket: Omit<WebSocketApiServerPorts, "domainName" | "findStage" | "stageNames">
  http: Omit<HttpApiServerPorts<HttpApiRuntime>, "domainName" | "api">
  handleRestRequest: HttpApiServerPorts<RestApiRuntime>["handleRequest"]
}

/** @param isWebSocket whether its mappings lead to WebSocket APIs, which share a domain name with no others. */
export function createCustomDomainServer(domainName: string, isWebSocket: boolean, ports: CustomDomainPorts): Server {
  const { deployed } = ports

  /** In the current deployment, which a reload replaces. */
  function select(path: string): SelectedMapping | undefined {
    const domain = deployed().definition.customDomains.find((one) => one.domainName === domainName)
    return domain && selectMapping(domain, path)
  }

  function findStage(path: string): StageAtPath | undefined {
    const selected = select(path)
    const stage = selected && deployed().webSocketApis.get(selected.mapping.apiId)?.stages.get(selected.stageName)
    return stage && { stage, rest: path.slice(selected.basePath.length).replace(/^\//, "") }
  }

  function mappedPaths(): string[] {
    const domain = deployed().definition.customDomains.find((one) => one.domainName === domainName)
    return (domain?.mappings ?? []).map(({ key }) => key)
  }

  async function handleRequest(_: undefined, request: HttpRequest): Promise<HttpResponse> {
    const selected = select(request.path)
    // AWS: a path without a mapping is Forbidden (domain-without-mapping)
    if (!selected) return forbidden()
    const { mapping, stageName, basePath } = selected
    const mapped = { ...request, mapping: { stageName, basePath } }
    const httpApi = deployed().httpApis.get(mapping.apiId)
    if (httpApi) return ports.http.handleRequest(httpApi, mapped)
    const restApi = deployed().restApis.get(mapping.apiId)
    return restApi ? ports.handleRestRequest(restApi, mapped) : forbidden()
  }

  return isWebSocket
    ? createWebSocketApiServer({ ...ports.webSocket, domainName, findStage, stageNames: mappedPaths })
    : createHttpApiServer({ ...ports.http, domainName, api: () => undefined, handleRequest })
}
