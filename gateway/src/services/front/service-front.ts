// The HTTP endpoint of DynamoDB or SQS: rejects foreign web pages and unsigned requests, and forwards the others to the
// stand-in, which listens on a private socket.
import { createHash } from "node:crypto"
import { once } from "node:events"
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import type { DataCaller, NeededPermission } from "../../definition/permission.ts"
import type { Log } from "../../foundation/log.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { readBody } from "../../foundation/read-body.ts"
import { splitTarget } from "../../foundation/request-target.ts"
import type { Authenticate } from "../authenticate.ts"
import { type StandIn, StandInUnavailable } from "../stand-in/stand-in-process.ts"
import { foreignHost, foreignOrigin, foreignSite } from "./foreign-request.ts"
import type { ServiceCalls } from "./service-calls.ts"
import { throwFailure } from "./stand-in-failure.ts"

export type Operation = {
  /** `PutItem` */
  operation: string
  input: Record<string, unknown>
}

export type ServiceFrontOptions = {
  service: "dynamodb" | "sqs"
  /** The service's host name on AWS. */
  awsHost: string
  standIn: StandIn
  authenticate: Authenticate
  /** The permissions that an operation needs. */
  neededPermissions(operation: Operation): NeededPermission[] | Promise<NeededPermission[]>
  /** What the stand-in receives instead of an input. */
  translate?(input: Record<string, unknown>): Record<string, unknown>
  calls: ServiceCalls
  log: Log
}

export type ServiceFront = { endpoint: string; close(): Promise<void> }

type ServiceError = { status: number; errorType: string; message: string; headers?: Record<string, string> }

/** More than any request of DynamoDB (16 MB) or SQS has. */
const MAX_BODY_BYTES = 17 * 1024 ** 2
const ACCESS_DENIED = "com.amazon.coral.service#AccessDeniedException"
const JSON_PROTOCOL = "application/x-amz-json-1.0"

const targets = { dynamodb: /^DynamoDB(Streams)?_\d{8}\.\w+$/, sqs: /^AmazonSQS\.\w+$/ }

const internalError = { status: 500, errorType: "InternalServerError", message: "Internal server error" }

// AWS: the SDKs retry these errors (dynamodb-internal-error, sqs-service-unavailable)
const unavailable = {
  dynamodb: { ...internalError, errorType: "com.amazonaws.dynamodb.v20120810#InternalServerError" },
  sqs: {
    status: 503,
    errorType: "com.amazonaws.sqs#ServiceUnavailable",
    message: "The service cannot process the request at the moment.",
  },
}

export async function startServiceFront(options: ServiceFrontOptions): Promise<ServiceFront> {
  const { service, log } = options
  const agent = new Agent({ keepAlive: true })
  const running = new Set<Promise<void>>()
  let isClosing = false
  const server = createServer((request, response) => {
    const served = serve(options, agent, request, response)
      .catch((cause) => {
        // A client that has disconnected, or that the close has disconnected, is not a failure of the service.
        if (isClosing || request.errored || response.closed) return
        // The failure of the stand-in is reported once, and not for every request.
        const isDown = cause instanceof StandInUnavailable
        if (!isDown) log.error("Service request failed", { service, cause })
        if (response.headersSent) response.destroy()
        else sendError(response, isDown ? unavailable[service] : internalError)
      })
      .finally(() => running.delete(served))
    running.add(served)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      isClosing = true
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      // Ends the requests that the stand-in is processing, such as long polls.
      agent.destroy()
      await Promise.all([closed, ...running])
    },
  }
}

async function serve(
  options: ServiceFrontOptions,
  agent: Agent,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const foreign = rejectForeign(options, incoming)
  if (foreign) {
    options.log.warn("Rejected a request of a web page or for another host", {
      service: options.service,
      message: foreign.message,
    })
    incoming.resume()
    sendError(response, foreign)
    return
  }
  const { body } = await readBody(incoming, MAX_BODY_BYTES)
  if (body === undefined) {
    const message = `A request to ${options.service} has at most ${MAX_BODY_BYTES} bytes.`
    sendError(response, { status: 413, errorType: "RequestEntityTooLarge", message })
    return
  }
  const authenticated = authenticate(options, incoming, body)
  if (authenticated.outcome === "rejected") {
    sendError(response, authenticated)
    return
  }
  const call = options.calls.begin(incoming, response, options.service)
  call.received(body)
  const denied = await authorize(options, call.madeBy(authenticated.caller), incoming, body)
  if (denied !== undefined) {
    sendError(response, accessDenied(options.service, denied))
    return
  }
  const incomingResponse = await forward(options.standIn, agent, incoming, translated(options, body))
  await throwFailure(incomingResponse)
  const { connection: _connection, "keep-alive": _keepAlive, ...headers } = incomingResponse.headers
  const { statusCode = 502 } = incomingResponse
  response.writeHead(statusCode, headers)
  if (statusCode < 400) return await pipeline(incomingResponse, response)
  const error = await text(incomingResponse)
  call.failed(error)
  response.end(error)
}

function rejectForeign(
  { awsHost, service }: ServiceFrontOptions,
  { method, headers }: IncomingMessage,
): ServiceError | undefined {
  const foreign = foreignHost(headers, awsHost) ?? foreignOrigin(headers) ?? foreignSite(headers)
  if (foreign !== undefined) return { status: 403, errorType: "AccessDeniedException", message: foreign }
  // A form can post other types without asking (no preflight); the SDKs send this one only.
  if (method !== "POST" || !headers["content-type"]?.startsWith(JSON_PROTOCOL)) {
    const message = `Send a POST with the content type ${JSON_PROTOCOL}.`
    return { status: 400, errorType: "UnknownOperationException", message }
  }
  // The stand-in of SQS serves other services as well.
  if (targets[service].test(String(headers["x-amz-target"]))) return undefined
  const message = `The header X-Amz-Target does not name an operation of ${service}.`
  return { status: 400, errorType: "UnknownOperationException", message }
}

function authenticate(options: ServiceFrontOptions, incoming: IncomingMessage, body: Buffer) {
  const { method = "POST", url = "/", headers } = incoming
  const bodySha256 = createHash("sha256").update(body).digest("hex")
  const authenticated = options.authenticate({ method, ...splitTarget(url), headers, bodySha256 }, options.service)
  if (authenticated.outcome === "verified" || options.service !== "dynamodb") return authenticated
  // AWS: DynamoDB rejects signatures with 400 (dynamodb-signature-status)
  return { ...authenticated, status: 400 }
}

/** @returns the message of the first permission that is missing; each that is missing is reported */
async function authorize(
  { neededPermissions }: ServiceFrontOptions,
  caller: DataCaller,
  { headers }: IncomingMessage,
  body: Buffer,
): Promise<string | undefined> {
  if (!caller.isRestricted) return undefined
  const operation = String(headers["x-amz-target"] ?? "").replace(/^.*\./, "")
  const input = parseJsonObject(body.toString())
  // What has no operation or no valid input, the service rejects.
  if (operation === "" || input === undefined) return undefined
  const permissions = (await neededPermissions({ operation, input })).map((needed) => caller.may(needed))
  return permissions.map((permission) => (permission.allowed ? undefined : permission.message)).find(Boolean)
}

function translated({ translate }: ServiceFrontOptions, body: Buffer): Buffer {
  // Most requests have none, and need not be parsed.
  if (!translate || !body.includes('"arn:')) return body
  const input = parseJsonObject(body.toString())
  return input ? Buffer.from(JSON.stringify(translate(input))) : body
}

function accessDenied(service: ServiceFrontOptions["service"], message: string): ServiceError {
  const errorType = ACCESS_DENIED
  // AWS: DynamoDB denies with 400 (dynamodb-denied)
  if (service === "dynamodb") return { status: 400, errorType, message }
  // AWS?: the body is that of DynamoDB; SDKs call the error by the code in the header (sqs-denied-json)
  return { status: 403, errorType, message, headers: { "x-amzn-query-error": "AccessDenied;Sender" } }
}

// The path is always "/": the JSON protocols have no other, and the stand-in of SQS serves S3 under them.
async function forward(
  standIn: StandIn,
  agent: Agent,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  const { connection: _connection, expect: _expect, "transfer-encoding": _encoding, ...headers } = incoming.headers
  const sent = { ...headers, "content-length": String(body.length) }
  await standIn.available()
  return new Promise((resolve, reject) => {
    sendRequest({ agent, socketPath: standIn.socketPath, path: "/", method: "POST", headers: sent }, resolve)
      .once("error", (cause) => reject(new StandInUnavailable(cause.message, { cause })))
      .end(body)
  })
}

function sendError(response: ServerResponse, { status, errorType, message, headers }: ServiceError): void {
  // AWS: a denial has its message under a capitalized name (dynamodb-denied)
  const body = JSON.stringify({ __type: errorType, [errorType === ACCESS_DENIED ? "Message" : "message"]: message })
  response
    .writeHead(status, { ...headers, "content-type": JSON_PROTOCOL, "content-length": Buffer.byteLength(body) })
    .end(body)
}
