// The HTTP endpoint of the services that the gateway itself implements: rejects foreign web pages and unsigned requests,
// and gives the others to the service that their signature names.
import { createHash } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { LocalServiceName } from "../../definition/permission.ts"
import type { Log } from "../../foundation/log.ts"
import { readBody } from "../../foundation/read-body.ts"
import { splitTarget } from "../../foundation/request-target.ts"
import type { Authenticate } from "../authenticate.ts"
import { foreignHost, foreignOrigin, foreignSite } from "../front/foreign-request.ts"
import { openHttpServer } from "../front/http-server.ts"
import type { ServiceCalls } from "../front/service-calls.ts"
import { type LocalResponse, type LocalService, ServiceError } from "./local-service.ts"

export type LocalServicesFrontOptions = {
  services: readonly LocalService[]
  /** The host name of a service on AWS. */
  awsHost(service: LocalServiceName): string
  authenticate: Authenticate
  calls: ServiceCalls
  log: Log
}

export type LocalServicesFront = { endpoint: string; close(): Promise<void> }

/** More than any request of these services has: PutRecords of Kinesis has 10 MiB of data, in Base64. */
const MAX_BODY_BYTES = 15 * 1024 ** 2

/** The AWS JSON protocols and the AWS query protocol. Lambda's payloads and CBOR are not recorded. */
const textProtocols = /^application\/(x-amz-json-1\.[01]|x-www-form-urlencoded)\b/

export async function startLocalServicesFront(options: LocalServicesFrontOptions): Promise<LocalServicesFront> {
  const running = new Set<Promise<void>>()
  const server = await openHttpServer((request, response) => {
    const served = respond(options, request, response).finally(() => running.delete(served))
    running.add(served)
  })
  return {
    endpoint: server.endpoint,
    async close() {
      await Promise.all([server.close(), ...running])
    },
  }
}

/** Never rejects: a failure is logged and becomes a response. */
async function respond(
  options: LocalServicesFrontOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const service = serviceOf(options, incoming)
  try {
    send(response, await serve(options, service, { incoming, response }))
  } catch (cause) {
    // A client that has disconnected, or that the close has disconnected, is not a failure of the service.
    if (incoming.errored || response.closed) return
    if (!(cause instanceof ServiceError)) options.log.error("Service request failed", { service: service?.name, cause })
    const error = cause instanceof ServiceError ? cause : internalError
    send(response, service ? service.errorResponse(error, incoming.headers) : plainError(error))
  }
}

const internalError = new ServiceError("InternalFailure", "The gateway failed to process the request.", 500)

async function serve(
  { awsHost, authenticate, calls, services, log }: LocalServicesFrontOptions,
  service: LocalService | undefined,
  { incoming, response }: { incoming: IncomingMessage; response: ServerResponse },
): Promise<LocalResponse> {
  const { method = "POST", url = "/", headers } = incoming
  const foreign =
    foreignHost({ host: hostOf(headers) }, awsHost(service?.name ?? services[0]?.name ?? "lambda")) ??
    foreignOrigin(headers) ??
    foreignSite(headers)
  if (foreign !== undefined) {
    log.warn("Rejected a request of a web page or for another host", { service: service?.name, message: foreign })
    incoming.resume()
    throw new ServiceError("AccessDeniedException", foreign, 403)
  }
  const { body } = await readBody(incoming, MAX_BODY_BYTES)
  if (!service) {
    const names = services.map(({ name }) => name).join(", ")
    throw new ServiceError("MissingAuthenticationTokenException", `Sign the request for one of ${names}.`, 403)
  }
  if (body === undefined) {
    throw new ServiceError("RequestEntityTooLargeException", `A request has at most ${MAX_BODY_BYTES} bytes.`, 413)
  }
  const { path, query } = splitTarget(url)
  const bodySha256 = createHash("sha256").update(body).digest("hex")
  const authenticated = authenticate({ method, path, query, headers, bodySha256 }, service.name)
  if (authenticated.outcome === "rejected") {
    throw new ServiceError(authenticated.errorType, authenticated.message, authenticated.status)
  }
  const call = calls.begin(incoming, response, service.name)
  const caller = call.madeBy(authenticated.caller)
  if (textProtocols.test(headers["content-type"] ?? "")) call.received(body)
  return service.serve({ method, path, query, headers, body }, caller)
}

/** The service that a request is signed for; without a signature, the one whose host it names. */
function serviceOf({ services, awsHost }: LocalServicesFrontOptions, { headers }: IncomingMessage) {
  const [, signedFor] =
    /Credential=[^/\s]+\/\d{8}\/[^/]+\/([a-z0-9-]+)\/aws4_request/.exec(headers.authorization ?? "") ?? []
  return services.find(({ name }) => (signedFor === undefined ? awsHost(name) === hostOf(headers) : name === signedFor))
}

/**
 * AWS: requests for a synchronous execution have a host of their own (sfn-sync-host), and so have those that name a stream
 * by its ARN (kinesis-account-host)
 */
function hostOf(headers: IncomingMessage["headers"]): string | undefined {
  // HTTP/2 has the host in another header.
  const host = headers.host ?? headers[":authority"]?.toString()
  return host?.replace(/^sync-states\./, "states.").replace(/^\d+\.(control|data)-kinesis\./, "kinesis.")
}

function plainError({ code, message, status }: ServiceError): LocalResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ __type: code, message }) }
}

function send(response: ServerResponse, { status, headers, body }: LocalResponse): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body)
}
