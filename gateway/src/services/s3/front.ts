// The HTTP endpoint of S3, a proxy in front of the stand-in: rejects foreign web pages and invalid signatures, and adds CORS
// and bucket notifications. Bodies are streamed.
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import type { BucketDefinition } from "../../definition/storage.ts"
import { splitTarget } from "../../foundation/request-target.ts"
import { foreignHost, foreignOrigin } from "../front/foreign-request.ts"
import { StandInUnavailable } from "../stand-in/stand-in-process.ts"
import type { SignedRequest, VerifyService } from "../verify-service.ts"
import { corsHeaders } from "./bucket-cors.ts"
import { openOutbox } from "./notification-outbox.ts"
import { createNotifier, type Notifier, type NotifierOptions } from "./notify-changes.ts"
import { changeOf, readS3Request, type S3Request } from "./request.ts"
import { type S3Error, unservedRequest } from "./unserved-request.ts"

/** Whether the signer of a request has `s3:ListBucket`, without which a missing object is not reported as missing. */
export type MayListBucket = (request: SignedRequest, bucketName: string) => boolean

export type S3FrontOptions = Omit<NotifierOptions, "outbox"> & {
  /** The host name of S3 on AWS. */
  awsHost: string
  /** Keeps the notifications that are not delivered; in memory if it is not given. */
  outboxFolder?: string | undefined
  buckets(): BucketDefinition[]
  verify: VerifyService
  mayListBucket: MayListBucket
}

export type S3Front = {
  endpoint: string
  /** Delivers the notifications that an earlier run has left, once. */
  deliverLeft(): void
  close(): Promise<void>
}

const MAX_KEY_BYTES = 1024

const internalError = { status: 500, code: "InternalError", message: "We encountered an internal error." }
// AWS: the SDKs retry this error (s3-service-unavailable)
const unavailable = { status: 503, code: "ServiceUnavailable", message: "Service is unable to handle request." }

export async function startS3Front(options: S3FrontOptions): Promise<S3Front> {
  const agent = new Agent({ keepAlive: true })
  const notifier = createNotifier({ ...options, outbox: openOutbox(options.outboxFolder, options.clock) }, agent)
  const serving = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const served = serve({ ...options, notifier, agent }, request, response).catch((cause) => {
      // The failure of the stand-in is reported once, and not for every request.
      const isDown = cause instanceof StandInUnavailable
      if (!isDown) options.log.error("S3 request failed", { method: request.method, url: request.url, cause })
      request.resume()
      if (response.headersSent) response.destroy()
      else sendError(response, isDown ? unavailable : internalError)
    })
    serving.add(served)
    void served.then(() => serving.delete(served))
  })
  // An upload may take any time.
  server.requestTimeout = 0
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliverLeft: notifier.deliverLeft,
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
      await Promise.all(serving)
      await notifier.close()
      agent.destroy()
    },
  }
}

type ServeOptions = S3FrontOptions & { notifier: Notifier; agent: Agent }

async function serve(options: ServeOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  // mutants: equivalent, the request of a server always has both
  const { method = "GET", url = "/", headers } = incoming
  response.setHeader("x-amz-request-id", randomBytes(8).toString("hex").toUpperCase())
  const request = readS3Request(method, url, headers.host ?? "")
  if (!request) {
    sendError(response, { status: 400, code: "InvalidURI", message: "Couldn't parse the specified URI." })
    return
  }
  const wrongHost = foreignHost(headers, options.awsHost)
  if (wrongHost !== undefined) {
    rejectForeign(options, incoming, response, wrongHost)
    return
  }
  // AWS: a key has at most 1,024 bytes (s3-key-size)
  if (Buffer.byteLength(request.key) > MAX_KEY_BYTES) {
    incoming.resume()
    sendError(response, { status: 400, code: "KeyTooLongError", message: "Your key is too long." })
    return
  }
  if (method === "OPTIONS" && headers.origin !== undefined) {
    preflight(options, request, incoming, response)
    return
  }
  const cors = corsHeaders(rulesOf(options, request), { origin: headers.origin ?? "", method, headers: [] })
  const wrongOrigin = cors ? undefined : foreignOrigin(headers)
  if (wrongOrigin !== undefined) {
    rejectForeign(options, incoming, response, wrongOrigin)
    return
  }
  if (headers.origin !== undefined) {
    for (const [name, value] of Object.entries(cors ?? {})) response.setHeader(name, value)
  }
  const { path, query } = splitTarget(url)
  const signed = { method, path, query, headers }
  const rejection = options.verify(signed, "s3")
  if (rejection) {
    // A client that sends its body first reads the response only after its body was read.
    incoming.resume()
    sendError(response, { status: rejection.status, code: rejection.errorType, message: rejection.message })
    return
  }
  const unserved = unservedRequest(request, (name) => single(headers[name]))
  if (unserved) {
    incoming.resume()
    sendError(response, unserved)
    return
  }
  await options.standIn.available()
  const { backendResponse, deliver } = await forwardAndNotify(options, request, incoming)
  try {
    if (isMissingObject(options, request, backendResponse) && !options.mayListBucket(signed, request.bucket ?? "")) {
      backendResponse.resume()
      // AWS: a missing object is 403, not 404, for a caller that may not list the bucket (s3-missing-object)
      sendError(response, { status: 403, code: "AccessDenied", message: "Access Denied" })
      return
    }
    const {
      "x-amz-request-id": _id,
      connection: _connection,
      "keep-alive": _keep,
      ...headersToSend
    } = backendResponse.headers
    response.writeHead(backendResponse.statusCode ?? 502, headersToSend)
    await pipeline(backendResponse, response)
  } finally {
    // Also when the client has not waited for the response.
    await deliver()
  }
}

async function forwardAndNotify(options: ServeOptions, request: S3Request, incoming: IncomingMessage) {
  const change = changeOf(request, (name) => single(incoming.headers[name]))
  // The removed keys are read from the request, because a quiet response does not have them.
  const body = change === "DeleteMany" || change === "Post" ? await buffer(incoming) : undefined
  const sourceIp = incoming.socket.remoteAddress ?? "127.0.0.1"
  const notification = change && (await options.notifier.prepare(request, change, { body, sourceIp }))
  try {
    const backendResponse = await forward(options, request, incoming, body)
    const hasChanged = isSuccess(backendResponse)
    await (hasChanged ? notification?.happened() : notification?.failed())
    return { backendResponse, deliver: async () => (hasChanged ? notification?.deliver() : undefined) }
  } catch (error) {
    if (error instanceof StandInUnavailable) notification?.unknown()
    else await notification?.failed()
    throw error
  }
}

function rejectForeign(options: S3FrontOptions, incoming: IncomingMessage, response: ServerResponse, message: string) {
  options.log.warn("rejected a request of a web page or for another host", { service: "s3", message })
  incoming.resume()
  sendError(response, { status: 403, code: "AccessDenied", message })
}

function isSuccess({ statusCode = 502 }: IncomingMessage): boolean {
  return statusCode < 300
}

function isMissingObject({ buckets }: S3FrontOptions, request: S3Request, { statusCode }: IncomingMessage): boolean {
  const { method, bucket, key } = request
  const isRead = method === "GET" || method === "HEAD"
  return statusCode === 404 && isRead && key !== "" && buckets().some(({ bucketName }) => bucketName === bucket)
}

function preflight(options: S3FrontOptions, request: S3Request, incoming: IncomingMessage, response: ServerResponse) {
  const { headers } = incoming
  const rules = rulesOf(options, request)
  const wanted = single(headers["access-control-request-headers"]) ?? ""
  const cors = corsHeaders(rules, {
    origin: headers.origin ?? "",
    method: single(headers["access-control-request-method"]) ?? "",
    headers: wanted
      .toLowerCase()
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
  })
  if (cors) {
    response.writeHead(200, { ...cors, "content-length": "0" }).end()
    return
  }
  // AWS: S3 rejects a preflight with these sentences, spelling included (s3-cors-rejection)
  const message =
    rules.length === 0
      ? "CORSResponse: CORS is not enabled for this bucket."
      : "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
  sendError(response, { status: 403, code: "AccessForbidden", message })
}

function forward(
  { standIn: { socketPath }, agent }: ServeOptions,
  request: S3Request,
  incoming: IncomingMessage,
  body: Buffer | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { host: _host, expect: _expect, connection: _connection, ...headers } = incoming.headers
    // The stand-in has administrative paths of its own, such as "/health", but none that ends with a slash.
    const path = (request.key === "" && request.bucket ? `/${request.bucket}/` : request.path) + request.search
    const outgoing = sendRequest({ agent, socketPath, path, method: request.method, headers }, resolve)
    outgoing.once("error", (cause) => {
      reject(incoming.errored ?? new StandInUnavailable(cause.message, { cause }))
    })
    if (body) {
      outgoing.end(body)
      return
    }
    // An upload that its client aborts must not be stored in part.
    incoming.once("error", (error) => outgoing.destroy(error))
    incoming.pipe(outgoing)
  })
}

function rulesOf(options: S3FrontOptions, { bucket }: S3Request) {
  return options.buckets().find(({ bucketName }) => bucketName === bucket)?.cors ?? []
}

function sendError(response: ServerResponse, { status, code, message }: S3Error) {
  const requestId = response.getHeader("x-amz-request-id")
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${encodeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`
  response.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(body) }).end(body)
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

const xmlEntities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" }

function encodeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => xmlEntities[character] ?? character)
}
