// One WebSocket API's own server: handshakes and @connections on one port, told apart by path and by upgrade.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import type { Choices } from "../foundation/choices.ts"
import type { Log } from "../foundation/log.ts"
import type { ServedApi, ServedStage } from "../routes/stage-runtime.ts"
import type { WebSocketRoutes } from "../routes/websocket/websocket-routes.ts"
import { sendAwsError } from "./aws-error.ts"
import { holdSocket, malformedHandshake, type Refusal, refuseHandshake } from "./handshake.ts"
import { type ManagementPorts, management } from "./management-api.ts"
import { handshakeMaps, pathOf, queryOf, sourceIpOf } from "./request-maps.ts"
import type { Upgrade } from "./websocket-connection.ts"

export type ApiServerPorts = ManagementPorts & {
  choices: Choices
  /** `{apiId}.execute-api.{region}.amazonaws.com` */
  domainName: string
  /** Today's deployment: asked for with every request, since it may change while sockets stay open. */
  api(): Pick<ServedApi, "stages">
  routes: Pick<WebSocketRoutes, "connect" | "lifecycle">
  upgrade: Upgrade
  log: Log
}

export function createApiServer(ports: ApiServerPorts): Server {
  // Some HTTP clients offer HTTP/2 with every request: that is no handshake.
  const shouldUpgradeCallback = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === "websocket"
  const server = createServer({ shouldUpgradeCallback }, (request, response) => {
    onRequest(request, response, ports).catch((error: unknown) => {
      // A client that left in the middle of its request is no mistake of ours.
      if (!request.destroyed) ports.log.error("request failed", { message: error, path: pathOf(request) })
      response.destroy()
    })
  })
  server.on("upgrade", (request, socket, head) => {
    const settled = onUpgrade(request, socket, head, ports).catch((error: unknown) => {
      ports.log.error("handshake failed", { message: error, path: pathOf(request) })
      socket.destroy()
    })
    ports.routes.lifecycle.expect(settled)
  })
  return server
}

async function onRequest(request: IncomingMessage, response: ServerResponse, ports: ApiServerPorts): Promise<void> {
  const [stageName = "", resource = "", connectionId = "", ...rest] = pathOf(request).slice(1).split("/")
  const stage = stageOf(ports, stageName)
  // AWS: "%40connections" is accepted too (management-encoded-at)
  const isManagement = resource === "@connections" || resource.toLowerCase() === "%40connections"
  if (stage && isManagement && connectionId !== "" && rest.length === 0) {
    await management(stage, connectionId, request, response, ports)
    return
  }
  request.resume()
  if (stage && resource === "" && ports.choices.plainRequestStatus === 426) {
    response.writeHead(426, { Upgrade: "websocket", Connection: "Upgrade" }).end()
    return
  }
  sendAwsError(response, "ForbiddenException", "Forbidden")
}

async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, ports: ApiServerPorts): Promise<void> {
  socket.on("error", giveUp)
  const refuse = (refusal: Refusal) => refuseHandshake(socket, refusal, ports.clock.now())
  if ((request.url?.length ?? 0) > ports.quotas.maxUrlLength) return refuse(tooLongUrl)
  const stage = stageOf(ports, pathOf(request).slice(1))
  if (!stage) return refuse(forbidden)
  const complaint = malformedHandshake(request)
  if (complaint !== undefined) return refuse(badRequest(complaint))

  const held = holdSocket(socket, head)
  const sourceIp = sourceIpOf(request)
  const userAgent = request.headers["user-agent"]
  const outcome = await ports.routes.connect(stage, {
    ...handshakeMaps(request, ports.domainName, ports.clock.now()),
    identity: userAgent === undefined ? { sourceIp } : { userAgent, sourceIp },
    domainName: ports.domainName,
    signed: { method: "GET", path: pathOf(request), query: queryOf(request), headers: request.headers },
  })
  const early = held.take()
  if (outcome.outcome === "refused") return refuse(outcome)
  const connection = ports.upgrade(request, socket, early ?? Buffer.alloc(0), outcome.facts, outcome.protocol)
  // From here on the library listens.
  if (connection.isOpen) socket.off("error", giveUp)
  ports.routes.lifecycle.begin(connection)
}

function giveUp(this: Duplex): void {
  this.destroy()
}

/** A stage with a deployment. AWS: one without is rejected like an unknown one (handshake-empty-stage) */
function stageOf(ports: ApiServerPorts, stageName: string): ServedStage | undefined {
  const stage = ports.api().stages.get(stageName)
  return stage?.isDeployed ? stage : undefined
}

const json = { "content-type": "application/json" }

// AWS: an unknown stage is 403 with this body (handshake-unknown-stage)
const forbidden: Refusal = {
  status: 403,
  headers: { ...json, "x-amzn-ErrorType": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
}

// AWS?: a URL over the limit is a 414 (handshake-url-too-long)
const tooLongUrl: Refusal = { status: 414, headers: json, body: '{"message":"Request-URI Too Long"}' }

function badRequest(message: string): Refusal {
  return { status: 400, headers: json, body: JSON.stringify({ message }) }
}
