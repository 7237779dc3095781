// The console's HTTP API under /_console/api: what is open and deployed, and the requests that change something.
import type { IncomingMessage, ServerResponse } from "node:http"
import { statusOf } from "../aws-error.ts"
import { runManagementCall } from "../management-api.ts"
import { readBody } from "../read-body.ts"
import { queryOf, sourceIpOf } from "../request-headers.ts"
import { type ClientSockets, createClientSockets } from "./client-sockets.ts"
import { describeMetrics } from "./console-metrics.ts"
import type { ConsolePorts } from "./console-ports.ts"
import { createDataApi, type DataApi } from "./data-api.ts"
import { describeConnections } from "./describe-connections.ts"
import { describeDeployment } from "./describe-deployment.ts"
import { createFaultsApi } from "./faults-api.ts"
import { openApiDocument } from "./openapi-document.ts"
import { foreignConsoleRequest } from "./reject-foreign-page.ts"
import { type Input, inputOf } from "./request-input.ts"

const MAX_BODY_BYTES = 1024 * 1024
/** Of a request for entries. */
const MAX_IDS = 200

type Result = { status: number; body: object }

export type ConsoleApi = {
  /** @param path below `/_console/api` */
  handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>
  /** `GET /connections` */
  routes: readonly string[]
}

export function createConsoleApi(ports: ConsolePorts): ConsoleApi {
  const clients = createClientSockets()
  const data = createDataApi(ports)
  const faults = createFaultsApi(ports)
  const reads = new Map<string, (query: URLSearchParams) => object | Promise<object>>([
    ["/entries", (query) => ({ entries: findEntries(query, ports) })],
    ["/connections", () => describeConnections(ports.connections, ports.clock.now())],
    ["/deployment", () => describeDeployment(ports)],
    ["/openapi.json", () => openApiDocument],
    ...faults.reads,
    ["/metrics", () => describeMetrics(ports)],
    ...data.reads,
  ])
  const writes = new Map<string, (input: Input, request: IncomingMessage) => Result | Promise<Result>>([
    ["/connections/close", (input) => closeConnections(input, ports)],
    ["/management", (input, request) => callManagementApi(input, ports, sourceIpOf(request))],
    ["/clients", (input) => openClient(input, ports, clients)],
    ["/clients/send", (input) => found(clients.send(input.text("clientId"), input.text("text")))],
    ["/clients/close", (input) => found(clients.close(input.text("clientId"), input.closeCode(), input.reason()))],
    ...[...data.writes].map(
      ([path, write]) => [path, async (input: Input) => ({ status: 200, body: await write(input.text) })] as const,
    ),
    ...[...faults.writes].map(
      ([path, write]) => [path, async (input: Input) => ({ status: 200, body: await write(input) })] as const,
    ),
  ])

  async function handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URLSearchParams(queryOf(request))
    const read = reads.get(path)
    const isRead = request.method === "GET"
    if (read && isRead) return await respond(response, async () => ({ status: 200, body: await read(query) }))
    if (path === "/data/object" && isRead) return await sendObject(data, query, response)
    const write = writes.get(path)
    if (!write) return send(response, problem(404, `The console has no API at ${path}.`))
    if (request.method !== "POST") return send(response, problem(405, "Send a POST."))
    const foreign = foreignConsoleRequest(request, ports.token)
    if (foreign !== undefined) return send(response, problem(403, foreign))
    const lease = ports.memory.lease()
    response.on("close", lease.release)
    const body = await readBody(request, MAX_BODY_BYTES, lease)
    if (typeof body === "string") return send(response, problem(413, "The request is too large."))
    await respond(response, async () => write(inputOf(body.toString("utf8")), request))
  }

  const gets = [...reads.keys(), "/data/object"].map((path) => `GET ${path}`)
  const posts = [...writes.keys()].map((path) => `POST ${path}`)
  return { handle, routes: [...gets, ...posts] }
}

async function sendObject(data: DataApi, query: URLSearchParams, response: ServerResponse): Promise<void> {
  try {
    await data.download(query, response)
  } catch (error) {
    // A download that has begun is cut off by the pipeline, so that the page notices.
    if (response.headersSent) return
    send(response, problem(404, error instanceof Error ? error.message : String(error)))
  }
}

/** An error is a mistake in the request, and its message is a sentence for the user. */
async function respond(response: ServerResponse, run: () => Promise<Result>): Promise<void> {
  try {
    send(response, await run())
  } catch (error) {
    send(response, problem(400, error instanceof Error ? error.message : String(error)))
  }
}

/** Those that the history no longer keeps are left out. */
function findEntries(query: URLSearchParams, { history }: ConsolePorts): object[] {
  const ids = (query.get("ids") ?? "").split(",")
  if (ids.length > MAX_IDS) throw new Error(`"ids" has ${ids.length} ids. At most ${MAX_IDS} are allowed.`)
  return ids.map(Number).flatMap((id) => {
    if (!Number.isInteger(id) || id <= 0) throw new Error('"ids" is not a list of ids of entries, separated by commas.')
    return history.entriesFrom(id, 1).filter((entry) => entry.id === id)
  })
}

function closeConnections(input: Input, { connections }: ConsolePorts): Result {
  const code = input.closeCode()
  const reason = input.reason()
  const connectionId = input.optional("connectionId")
  const chosen = [...connections.all()].filter(
    ({ facts, isOpen }) => isOpen && (connectionId === undefined || facts.connectionId === connectionId),
  )
  for (const connection of chosen) connection.close(code, reason)
  if (connectionId !== undefined && chosen.length === 0) return problem(410, "The connection is closed already.")
  return { status: 200, body: { closed: chosen.length } }
}

function callManagementApi(input: Input, ports: ConsolePorts, sourceIp: string): Result {
  const [apiId, stageName, method] = [input.text("apiId"), input.text("stageName"), input.text("method")]
  const stage = ports.deployed().webSocketApis.get(apiId)?.stages.get(stageName)
  if (!stage) return problem(404, `No stage "${stageName}" of the API ${apiId} is deployed.`)
  const connectionId = input.text("connectionId")
  const permission = ports.access.mayManageAs(input.optional("role"), { apiId, stageName, method })
  const text = input.optional("text") ?? ""
  const requestId = ports.ids.requestId()
  const ids = { requestId, connectionId, connectionIdSegment: connectionId }
  const result = runManagementCall({ stage, method, ...ids, text, permission, sourceIp }, ports)
  if (!("errorType" in result)) return { status: 200, body: { requestId, status: result.status, body: result.body } }
  const { errorType, message } = result
  return { status: 200, body: { requestId, status: statusOf(errorType), errorType, message } }
}

async function openClient(input: Input, ports: ConsolePorts, clients: ClientSockets): Promise<Result> {
  const url = input.text("url")
  const stage = ports.stages().find((one) => one.protocol === "WEBSOCKET" && one.url === url)
  if (!stage) throw new Error(`"${url}" is not a WebSocket stage of this gateway.`)
  const request = {
    url,
    query: input.optional("query") ?? "",
    headers: input.headers(),
    protocols: input.list("protocols"),
  }
  return { status: 200, body: await clients.open(request) }
}

function found(isFound: boolean): Result {
  return isFound ? { status: 200, body: {} } : problem(410, "The client is closed. Connect again.")
}

function problem(status: number, message: string): Result {
  return { status, body: { message } }
}

function send(response: ServerResponse, { status, body }: Result): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify(body))
}
