// Serves one WebSocket API: handshakes and @connections on one port, distinguished by the Upgrade header and the path.
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import type { Assumptions } from "../foundation/assumptions.ts"
import type { Log } from "../foundation/log.ts"
import { stackOf } from "../foundation/stack-of.ts"
import type { WebSocketApiRuntime, WebSocketStageRuntime } from "../routes/websocket/api-runtime.ts"
import type { HandshakeOutcome } from "../routes/websocket/connect.ts"
import type { WebSocketRoutes } from "../routes/websocket/websocket-routes.ts"
import { sendAwsError } from "./aws-error.ts"
import { type HandshakeRejection, handshakeError, holdSocket, rejectHandshake } from "./handshake.ts"
import { createHttpServer, internalServerError } from "./http-server.ts"
import { handleManagementCall, type ManagementPorts } from "./management-api.ts"
import { createUnknownStageReporter } from "./report-unknown-stage.ts"
import { handshakeRequest, pathOf, signedRequest, sourceIpOf, targetOf } from "./request-headers.ts"
import type { Upgrade } from "./websocket-connection.ts"
import { WebSocketUpgradeRequest } from "./websocket-upgrade-request.ts"

export type WebSocketApiServerPorts = ManagementPorts & {
  assumptions: Assumptions
  /** `{apiId}.execute-api.{region}.amazonaws.com`, or a custom domain name. */
  domainName: string
  /** Finds the stage of a path in the current deployment, because a reload replaces it while sockets stay open. */
  findStage(path: string): StageAtPath | undefined
  /** Of the stages that have a deployment, for messages. */
  stageNames(): readonly string[]
  routes: Pick<WebSocketRoutes, "connect" | "lifecycle">
  upgrade: Upgrade
  log: Log
}

/** `rest`: the path after the part that selects the stage, without a leading slash. */
export type StageAtPath = { stage: WebSocketStageRuntime; rest: string }

/** Finds the stages of an API at its own address, where the first segment of a path names the stage. */
export function findStageOf(api: () => Pick<WebSocketApiRuntime, "stages">): WebSocketApiServerPorts["findStage"] {
  return (path) => {
    const [, stageName = "", ...segments] = path.split("/")
    const stage = api().stages.get(stageName)
    return stage && { stage, rest: segments.join("/") }
  }
}

export function stageNamesOf(api: () => Pick<WebSocketApiRuntime, "stages">): WebSocketApiServerPorts["stageNames"] {
  return () => [...api().stages].flatMap(([name, { isDeployed }]) => (isDeployed ? [name] : []))
}

export function createWebSocketApiServer(ports: WebSocketApiServerPorts): Server {
  const { domainName, log } = ports
  const reportUnknownStage = createUnknownStageReporter(log, ports.stageNames)
  const server = createHttpServer({
    name: domainName,
    log,
    quotas: ports.quotas,
    // Some HTTP clients offer HTTP/2 with every request, which is not a handshake.
    server: { IncomingMessage: WebSocketUpgradeRequest },
    handle: (request, response) => onRequest(request, response, ports),
  })
  server.on("upgrade", (request, socket, head) => {
    const settled = onUpgrade(request, socket, head).catch((error: unknown) => {
      log.error("Handshake failed", { message: stackOf(error), server: domainName, path: pathOf(request) })
      socket.destroy()
    })
    ports.routes.lifecycle.trackHandshake(settled)
  })
  return server

  async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", ignoreError)
    const early = holdSocket(socket, head)
    let outcome: HandshakeOutcome
    try {
      outcome = await decide(request, ports)
      if (outcome === forbidden) reportUnknownStage(pathOf(request))
    } catch (error) {
      log.error("Handshake failed", { message: stackOf(error), server: domainName, path: pathOf(request) })
      outcome = internalError
    }
    const received = early.release()
    if (outcome.outcome === "rejected") return rejectHandshake(socket, outcome, ports.clock.now())
    const { facts, protocol } = outcome
    const connection = ports.upgrade({ request, socket, head: received ?? Buffer.alloc(0), facts, protocol })
    // From here on the library handles errors.
    if (connection.isOpen) socket.off("error", ignoreError)
    ports.routes.lifecycle.begin(connection)
  }
}

const managementPath = /(?:@|%40)connections\//i

async function onRequest(
  request: IncomingMessage,
  response: ServerResponse,
  ports: WebSocketApiServerPorts,
): Promise<void> {
  const found = deployedStage(ports, pathOf(request))
  const stage = found?.stage
  const [resource = "", connectionIdSegment = "", ...rest] = found?.rest.split("/") ?? []
  // AWS: "%40connections" is accepted too (management-encoded-at)
  const isManagement = resource === "@connections" || resource.toLowerCase() === "%40connections"
  if (stage && isManagement && connectionIdSegment !== "" && rest.length === 0) {
    await handleManagementCall({ stage, connectionIdSegment, request }, response, ports)
    return
  }
  if (stage && resource === "" && ports.assumptions.plainRequestStatus === 426) {
    response.writeHead(426, { Upgrade: "websocket", Connection: "Upgrade" }).end()
    return
  }
  // AWS?: two slashes in a row are not one (management-doubled-slash)
  const path = pathOf(request)
  if (path.includes("//") && managementPath.test(path)) {
    const message = `${request.method} ${path} has two slashes in a row`
    ports.log.warn("Forbidden", { message, hint: "Give the client an endpoint that does not end in a slash." })
  }
  sendAwsError(response, "ForbiddenException", "Forbidden")
}

function decide(
  request: IncomingMessage,
  ports: WebSocketApiServerPorts,
): HandshakeOutcome | Promise<HandshakeOutcome> {
  if (targetOf(request).length > ports.quotas.maxUrlLength) return tooLongUrl
  // AWS: one slash after the stage is accepted (handshake-trailing-slash)
  const found = deployedStage(ports, pathOf(request))
  if (found?.rest !== "") return forbidden
  const { stage } = found
  const error = handshakeError(request)
  if (error !== undefined) return badRequest(error)
  const sourceIp = sourceIpOf(request)
  const userAgent = request.headers["user-agent"]
  const { domainName, clock } = ports
  const identity = userAgent === undefined ? { sourceIp } : { userAgent, sourceIp }
  const handshake = { identity, domainName, signed: () => signedRequest(request) }
  // Assigned, because a copy would compute what is only computed when it is read.
  return ports.routes.connect(stage, Object.assign(handshakeRequest(request, domainName, clock.now()), handshake))
}

/** Node.js destroys a socket that fails; without a listener, the error would end the process. */
function ignoreError(): void {}

/** A stage with a deployment. AWS: one without is rejected like an unknown one (handshake-empty-stage) */
function deployedStage({ findStage }: WebSocketApiServerPorts, path: string): StageAtPath | undefined {
  const found = findStage(path)
  return found?.stage.isDeployed ? found : undefined
}

const json = { "content-type": "application/json" }

type Rejected = HandshakeRejection & { outcome: "rejected" }

// AWS: an unknown stage is 403 with this body (handshake-unknown-stage)
const forbidden: Rejected = {
  outcome: "rejected",
  status: 403,
  headers: { ...json, "x-amzn-ErrorType": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
}

// AWS?: a URL over the limit is a 414 (handshake-url-too-long)
const tooLongUrl: Rejected = {
  outcome: "rejected",
  status: 414,
  headers: json,
  body: '{"message":"Request-URI Too Long"}',
}

const internalError: Rejected = { outcome: "rejected", status: 500, headers: json, body: internalServerError }

function badRequest(message: string): Rejected {
  return { outcome: "rejected", status: 400, headers: json, body: JSON.stringify({ message }) }
}
