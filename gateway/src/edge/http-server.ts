// Creates HTTP servers whose failures are never silent: a bug becomes a 500 and a line in the log.
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http"
import type { Log } from "../foundation/log.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { stackOf } from "../foundation/stack-of.ts"
import { limitPending } from "./limit-pending.ts"
import { pathOf } from "./request-headers.ts"

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type RequestQuotas = Pick<Quotas, "requestHeadTimeoutMs" | "requestTimeoutMs" | "maxPendingRequests">

export type HttpServerOptions = {
  handle: RequestHandler
  log: Log
  quotas: RequestQuotas
  /** Names the server in the log: `site`, or the API's domain name. */
  name: string
  server?: ServerOptions
  /**
   * How long a connection may be silent, because a function runs or because the client does not read the response. Not
   * for servers of WebSockets, each of which would keep a timer in memory.
   */
  maxSilenceMs?: number
}

/** Longer than any function of an HTTP API runs. */
export const MAX_SILENCE_MS = 60_000
const MAX_CHECK_MS = 1000

export function createHttpServer(options: HttpServerOptions): Server {
  const { handle, log, name, quotas, server = {}, maxSilenceMs } = options
  const { requestHeadTimeoutMs, requestTimeoutMs, maxPendingRequests } = quotas
  // AWS?: a request that arrives too slowly is a 408, and its connection is closed (limit-slow-request)
  const limits = {
    headersTimeout: requestHeadTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(MAX_CHECK_MS, requestHeadTimeoutMs),
  }
  const httpServer = createServer({ ...limits, ...server }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A client that disconnects before its request is complete is not a bug.
      if (request.complete || !request.destroyed) {
        log.error("Request failed", { message: stackOf(error), server: name, ...idsOf(request, response) })
      }
      respondWithError(response)
    })
  })
  if (maxSilenceMs !== undefined) httpServer.timeout = maxSilenceMs
  let isReported = false
  // Differs: API Gateway has no such limit that is known (limit-pending-requests)
  limitPending(httpServer, maxPendingRequests, () => {
    if (isReported) return
    isReported = true
    log.warn("Connections closed that did not send a request", {
      message: `more than ${maxPendingRequests} waited at the same time`,
      server: name,
    })
  })
  return httpServer
}

export const internalServerError = JSON.stringify({ message: "Internal Server Error" })

const idHeaders = ["apigw-requestid", "x-amzn-requestid"]

function idsOf(request: IncomingMessage, response: ServerResponse): Record<string, string> {
  const fields = { method: request.method ?? "", path: pathOf(request) }
  const requestId = idHeaders.map((name) => response.getHeader(name)).find((value) => value !== undefined)
  return requestId === undefined ? fields : { ...fields, requestId: String(requestId) }
}

/** A response that has begun cannot become a 500: its connection is closed, so that the client notices. */
function respondWithError(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  for (const name of response.getHeaderNames()) if (!idHeaders.includes(name)) response.removeHeader(name)
  response
    .writeHead(500, { "content-type": "application/json", "content-length": Buffer.byteLength(internalServerError) })
    .end(internalServerError)
}
