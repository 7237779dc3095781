// The HTTP endpoint of S3, a proxy in front of the stand-in: rejects foreign web pages and invalid signatures, and adds CORS
// and bucket notifications. Bodies are streamed.
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { Agent, createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import type { BucketDefinition } from "../../definition/storage.ts"
import type { Clock } from "../../foundation/clock.ts"
import { splitTarget } from "../../foundation/request-target.ts"
import type { Authenticate } from "../authenticate.ts"
import { foreignHost, foreignOrigin } from "../front/foreign-request.ts"
import type { ServiceCalls } from "../front/service-calls.ts"
import { throwFailure } from "../front/stand-in-failure.ts"
import { StandInUnavailable } from "../stand-in/stand-in-process.ts"
import { authorizeRequest } from "./authorize-request.ts"
import { corsHeaders } from "./bucket-cors.ts"
import { bucketExists } from "./bucket-exists.ts"
import { readDeletion, withErrors } from "./delete-objects.ts"
import { accessDenied, sendError } from "./error-response.ts"
import { forwardRequest } from "./forward-request.ts"
import { openOutbox } from "./notification-outbox.ts"
import { createNotifier, type Notifier, type NotifierOptions } from "./notify-changes.ts"
import { changeOf, type ObjectChange, readS3Request, type S3Request } from "./request.ts"
import { type S3Error, unservedRequest } from "./unserved-request.ts"
import { readUploadForm, tooLargeFields, type UploadForm } from "./upload-form.ts"

export type S3FrontOptions = Omit<NotifierOptions, "outbox"> & {
  /** The host name of S3 on AWS. */
  awsHost: string
  /** The host name without a region, in us-east-1. */
  globalHost?: string | undefined
  /** Keeps the notifications that are not delivered; in memory if it is not given. */
  outboxFolder?: string | undefined
  buckets(): BucketDefinition[]
  authenticate: Authenticate
  calls: ServiceCalls
}

export type S3Front = {
  endpoint: string
  /** Delivers the notifications that an earlier run has left, once. */
  deliverLeft(): void
  close(): Promise<void>
}

const MAX_KEY_BYTES = 1024
const CLOSE_TIMEOUT_MS = 2000

const internalError = { status: 500, code: "InternalError", message: "We encountered an internal error." }
// AWS: the SDKs retry this error (s3-service-unavailable)
const unavailable = { status: 503, code: "ServiceUnavailable", message: "Service is unable to handle request." }

export async function startS3Front(options: S3FrontOptions): Promise<S3Front> {
  const agent = new Agent({ keepAlive: true })
  const notifier = createNotifier({ ...options, outbox: openOutbox(options.outboxFolder, options.clock) }, agent)
  const serving = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const served = serve({ ...options, notifier, agent }, request, response).catch((cause) => {
      // A client that has disconnected, such as one that needs no more of an object.
      if (response.closed) return
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
      await withinTime(
        Promise.all(serving).then(() => notifier.close()),
        options.clock,
      )
      // Ends the requests that the stand-in does not respond to.
      agent.destroy()
      await Promise.all(serving)
    },
  }
}

/** Waits, but not for a stand-in that does not respond. */
async function withinTime(finished: Promise<unknown>, clock: Clock): Promise<void> {
  const expired = Promise.withResolvers<void>()
  const timer = clock.after(CLOSE_TIMEOUT_MS, expired.resolve)
  await Promise.race([finished, expired.promise])
  timer.cancel()
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
  const wrongHost = foreignHost(headers, options.awsHost, options.globalHost)
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
  const authenticated = options.authenticate({ method, path, query, headers, bucketPath: request.path }, "s3")
  if (authenticated.outcome === "rejected") {
    const { status, errorType, message } = authenticated
    // A client that sends its body first reads the response only after its body was read.
    incoming.resume()
    sendError(response, { status, code: errorType, message })
    return
  }
  const caller = options.calls.begin(incoming, response, "s3").madeBy(authenticated.caller)
  const header = (name: string) => single(headers[name])
  const unserved = unservedRequest(request, header)
  if (unserved && unserved.code !== "NotImplemented") {
    incoming.resume()
    sendError(response, unserved)
    return
  }
  await options.standIn.available()
  const change = changeOf(request, header)
  const read = await readNames(incoming, change)
  if ("code" in read) {
    incoming.resume()
    sendError(response, read)
    return
  }
  const { form } = read
  // AWS?: a bucket that does not exist is reported as missing to every caller (s3-missing-bucket)
  const exists = !caller.isRestricted || (await bucketExists(options, request))
  const authorized = authorizeRequest(exists ? caller : undefined, request, {
    header,
    change,
    named: { deletion: read.deletion, formKey: form?.key },
  })
  if (!authorized.allowed) {
    incoming.resume()
    sendError(response, accessDenied(authorized.message))
    return
  }
  if (unserved) {
    incoming.resume()
    sendError(response, unserved)
    return
  }
  const { deletion, deletionErrors } = authorized
  const forwarded = { incoming, change, deletion, form }
  const { backendResponse, deliver } = await forwardAndNotify(options, request, forwarded)
  try {
    if (isMissingObject(options, request, backendResponse)) {
      const permission = caller.hasPermission({ action: "s3:ListBucket", resource: request.bucket ?? "" })
      if (!permission.allowed) {
        backendResponse.resume()
        // AWS: a missing object is 403, not 404, for a caller that may not list the bucket (s3-missing-object)
        sendError(response, accessDenied(permission.message))
        return
      }
    }
    await sendResponse(response, backendResponse, deletionErrors)
  } finally {
    // Also when the client has not waited for the response.
    await deliver()
  }
}

type ReadNames = { deletion?: Buffer; form?: UploadForm }

/** Reads the keys that are in the body. A quiet response to a deletion does not have those that were removed. */
async function readNames(incoming: IncomingMessage, change: ObjectChange | undefined): Promise<ReadNames | S3Error> {
  if (change === "DeleteMany") {
    const deletion = await readDeletion(incoming)
    return "code" in deletion ? deletion : { deletion }
  }
  if (change !== "Post") return {}
  const form = await readUploadForm(incoming)
  return form === "too large" ? tooLargeFields : { form }
}

async function sendResponse(response: ServerResponse, backendResponse: IncomingMessage, deletionErrors: string) {
  const { "x-amz-request-id": _id, connection: _connection, "keep-alive": _keep, ...headers } = backendResponse.headers
  if (deletionErrors !== "" && isSuccess(backendResponse)) {
    const result = Buffer.from(withErrors(await text(backendResponse), deletionErrors))
    response.writeHead(200, { ...headers, "content-length": result.length }).end(result)
    return
  }
  response.writeHead(backendResponse.statusCode ?? 502, headers)
  await pipeline(backendResponse, response)
}

type ForwardedRequest = {
  incoming: IncomingMessage
  change: ObjectChange | undefined
  /** The authorized part of a deletion of several objects. */
  deletion: Buffer | undefined
  form: UploadForm | undefined
}

async function forwardAndNotify(options: ServeOptions, request: S3Request, forwarded: ForwardedRequest) {
  const { incoming, change, deletion, form } = forwarded
  const sourceIp = incoming.socket.remoteAddress ?? "127.0.0.1"
  const named = { deletion, formKey: form?.key }
  const notification = change && (await options.notifier.prepare(request, change, { named, sourceIp }))
  try {
    const backendResponse = await forwardRequest(options, request, { incoming, whole: deletion, head: form?.head })
    await throwFailure(backendResponse)
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
  options.log.warn("Rejected a request of a web page or for another host", { service: "s3", message })
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

function rulesOf(options: S3FrontOptions, { bucket }: S3Request) {
  return options.buckets().find(({ bucketName }) => bucketName === bucket)?.cors ?? []
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
