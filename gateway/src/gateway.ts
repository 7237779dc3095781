// Connects the rooms. The only file that knows them all; it decides nothing that a room could decide.

import { randomInt } from "node:crypto"
import { loadDefinition } from "./cloudformation/load-definition.ts"
import type { Connection } from "./connections/connection.ts"
import { ConnectionStore } from "./connections/connection-store.ts"
import { createIds } from "./connections/ids.ts"
import type { Credentials } from "./definition/credentials.ts"
import type { FunctionDefinition } from "./definition/lambda.ts"
import { createDeployment } from "./deployment/deployment.ts"
import { mayInvokeHttp, routePermissions } from "./deployment/permissions.ts"
import { startServers } from "./edge/servers.ts"
import { createUpgrade } from "./edge/websocket-connection.ts"
import { type Choices, defaultChoices } from "./foundation/choices.ts"
import { type Clock, systemClock } from "./foundation/clock.ts"
import { awsQuotas, type Quotas } from "./foundation/quotas.ts"
import type { AccessMode, Denial } from "./iam/access.ts"
import { administratorOf, CredentialStore } from "./iam/credentials.ts"
import { createGuard } from "./iam/guard.ts"
import { startEventSourceMappings } from "./lambda/event-source-mapping.ts"
import { createLambda } from "./lambda/lambda-service.ts"
import { createEventLog } from "./observe/event-log.ts"
import { type OnGatewayEvent, outputEvent } from "./observe/gateway-event.ts"
import { createHistory } from "./observe/history.ts"
import { Metrics } from "./observe/metrics.ts"
import { createRecorder } from "./observe/recorder.ts"
import type { RoutePorts } from "./routes/ports.ts"
import { createAccountThrottle } from "./routes/stage-runtime.ts"
import { connect } from "./routes/websocket/connect.ts"
import { createLives } from "./routes/websocket/connection-lifecycle.ts"
import { message } from "./routes/websocket/message.ts"
import { type ServiceEndpoints, startServices } from "./services/start-services.ts"

export type GatewayOptions = {
  /** A `cdk.out` folder, or a template file. */
  source: string
  /** First port; 0 (the default) is any free one. */
  port?: number
  /** Where documents and tables are kept between runs; in memory unless given. */
  dataDir?: string
  iam?: AccessMode
  /** Real services in place of stand-ins, as `AWS_ENDPOINT_URL_<SERVICE>` names them. */
  endpoints?: ServiceEndpoints
  onEvent?: OnGatewayEvent
  clock?: Clock
  quotas?: Partial<Quotas>
  choices?: Partial<Choices>
}

export type Gateway = {
  /** Every output of the template, with this machine's addresses. */
  outputs(): Record<string, string>
  /** The first port: the template's site, or an overview of what is served. */
  siteUrl: string
  /** An administrator's keys, for this run. */
  credentials: Credentials
  metrics: Metrics
  connections: ConnectionStore
  /** Where the stand-ins (or what was chosen instead of them) are reached; those that the template needs. */
  endpoints: ServiceEndpoints
  /** Reads the source again and serves that. Throws, and goes on as before, when it cannot be read. */
  reload(): Promise<void>
  /** Every function of the source, with the folder or archive that its code is deployed from. */
  functions(): { functionName: string; codePath?: string }[]
  /** Runs a function's code from another folder from now on; again with the same folder when its files have changed. */
  updateFunctionCode(functionName: string, folder: string): void
  /** Tells whoever listens, the console too, what happened around the gateway: a build that failed, a reload. */
  tell: OnGatewayEvent
  /** Closes every connection with 1001, waits for `$disconnect` and for what still runs, and ends. Once, however often it is called. */
  close(): Promise<void>
}

// AWS: no integration runs longer than 29 seconds. [doc, section 9]
const DRAIN_MS = 29_000

/** @throws GatewayError for a source that cannot be served, or a port that is taken */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { source, port = 0, clock = systemClock, iam = "enforce" } = options
  const history = createHistory(clock.now)
  const onEvent: OnGatewayEvent = (event) => {
    history.addEvent(event)
    options.onEvent?.(event)
  }
  const quotas: Quotas = { ...awsQuotas, ...options.quotas }
  const choices: Choices = { ...defaultChoices, ...options.choices }
  const log = createEventLog(onEvent)
  const onDenied = (denial: Denial) => onEvent({ event: "denied", ...denial })
  const read = async () => {
    const definition = await loadDefinition(source)
    const fresh = createDeployment(definition, { clock, quotas, mode: iam, onDenied })
    for (const { logicalId, type, message } of [...definition.notices, ...fresh.access.notices]) {
      log.warn("Not served locally", { message, logicalId, type })
    }
    return fresh
  }

  let deployment = await read()
  const { region, accountId } = deployment.definition
  const keys = new CredentialStore(clock)
  const guard = createGuard({ access: () => deployment.access, credentials: keys, clock, region, mode: iam })
  const services = await startServices({
    definition: deployment.definition,
    clock,
    log,
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
    verifyS3: guard.verifyS3,
    invokeAsync: (functionArn, payload) => lambda.invokeAsync(functionArn, payload),
    externalEndpoints: options.endpoints ?? {},
  })
  const lambda = createLambda({
    functions: deployment.definition.functions,
    region,
    accountId,
    clock,
    log,
    endpoints: services.environment,
    network: () => ({ ...services.network(), ...servers.addresses.hosts() }),
    credentials: (definition) => keys.issue(deployment.access.principalOf(definition)),
    onOutput: (line) => onEvent(outputEvent(line)),
    sendToQueue: services.sendToQueue,
  })

  const metrics = new Metrics()
  const recorder = createRecorder(onEvent, metrics, history)
  const connections = new ConnectionStore()
  const ids = createIds(clock.now, randomInt(0x10000))
  const account = createAccountThrottle({ clock, quotas })
  const { invoke } = lambda
  const { record } = recorder
  const routes: RoutePorts = {
    ...{ clock, ids, quotas, account, invoke, record },
    ...routePermissions(() => deployment, guard),
  }
  const onBug = (error: unknown, { facts }: Connection) =>
    log.error("event failed", { message: stackOf(error), connectionId: facts.connectionId })
  const lives = createLives(connections, (connection) => stageOf(connection), routes, onBug)
  const stageOf = ({ facts }: Connection) => deployment.webSocketApis.get(facts.apiId)?.stages.get(facts.stageName)
  const onMessage = async (connection: Connection, text: string) => {
    const stage = stageOf(connection)
    if (!stage) return
    return message(stage, connection, text, routes).catch((error: unknown) => {
      onBug(error, connection)
      throw error
    })
  }
  const upgrade = createUpgrade({ clock, quotas, choices, onMessage })

  const eventSources = startEventSourceMappings({
    mappings: deployment.definition.eventSourceMappings,
    region,
    endpoint: () => services.endpoints.sqs ?? "",
    credentials: services.credentials,
    queueUrl: services.queueUrl,
    ...{ invoke, clock, log },
  })
  const closeAll = async () => {
    await eventSources.close()
    await lambda.close({ drainMs: DRAIN_MS })
    await services.close()
  }
  const servers = await startServers({
    firstPort: port,
    served: () => deployment,
    webSocket: {
      ...{ clock, ids, quotas, choices, account, connections, upgrade, record },
      mayManage: guard.mayManage,
      connect: (stage, handshake) => connect(stage, handshake, routes),
      onHandshake: lives.expect,
      onConnected: lives.begin,
      log,
    },
    console: { ...history, openConnections: () => connections.size },
    http: {
      ...{ clock, ids, invoke, record },
      mayInvoke: (api, stageName, route) => mayInvokeHttp(deployment.access, api, stageName, route),
      takeRequest: (stage) => account.takeRequest() && deployment.takeHttpRequest(stage),
    },
  }).catch(async (error) => {
    await closeAll()
    throw error
  })

  let closed: Promise<void> | undefined
  const close = async () => {
    servers.stop()
    await lives.endAll(1001, "Going away")
    await closeAll()
    await servers.close()
  }

  return {
    outputs: servers.outputs,
    siteUrl: servers.siteUrl,
    credentials: keys.issue(administratorOf(accountId)),
    metrics,
    connections,
    endpoints: services.endpoints,
    async reload() {
      const fresh = await read()
      await services.update(fresh.definition)
      lambda.reload(fresh.definition.functions)
      deployment = fresh
      await servers.update()
      await eventSources.update(deployment.definition.eventSourceMappings)
    },
    functions: () => deployment.definition.functions.map(codeOf),
    updateFunctionCode: lambda.updateFunctionCode,
    tell: onEvent,
    close() {
      closed ??= close()
      return closed
    },
  }
}

function codeOf({ functionName, code }: FunctionDefinition) {
  return code.form === "inline" ? { functionName } : { functionName, codePath: code.path }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
