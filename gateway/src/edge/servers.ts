// Opens the servers of the gateway: the site on the first port, then one per API, function URL and custom domain.
import { randomUUID } from "node:crypto"
import type { Server } from "node:http"
import type { Definition } from "../definition/definition.ts"
import type { FunctionUrlDefinition } from "../definition/function-url.ts"
import type { DeployedApis } from "../routes/deployed-apis.ts"
import type { HttpApiRuntime } from "../routes/http/api-runtime.ts"
import type { RestApiRuntime } from "../routes/rest/api-runtime.ts"
import type { ConsolePorts } from "./console/console-ports.ts"
import { createConsole } from "./console-server.ts"
import { createCustomDomainServer } from "./custom-domain-server.ts"
import { createHttpApiServer, type HttpApiServerPorts } from "./http-api-server.ts"
import { createHttpServer, MAX_SILENCE_MS, type RequestHandler } from "./http-server.ts"
import type { Listeners } from "./listeners.ts"
import type { LocalAddresses } from "./local-addresses.ts"
import { overviewPage } from "./overview-page.ts"
import { createSiteServer } from "./site-server.ts"
import { type StageUrl, stageUrls } from "./stage-urls.ts"
import {
  createWebSocketApiServer,
  findStageOf,
  stageNamesOf,
  type WebSocketApiServerPorts,
} from "./websocket-api-server.ts"

/** AWS: a payload of a function has at most 6 MB (furl-limits) */
const MAX_URL_BODY_BYTES = 6 * 1024 * 1024
/** AWS: a function that is invoked by its URL runs for 15 minutes at most (furl-limits) */
const MAX_URL_SILENCE_MS = 16 * 60_000

export type ServersPorts = {
  listeners: Listeners
  addresses: LocalAddresses
  /** The deployment that is served now. */
  deployed(): DeployedApis
  webSocket: Omit<WebSocketApiServerPorts, "domainName" | "findStage" | "stageNames">
  http: Omit<HttpApiServerPorts<HttpApiRuntime>, "domainName" | "api">
  handleRestRequest: HttpApiServerPorts<RestApiRuntime>["handleRequest"]
  handleUrlRequest: HttpApiServerPorts<FunctionUrlDefinition | undefined>["handleRequest"]
  console: Pick<
    ConsolePorts,
    "metrics" | "history" | "access" | "data" | "canWrite" | "endpoints" | "faultSettings" | "gatewayClock" | "invoke"
  >
  userPools: {
    /** Whether the user pools of a definition are served here. */
    areServed(definition: Definition): boolean
    handle: RequestHandler
  }
}

export type Servers = {
  siteUrl: string
  stages(): StageUrl[]
  /** The template's outputs, with local addresses. */
  outputs(): Record<string, string>
  /** The services that are served here, by their names in `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoints(): Record<string, string>
  /**
   * Opens a port for every API of a deployment that has none yet. Such an API rejects every request until the deployment
   * is served. Disposing the result closes these ports again.
   * @throws GatewayError PORT_IN_USE, with no port left open
   */
  openApis(deployment: DeployedApis): Promise<AsyncDisposableStack>
}

/** @throws GatewayError PORT_IN_USE */
export async function startServers(ports: ServersPorts): Promise<Servers> {
  const { deployed, listeners, addresses } = ports
  let userPoolsPort: number | undefined

  function outputs(): Record<string, string> {
    const localized = Object.entries(deployed().definition.outputs)
    return Object.fromEntries(localized.map(([name, value]) => [name, addresses.localize(value)]))
  }

  const stages = () => stageUrls(deployed().definition, addresses.localize)

  const siteServer = createSiteServer({
    site: () => deployed().definition.sites[0],
    localize: addresses.localize,
    overview: () => overviewPage(outputs(), stages()),
    serveConsole: createConsole({
      ...ports.webSocket,
      ...ports.console,
      token: randomUUID(),
      outputs,
      stages,
      deployed,
    }),
    log: ports.webSocket.log,
    quotas: ports.webSocket.quotas,
  })
  const site = await listeners.open(siteServer)

  async function openApis(apis: DeployedApis): Promise<AsyncDisposableStack> {
    const { definition, webSocketApis, httpApis, restApis } = apis
    await using opened = new AsyncDisposableStack()
    const open = async ({ domainName }: { domainName: string }, createServer: (domainName: string) => Server) => {
      if (addresses.has(domainName)) return
      const listener = await listeners.open(createServer(domainName))
      opened.defer(() => listener.close())
      addresses.set(domainName, listener.port)
      opened.defer(() => addresses.delete(domainName))
    }
    for (const { domainName } of definition.sites) addresses.set(domainName, site.port)
    // An API that is not part of the served deployment (yet, or any more) has no stages, so it rejects every request.
    for (const [apiId, first] of webSocketApis) {
      // AWS: so does one whose default endpoint is disabled (domain-disabled)
      const api = () => {
        const current = deployed().webSocketApis.get(apiId)
        return current && !current.definition.environment.isEndpointDisabled ? current : { stages: new Map() }
      }
      await open(first.definition.environment, (domainName) =>
        createWebSocketApiServer({
          ...ports.webSocket,
          domainName,
          findStage: findStageOf(api),
          stageNames: stageNamesOf(api),
        }),
      )
    }
    for (const [apiId, first] of httpApis) {
      const api = () => deployed().httpApis.get(apiId) ?? { ...first, stages: new Map() }
      await open(first.definition.environment, (domainName) => createHttpApiServer({ ...ports.http, domainName, api }))
    }
    for (const [apiId, first] of restApis) {
      const api = () => deployed().restApis.get(apiId) ?? { ...first, stages: new Map() }
      const { handleRestRequest: handleRequest } = ports
      await open(first.definition.environment, (domainName) =>
        createHttpApiServer({ ...ports.http, domainName, api, handleRequest }),
      )
    }
    for (const { urlId, environment } of definition.functionUrls) {
      const api = () => deployed().definition.functionUrls.find((one) => one.urlId === urlId)
      await open(environment, (domainName) =>
        createHttpApiServer({
          ...ports.http,
          domainName,
          api,
          handleRequest: ports.handleUrlRequest,
          maxBodyBytes: MAX_URL_BODY_BYTES,
          maxSilenceMs: MAX_URL_SILENCE_MS,
        }),
      )
    }
    for (const domain of definition.customDomains) {
      const isWebSocket = domain.mappings.some(({ apiId }) => webSocketApis.has(apiId))
      await open(domain, (domainName) => createCustomDomainServer(domainName, isWebSocket, ports))
    }
    await openUserPools(definition, opened)
    return opened.move()
  }

  /** One port for all user pools: a request names its app client or its pool. */
  async function openUserPools(definition: Definition, opened: AsyncDisposableStack): Promise<void> {
    if (!ports.userPools.areServed(definition)) return
    const hosts = definition.userPools.flatMap(({ host, domains }) => [host, ...domains])
    const added = hosts.filter((host) => !addresses.has(host))
    if (userPoolsPort === undefined) {
      const { log, quotas } = ports.http
      const { handle } = ports.userPools
      const server = createHttpServer({ name: "cognito", log, quotas, maxSilenceMs: MAX_SILENCE_MS, handle })
      const listener = await listeners.open(server)
      userPoolsPort = listener.port
      opened.defer(() => {
        userPoolsPort = undefined
        return listener.close()
      })
    }
    for (const host of added) {
      addresses.set(host, userPoolsPort)
      opened.defer(() => addresses.delete(host))
    }
  }

  const endpoints = () =>
    userPoolsPort === undefined ? {} : { "cognito-identity-provider": `http://localhost:${userPoolsPort}` }

  return { siteUrl: `http://localhost:${site.port}`, endpoints, outputs, stages, openApis }
}
