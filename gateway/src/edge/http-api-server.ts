// Translates between node:http and the requests and responses of one HTTP or REST API.
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { Log } from "../foundation/log.ts"
import type { MemoryBudget } from "../foundation/memory-budget.ts"
import type { HttpRequest, HttpResponse } from "../routes/http/request.ts"
import { createHttpServer, MAX_SILENCE_MS, type RequestQuotas } from "./http-server.ts"
import { readBody } from "./read-body.ts"
import { headerLists, pathOf, queryOf, sourceIpOf } from "./request-headers.ts"

/** AWS: a payload of an HTTP or REST API has at most 10 MB (http-payload-size, rest-payload-size) */
const MAX_BODY_BYTES = 10 * 1024 * 1024

/** `Api`: the runtime of an HTTP API, of a REST API or of a function URL. */
export type HttpApiServerPorts<Api> = {
  /** `{apiId}.execute-api.{region}.amazonaws.com` */
  domainName: string
  /** Of requests. */
  maxBodyBytes?: number
  /** How long a function may run without a byte of a response. */
  maxSilenceMs?: number
  /** The current deployment: read for every request, because a reload replaces it. */
  api(): Api
  handleRequest(api: Api, request: HttpRequest): Promise<HttpResponse>
  log: Log
  quotas: RequestQuotas
  /** For the bodies of requests and responses. */
  memory: MemoryBudget
}

export function createHttpApiServer<Api>(ports: HttpApiServerPorts<Api>): Server {
  const { domainName, log, quotas } = ports
  return createHttpServer({
    name: domainName,
    log,
    quotas,
    maxSilenceMs: ports.maxSilenceMs ?? MAX_SILENCE_MS,
    handle: (message, response) => handle(message, response, ports),
  })
}

async function handle<Api>(
  message: IncomingMessage,
  response: ServerResponse,
  ports: HttpApiServerPorts<Api>,
): Promise<void> {
  const lease = ports.memory.lease()
  response.on("close", lease.release)
  const read = await readBody(message, ports.maxBodyBytes ?? MAX_BODY_BYTES, lease)
  if (read === "no-memory") return sendUnavailable(response)
  const body = read === "too-large" ? undefined : read
  // The rest of a body that is too large is not read, so the connection cannot be used again.
  if (!body) response.setHeader("connection", "close")
  const result = await ports.handleRequest(ports.api(), requestOf(message, body, ports.domainName))
  // Until a client that reads slowly has received it.
  if (!lease.take(result.body.length)) return sendUnavailable(response)
  writeHead(response, result)
  if (result.streamed) await sendParts(message, response, result.streamed.body)
  else response.end(message.method === "HEAD" ? undefined : result.body)
}

// Differs: requests over the memory for all requests are a 503 (limit-request-memory)
function sendUnavailable(response: ServerResponse): void {
  const body = JSON.stringify({ message: "Service Unavailable" })
  response
    .writeHead(503, { "content-type": "application/json", "content-length": body.length, connection: "close" })
    .end(body)
}

function requestOf(message: IncomingMessage, body: Buffer | undefined, domainName: string): HttpRequest {
  return {
    method: message.method ?? "GET",
    path: pathOf(message),
    query: queryOf(message),
    headers: headerLists(message, (name) => name.toLowerCase()),
    headerNames: () => headerNames(message),
    body,
    sourceIp: sourceIpOf(message),
    domainName,
  }
}

/** As the client spelled them, by lower-case name. */
function headerNames({ rawHeaders }: IncomingMessage): ReadonlyMap<string, string> {
  const names = rawHeaders.filter((_, index) => index % 2 === 0)
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

function writeHead(response: ServerResponse, { status, headers }: HttpResponse): void {
  const { "apigw-requestid": requestId, "x-amzn-requestid": restRequestId, ...others } = headers
  // Set first, so that the log has the id if the other headers cannot be written.
  if (requestId) response.setHeader("apigw-requestid", requestId)
  if (restRequestId) response.setHeader("x-amzn-requestid", restRequestId)
  for (const name in others) response.setHeader(name, others[name] ?? [])
  response.statusCode = status
}

/** A function that fails before the end is reported by the route, and its client receives an incomplete response. */
async function sendParts(message: IncomingMessage, response: ServerResponse, body: Readable): Promise<void> {
  response.flushHeaders()
  if (message.method === "HEAD") {
    body.resume()
    response.end()
  } else await pipeline(body, response).catch(() => {})
}
