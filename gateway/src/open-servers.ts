// Connects the servers with what they serve: routes, functions, user pools and the console.
import type { Backend } from "./backend.ts"
import type { ConnectionStore } from "./connections/connection-store.ts"
import { createConsoleAccess } from "./deployment/console-access.ts"
import type { Deployment } from "./deployment/deployment.ts"
import type { Listeners } from "./edge/listeners.ts"
import type { LocalAddresses } from "./edge/local-addresses.ts"
import { type Servers, startServers } from "./edge/servers.ts"
import { createUpgrade } from "./edge/websocket-connection.ts"
import type { Faults } from "./faults/faults.ts"
import { MemoryBudget } from "./foundation/memory-budget.ts"
import type { GatewayClock } from "./gateway-clock.ts"
import type { GatewayContext } from "./gateway-context.ts"
import type { GatewayOptions } from "./gateway-options.ts"
import { administratorOf } from "./iam/credentials.ts"
import type { Guard } from "./iam/guard.ts"
import { handleUrlRequest } from "./routes/function-url/handle-request.ts"
import { handleHttpRequest } from "./routes/http/handle-request.ts"
import type { RoutePorts } from "./routes/ports.ts"
import { handleRestRequest } from "./routes/rest/handle-request.ts"
import type { WebSocketRoutes } from "./routes/websocket/websocket-routes.ts"
import { servesUserPools } from "./services/services.ts"

export type OpenServersOptions = {
  options: GatewayOptions
  context: GatewayContext
  /** The deployment that is served now. */
  deployment(): Deployment
  listeners: Listeners
  addresses: LocalAddresses
  connections: ConnectionStore
  ports: RoutePorts
  routes: WebSocketRoutes
  guard: Guard
  backend: Backend
  faults: Faults
  gatewayClock: GatewayClock
}

/** @throws GatewayError PORT_IN_USE */
export function openServers(parts: OpenServersOptions): Promise<Servers> {
  const { options, context, deployment, connections, ports, routes, guard, backend, faults, gatewayClock } = parts
  const { clock, steadyClock, quotas, assumptions, log } = context
  const { lambda, services } = backend
  const upgrade = createUpgrade({ clock, steadyClock, quotas, assumptions, log, onMessage: routes.message })
  const memory = new MemoryBudget(quotas.maxRequestMemoryBytes)
  return startServers({
    listeners: parts.listeners,
    addresses: parts.addresses,
    deployed: deployment,
    webSocket: { ...ports, assumptions, connections, routes, upgrade, memory, mayManage: guard.mayManage },
    console: {
      metrics: context.live,
      history: context.history,
      access: createConsoleAccess(deployment, administratorOf(deployment().definition.accountId)),
      data: services.storedData,
      canWrite: options.consoleWrite ?? false,
      endpoints: services.endpoints,
      faultSettings: faults,
      gatewayClock,
      invoke: (functionName, payload) => lambda.invoke(functionName, payload),
    },
    userPools: {
      areServed: (definition) => servesUserPools(definition, options.endpoints),
      // 503 during the start, until the pools are created.
      handle: async (request, response) =>
        services.userPools()?.handle(request, response) ?? void response.writeHead(503).end(),
    },
    http: { log, quotas, memory, handleRequest: (api, request) => handleHttpRequest(api, request, ports) },
    handleUrlRequest: (url, request) => handleUrlRequest(url, request, ports),
    handleRestRequest: (api, request) => handleRestRequest(api, request, ports),
  })
}
