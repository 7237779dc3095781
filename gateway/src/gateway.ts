// Starts a gateway: creates the parts of all folders and connects them.
import "./foundation/polyfills.ts"
import { createBackend } from "./backend.ts"
import { createClose } from "./close-in-time.ts"
import { ConnectionStore } from "./connections/connection-store.ts"
import { type Deployment, deployedFunctions } from "./deployment/deployment.ts"
import { createListeners } from "./edge/listeners.ts"
import { createLocalAddresses } from "./edge/local-addresses.ts"
import { createSerialQueue } from "./foundation/serial-queue.ts"
import { createGatewayClock } from "./gateway-clock.ts"
import { createContext } from "./gateway-context.ts"
import { createFaults } from "./gateway-faults.ts"
import type { Gateway, GatewayOptions } from "./gateway-options.ts"
import { administratorOf, CredentialStore } from "./iam/credentials.ts"
import { createGuard } from "./iam/guard.ts"
import { openServers } from "./open-servers.ts"
import { readDeployment, serveDeployment } from "./reload.ts"
import { createRoutePorts } from "./route-ports.ts"
import { createWebSocketRoutes } from "./routes/websocket/websocket-routes.ts"

/**
 * Starts a gateway that serves every WebSocket, HTTP and REST API of a template.
 * @throws GatewayError for a source that cannot be served or a port that is taken; nothing stays open then
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { iam: mode = "enforce" } = options
  const context = createContext(options)
  const { clock, steadyClock, quotas, log, report } = context
  const readOptions = { ...options, clock, quotas, mode, onDenied: context.onDenied }
  let { source } = options
  let current = await readDeployment(source, readOptions)
  const deployment = () => current
  // Closed in reverse order, also when a later step of the start fails.
  await using opened = new AsyncDisposableStack()
  // Closed last, so that it also exports what happens during the close.
  opened.defer(async () => context.exporter?.close())
  const listeners = opened.adopt(createListeners(options.port ?? 0), (open) => open.close())
  const addresses = createLocalAddresses()
  const keys = new CredentialStore(steadyClock)
  const guard = createGuard({ access: () => current.access, credentials: keys, clock: steadyClock, mode, log })
  const administrator = keys.issue(administratorOf(current.definition.accountId))
  const connections = new ConnectionStore()
  const faults = createFaults({ context, connections, deployment })
  const backend = createBackend({ options, context, deployment, addresses, keys, guard, administrator, faults })
  opened.defer(backend.close)
  const { lambda, services } = backend
  const gatewayClock = createGatewayClock({ clock, lambda, report })

  const { ports } = opened.use(createRoutePorts({ context, deployment, backend, addresses, keys, guard, faults }))
  const routes = createWebSocketRoutes({
    ports,
    connections,
    findStage: (apiId, stageName) => current.webSocketApis.get(apiId)?.stages.get(stageName),
  })
  opened.defer(() => routes.lifecycle.closeAll(1001, "Going away"))
  opened.defer(() => listeners.stop())
  opened.defer(() => faults.close())

  const servers = await openServers({
    options,
    context,
    deployment,
    listeners,
    addresses,
    connections,
    ports,
    routes,
    guard,
    backend,
    faults,
    gatewayClock,
  })
  const read = (from: string) =>
    readDeployment(from, { ...readOptions, customResourceStates: backend.customResources.states() })
  const serve = (next: Deployment, from: string, previous?: Deployment) =>
    serveDeployment(next, {
      backend,
      servers,
      previous,
      readAgain: () => read(from),
      setCurrent: (deployed) => {
        current = deployed
      },
      accessOptions: readOptions,
      log,
    })
  // Custom resources that an earlier run with the same data has created.
  if (backend.customResources.states().size !== 0) current = await read(source)
  await serve(current, source)

  const running = opened.move()
  const inTurn = createSerialQueue()
  const dispose = () => inTurn(() => running.disposeAsync())
  const close = createClose({ clock: steadyClock, drainMs: quotas.drainTimeoutMs, dispose, lambda, report })
  return {
    outputs: servers.outputs,
    stages: servers.stages,
    siteUrl: servers.siteUrl,
    credentials: administrator,
    region: () => current.definition.region,
    metrics: context.metrics,
    connections,
    faults,
    clock: gatewayClock,
    get endpoints() {
      return { ...services.endpoints, ...servers.endpoints() }
    },
    signIn: async (username = "alice", clientId) => services.userPools()?.signIn(username, clientId),
    reload: (next = source) =>
      inTurn(async () => {
        await serve(await read(next), next, current)
        source = next
      }),
    functions: () => deployedFunctions(current.definition),
    updateFunctionCode: (functionName, folder) => inTurn(() => lambda.updateFunctionCode(functionName, folder)),
    report,
    close,
    [Symbol.asyncDispose]: close,
  }
}
