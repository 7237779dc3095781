// Every server of the gateway: the site on the first port, then one for each API in template order.

import type { HttpApiDefinition } from "../definition/api.ts"
import type { Definition } from "../definition/definition.ts"
import type { ServedApi } from "../routes/stage-runtime.ts"
import type { ConsolePorts } from "./console-server.ts"
import { createHttpApiServer, type HttpApiServerPorts } from "./http-api-server.ts"
import { createListeners } from "./listeners.ts"
import { type LocalAddresses, localAddresses } from "./local-addresses.ts"
import { overviewPage } from "./overview-page.ts"
import { createSiteServer } from "./site-server.ts"
import { type ApiServerPorts, createApiServer } from "./websocket-api-server.ts"

export type ServersPorts = {
  firstPort: number
  /** Today's deployment. */
  served(): {
    definition: Definition
    webSocketApis: ReadonlyMap<string, ServedApi>
    httpApis: ReadonlyMap<string, HttpApiDefinition>
  }
  webSocket: Omit<ApiServerPorts, "domainName" | "api">
  http: Omit<HttpApiServerPorts, "domainName" | "api" | "accountId">
  console: Omit<ConsolePorts, "outputs">
}

export type Servers = {
  addresses: LocalAddresses
  siteUrl: string
  /** The template's outputs, with this machine's addresses. */
  outputs(): Record<string, string>
  /** Opens a port for every API that has none yet. */
  update(): Promise<void>
  stop(): void
  close(): Promise<void>
}

export async function startServers(ports: ServersPorts): Promise<Servers> {
  const listeners = createListeners(ports.firstPort)
  const byHost = new Map<string, number>()
  const addresses = localAddresses(byHost)
  const { served } = ports

  const sitePort = await listeners.open(
    createSiteServer({
      site: () => served().definition.sites[0],
      localize: addresses.localize,
      overview,
      console: { ...ports.console, outputs },
    }),
  )
  try {
    await update()
  } catch (error) {
    await listeners.close()
    throw error
  }
  const siteUrl = `http://localhost:${sitePort}`
  return { addresses, siteUrl, outputs, update, stop: listeners.stop, close: listeners.close }

  async function update(): Promise<void> {
    const { definition, webSocketApis, httpApis } = served()
    for (const site of definition.sites) byHost.set(site.domainName, sitePort)
    for (const apiId of webSocketApis.keys()) {
      const domainName = domainOf(apiId, definition)
      if (byHost.has(domainName)) continue
      // An API that a reload took away has no stages any more: all of it is "Forbidden".
      const api = () => served().webSocketApis.get(apiId) ?? { stages: new Map() }
      byHost.set(domainName, await listeners.open(createApiServer({ ...ports.webSocket, domainName, api })))
    }
    for (const [apiId, first] of httpApis) {
      const domainName = domainOf(apiId, definition)
      if (byHost.has(domainName)) continue
      // An API that a reload took away has no routes and no stages any more: all of it is "Not Found".
      const api = () => served().httpApis.get(apiId) ?? { ...first, routes: [], stages: [] }
      const server = createHttpApiServer({ ...ports.http, domainName, api, accountId: definition.accountId })
      byHost.set(domainName, await listeners.open(server))
    }
  }

  function outputs(): Record<string, string> {
    const localized = Object.entries(served().definition.outputs).map(([name, value]) => [
      name,
      addresses.localize(value),
    ])
    return Object.fromEntries(localized)
  }

  function overview(): string {
    return overviewPage(outputs())
  }
}

function domainOf(apiId: string, { region, urlSuffix }: Definition): string {
  return `${apiId}.execute-api.${region}.${urlSuffix}`
}
