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
import { FileSizeCheck, FileSizeError } from "./file-size.ts"
import { checkForm, type SizeRange } from "./form-policy.ts"
import { forwardRequest } from "./forward-request.ts"
import { openOutbox } from "./notification-outbox.ts"
import { createNotifier, type Notifier, type NotifierOptions } from "./notify-changes.ts"
import { respondToPreflight } from "./preflight.ts"
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
      if (cause instanceof FileSizeError) {
        request.resume()
        sendError(response, cause.response)
        return
      }
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
  const reject = (error: S3Error) => {
    // A client that sends its body first reads the response only after its body was read.
    incoming.resume()
    sendError(response, error)
  }
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
    reject({ status: 400, code: "KeyTooLongError", message: "Your key is too long." })
    return
  }
  const rules = options.buckets().find(({ bucketName }) => bucketName === request.bucket)?.cors ?? []
  if (method === "OPTIONS" && headers.origin !== undefined) {
    respondToPreflight(rules, headers, response)
    return
  }
  const cors = corsHeaders(rules, { origin: headers.origin ?? "", method, headers: [] })
  const wrongOrigin = cors ? undefined : foreignOrigin(headers)
  if (wrongOrigin !== undefined) {
    rejectForeign(options, incoming, response, wrongOrigin)
    return
  }
  if (headers.origin !== undefined) {
    for (const [name, value] of Object.entries(cors ?? {})) response.setHeader(name, value)
  }
  const header = (name: string) => {
    const value = headers[name]
    return Array.isArray(value) ? value[0] : value
  }
  const change = changeOf(request, header)
  const form = change === "Post" ? await readUploadForm(incoming) : undefined
  if (form === "too large") {
    reject(tooLargeFields)
    return
  }
  const { path, query } = splitTarget(url)
  const signed = { method, path, query, headers, bucketPath: request.path }
  const authenticated = options.authenticate({ ...signed, ...(form && { formFields: new Map(form.fields) }) }, "s3")
  if (authenticated.outcome === "rejected") {
    const { status, errorType, message } = authenticated
    reject({ status, code: errorType, message })
    return
  }
  const caller = options.calls.begin(incoming, response, "s3").madeBy(authenticated.caller)
  const unserved = unservedRequest(request, header)
  if (unserved && unserved.code !== "NotImplemented") {
    reject(unserved)
    return
  }
  await options.standIn.available()
  const deletion = change === "DeleteMany" ? await readDeletion(incoming) : undefined
  if (deletion && "code" in deletion) {
    reject(deletion)
    return
  }
  const sizes = form ? checkForm(form, { bucket: request.bucket ?? "", now: options.clock.now() }) : []
  if ("code" in sizes) {
    reject(sizes)
    return
  }
  // AWS?: a bucket that does not exist is reported as missing to every caller (s3-missing-bucket)
  const exists = !caller.isRestricted || (await bucketExists(options, request))
  const authorized = authorizeRequest(exists ? caller : undefined, request, { header, change, deletion, form })
  if (!authorized.allowed) {
    reject(accessDenied(authorized.message))
    return
  }
  if (unserved) {
    reject(unserved)
    return
  }
  const forwarded = { incoming, change, deletion: authorized.deletion, form, sizes }
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
    await sendResponse(response, backendResponse, authorized.deletionErrors)
  } finally {
    // Also when the client has not waited for the response.
    await deliver()
  }
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
  /** How large the file of the form may be. */
  sizes: SizeRange[]
}

async function forwardAndNotify(options: ServeOptions, request: S3Request, forwarded: ForwardedRequest) {
  const { incoming, change, deletion, form, sizes } = forwarded
  const sourceIp = incoming.socket.remoteAddress ?? "127.0.0.1"
  const named = { deletion, formKey: form?.key }
  const notification = change && (await options.notifier.prepare(request, change, { named, sourceIp }))
  try {
    const file =
      form?.fileStart === undefined || sizes.length === 0
        ? undefined
        : { start: form.fileStart, check: new FileSizeCheck(form.delimiter, sizes) }
    const body = { incoming, whole: deletion, head: form?.head, file }
    const backendResponse = await forwardRequest(options, request, body)
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
