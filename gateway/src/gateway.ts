// Wires the rooms together. With backend.ts, route-ports.ts and reload.ts the only files that know them all.
import "./polyfills.ts"
import { createBackend } from "./backend.ts"
import { createClose } from "./close-in-time.ts"
import { ConnectionStore } from "./connections/connection-store.ts"
import { createConsoleAccess } from "./deployment/console-access.ts"
import { type Deployment, deployedFunctions } from "./deployment/deployment.ts"
import { createFaultNames } from "./deployment/fault-names.ts"
import { createListeners } from "./edge/listeners.ts"
import { createLocalAddresses } from "./edge/local-addresses.ts"
import { postJson } from "./edge/post-json.ts"
import { startServers } from "./edge/servers.ts"
import { createUpgrade } from "./edge/websocket-connection.ts"
import { Faults } from "./faults/faults.ts"
import { defaultAssumptions } from "./foundation/assumptions.ts"
import { systemClock } from "./foundation/clock.ts"
import { MemoryBudget } from "./foundation/memory-budget.ts"
import { MovableClock } from "./foundation/movable-clock.ts"
import { awsQuotas } from "./foundation/quotas.ts"
import { createSerialQueue } from "./foundation/serial-queue.ts"
import { createGatewayClock } from "./gateway-clock.ts"
import type { Gateway, GatewayOptions } from "./gateway-options.ts"
import { administratorOf, CredentialStore } from "./iam/credentials.ts"
import type { Denial } from "./iam/denial.ts"
import { createGuard } from "./iam/guard.ts"
import { executionEvent, outputEvent } from "./observe/gateway-event.ts"
import { createObserver } from "./observe/observer.ts"
import { readDeployment, serveDeployment } from "./reload.ts"
import { createRoutePorts } from "./route-ports.ts"
import { handleHttpRequest } from "./routes/http/handle-request.ts"
import { handleRestRequest } from "./routes/rest/handle-request.ts"
import { createWebSocketRoutes } from "./routes/websocket/websocket-routes.ts"
import { servesUserPools } from "./services/services.ts"

/**
 * Starts a gateway that serves every WebSocket, HTTP and REST API of a template.
 * @throws GatewayError for a source that cannot be served or a port that is taken; nothing stays open then
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock: steadyClock = systemClock, iam: mode = "enforce", consoleWrite: canWrite = false } = options
  const clock = new MovableClock(steadyClock)
  const quotas = { ...awsQuotas, ...options.quotas }
  const assumptions = { ...defaultAssumptions, ...options.assumptions }
  const { otlpUrl } = options
  const otlp = otlpUrl === undefined ? undefined : { url: otlpUrl, post: postJson, clock: steadyClock }
  const { log, report, recorder, metrics, live, history, exporter } = createObserver(clock.now, { ...options, otlp })
  const onDenied = (denial: Denial) => report({ event: "denied", ...denial })
  const readOptions = { ...options, clock, quotas, mode, onDenied, log }

  let { source } = options
  let current = await readDeployment(source, readOptions)
  const { region, accountId, urlSuffix } = current.definition
  // Closed in reverse order, also when a later step of the start fails.
  await using opened = new AsyncDisposableStack()
  // Last, with the records of everything that ends before.
  opened.defer(async () => exporter?.close())
  const listeners = opened.adopt(createListeners(options.port ?? 0), (open) => open.close())
  const addresses = createLocalAddresses()
  // Clients and functions sign with their own time.
  const keys = new CredentialStore(steadyClock)
  const guard = createGuard({ access: () => current.access, credentials: keys, clock: steadyClock, mode, log })
  const administrator = keys.issue(administratorOf(accountId))
  const connections = new ConnectionStore()
  const faults = new Faults({
    clock,
    connections: () => connections.all(),
    names: createFaultNames(() => current.definition),
    onInjected: (injection) => report({ event: "fault", ...injection }),
  })
  const backend = createBackend({
    region,
    accountId,
    urlSuffix,
    clock: steadyClock,
    movableClock: clock,
    faults,
    log,
    dataDir: options.dataDir,
    externalEndpoints: options.endpoints,
    users: options.users,
    localize: addresses.localize,
    parameterValues: new Map(Object.entries(options.parameterValues ?? {})),
    authenticate: guard.authenticate,
    administrator,
    credentials: (definition) => keys.issue(current.access.principalOf(definition)),
    apiHosts: addresses.hosts,
    onCall: recorder.recordCall,
    onOutput: (line) => report(outputEvent(line)),
    onResult: live.addInvocation,
    onExecutionEvent: (execution, event) => report(executionEvent(execution, event)),
  })
  opened.defer(backend.close)
  const { lambda, services } = backend
  const gatewayClock = createGatewayClock({ clock, lambda, report })

  const shared = { clock, steadyClock, faults, quotas, log, record: recorder.record, deployment: () => current }
  const { ports } = opened.use(createRoutePorts({ ...shared, backend, addresses, keys, guard, urlSuffix }))
  const routes = createWebSocketRoutes({
    ports,
    connections,
    findStage: (apiId, stageName) => current.webSocketApis.get(apiId)?.stages.get(stageName),
  })
  opened.defer(() => routes.lifecycle.closeAll(1001, "Going away"))
  opened.defer(() => listeners.stop())
  opened.defer(() => faults.close())

  const upgrade = createUpgrade({ clock, steadyClock, quotas, assumptions, log, onMessage: routes.message })
  const memory = new MemoryBudget(quotas.maxRequestMemoryBytes)
  const access = createConsoleAccess(shared.deployment, administratorOf(accountId))
  const servers = await startServers({
    listeners,
    addresses,
    deployed: () => current,
    webSocket: { ...ports, assumptions, connections, routes, upgrade, memory, mayManage: guard.mayManage },
    console: {
      metrics: live,
      history,
      access,
      data: services.storedData,
      canWrite,
      endpoints: services.endpoints,
      faultSettings: faults,
      gatewayClock,
      invoke: (functionName, payload) => lambda.invoke(functionName, payload),
    },
    userPools: {
      areServed: (definition) => servesUserPools(definition, options.endpoints),
      // Until the pools are created, during the start.
      handle: async (request, response) =>
        services.userPools()?.handle(request, response) ?? void response.writeHead(503).end(),
    },
    http: { log, quotas, memory, handleRequest: (api, request) => handleHttpRequest(api, request, ports) },
    handleRestRequest: (api, request) => handleRestRequest(api, request, ports),
  })
  const setCurrent = (deployment: Deployment) => {
    current = deployment
  }
  const serve = (deployment: Deployment) => serveDeployment(deployment, { backend, servers, setCurrent })
  await serve(current)

  const running = opened.move()
  const inTurn = createSerialQueue()
  const dispose = () => inTurn(() => running.disposeAsync())
  const close = createClose({ clock: steadyClock, drainMs: quotas.drainTimeoutMs, dispose, lambda, report })
  return {
    outputs: servers.outputs,
    stages: servers.stages,
    siteUrl: servers.siteUrl,
    credentials: administrator,
    metrics,
    connections,
    faults,
    clock: gatewayClock,
    endpoints: services.endpoints,
    signIn: async (username = "alice", clientId) => services.userPools()?.signIn(username, clientId),
    reload: (next = source) =>
      inTurn(async () => {
        await serve(await readDeployment(next, readOptions))
        source = next
      }),
    functions: () => deployedFunctions(current.definition),
    updateFunctionCode: (functionName, folder) => inTurn(() => lambda.updateFunctionCode(functionName, folder)),
    report,
    close,
    [Symbol.asyncDispose]: close,
  }
}
