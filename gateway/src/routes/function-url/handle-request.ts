// Handles one request to a function URL: CORS, authorization, invocation, and the record of it.
import type { FunctionUrlDefinition } from "../../definition/function-url.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import type { RequestPermission } from "../../definition/permission.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import { stackOf } from "../../foundation/stack-of.ts"
import { isPreflight, preflightResponse } from "../http/cors.ts"
import { type HttpEventSource, httpEvent } from "../http/event.ts"
import { newHttpRecord, recordResponse } from "../http/record.ts"
import { firstHeader, type HttpRequest, type HttpResponse } from "../http/request.ts"
import { iamAuthorizerOf, type RequestAuthorizer } from "../http/request-authorizer.ts"
import { readHttpResponse } from "../http/response.ts"
import { signedRequest } from "../http/signed-request.ts"
import type { RoutePorts } from "../ports.ts"
import { addUrlCorsHeaders } from "./cors.ts"
import { createStreamedResponse, type StreamedResponse } from "./streamed-response.ts"

/** AWS: function URLs have no stages; the event has this one as a placeholder (furl-event) */
const stageName = "$default"
const route = { routeKey: stageName, payloadFormatVersion: "2.0" } as const

type UrlTransaction = { url: FunctionUrlDefinition; request: HttpRequest; record: TransactionRecord }

/**
 * Never rejects: a bug becomes a 500 and is reported with the request's id.
 *
 * @param url absent when it is no longer deployed
 */
export async function handleUrlRequest(
  url: FunctionUrlDefinition | undefined,
  request: HttpRequest,
  ports: RoutePorts,
): Promise<HttpResponse> {
  if (!url) return errorResponse(404, "ResourceNotFoundException", { Message: null })
  const { cors } = url
  const origin = firstHeader(request.headers, "origin")
  // AWS: a preflight does not invoke the function (furl-cors)
  if (cors && isPreflight(request)) return preflightResponse(cors, origin)
  const requestId = ports.ids.functionRequestId()
  const stamp = { requestId, requestTimeEpoch: ports.clock.now() }
  const record = newHttpRecord({ apiId: url.urlId, definition: stageOf(url), settings: {} }, request, stamp)
  record.isFunctionUrl = true
  record.routeKey = route.routeKey
  record.functionRequestId = requestId
  const response = await respond({ url, request, record }, ports).catch((error: unknown): HttpResponse => {
    ports.log.error("Request failed", { message: stackOf(error), server: request.domainName, requestId })
    record.failure = "Internal Server Error"
    return errorResponse(500, "InternalFailure", { Message: null })
  })
  response.headers["x-amzn-requestid"] = [requestId]
  if (cors) addUrlCorsHeaders(response.headers, cors, origin)
  recordResponse(record, response, ports)
  return response
}

function stageOf({ logicalId, stackName }: FunctionUrlDefinition): TransactionRecord["stage"] {
  return { logicalId, stackName, stageName, variables: {}, defaultRouteSettings: {}, routeSettings: {} }
}

async function respond({ url, request, record }: UrlTransaction, ports: RoutePorts): Promise<HttpResponse> {
  // AWS?: a payload over 6 MB is a 413 (furl-payload-size)
  if (!request.body) return errorResponse(413, "RequestEntityTooLargeException", { Message: null })
  const permission = ports.mayInvokeUrl(url, url.authType === "AWS_IAM" ? signedRequest(request) : undefined)
  if (!permission.allowed) return denied(permission, record)
  if (permission.statement) record.allowedBy = permission.statement
  const { signer } = permission
  record.requestBody = eventOf(url, { request, record, authorizer: signer && iamAuthorizerOf(signer, request) })
  const startedAt = ports.steadyClock.now()
  const streamed = url.invokeMode === "RESPONSE_STREAM" ? createStreamedResponse() : undefined
  const caller = { ...record, stream: streamed?.stream }
  const ended = ports.invoke(url.functionArn, record.requestBody, caller).then((result) => {
    record.integrationLatency = ports.steadyClock.now() - startedAt
    return result
  })
  return streamed ? streamedResponse(streamed, ended, { record, ports }) : responseOf(await ended, record, ports)
}

/**
 * AWS: what a handler streams is sent at once (furl-streaming)
 * AWS?: the result of a handler that does not stream is read as without a stream (furl-stream-result)
 */
async function streamedResponse(
  streamed: StreamedResponse,
  ended: Promise<InvocationResult>,
  { record, ports }: { record: TransactionRecord; ports: RoutePorts },
): Promise<HttpResponse> {
  const first = await Promise.race([streamed.began, ended])
  if ("malformed" in first) return failed(`Malformed response: ${first.malformed}`, record, ports)
  if ("outcome" in first) return responseOf(first, record, ports)
  void ended.then(
    (result) => {
      if (result.outcome === "responded") {
        streamed.end()
        return
      }
      // AWS?: the connection is closed (furl-stream-cut)
      record.failure = result.outcome === "function-error" ? result.errorMessage : result.outcome
      record.blame = "integration"
      streamed.abort()
    },
    (error: unknown) => {
      ports.log.error("Request failed", { message: stackOf(error), requestId: record.functionRequestId })
      streamed.abort()
    },
  )
  return first
}

/** AWS: without a permission the response has this message (furl-denied) */
function denied(permission: RequestPermission & { allowed: false }, record: TransactionRecord): HttpResponse {
  const { errorType, message } = permission
  record.failure = message
  record.blame = "client"
  if (errorType !== "AccessDeniedException" && errorType !== "MissingAuthenticationTokenException") {
    return errorResponse(403, errorType, { message })
  }
  const page = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
  const Message = `Forbidden. For troubleshooting Function URL authorization issues, see: ${page}`
  return errorResponse(403, "AccessDeniedException", { Message })
}

function eventOf(
  { urlId, authType, environment }: FunctionUrlDefinition,
  part: { request: HttpRequest; record: TransactionRecord; authorizer: RequestAuthorizer | undefined },
): string {
  const { request, record, authorizer } = part
  const source: HttpEventSource = {
    apiId: urlId,
    // AWS: the account of a URL that needs no signature is "anonymous" (furl-anonymous)
    accountId: authType === "NONE" ? "anonymous" : environment.accountId,
    stage: { stageName, variables: {} },
    route,
    pathParameters: {},
    stamp: {
      requestId: String(record.context.requestId),
      requestTimeEpoch: Number(record.context.requestTimeEpoch),
    },
    request,
    authorizer,
  }
  return httpEvent(source)
}

function responseOf(result: InvocationResult, record: TransactionRecord, ports: RoutePorts): HttpResponse {
  if (result.outcome === "throttled") {
    record.failure = "Rate Exceeded."
    record.blame = "integration"
    // AWS: more requests than the reserved concurrency are a 429 (furl-throttled)
    return errorResponse(429, "TooManyRequestsException", { Message: record.failure })
  }
  if (result.outcome === "not-found") return failed("The function does not exist", record, ports)
  record.responseBody = result.payload
  if (result.outcome === "function-error") return failed(result.errorMessage, record)
  const response = readHttpResponse(result.payload, { version: "2.0" })
  return "malformed" in response ? failed(`Malformed response: ${response.malformed}`, record, ports) : response
}

/**
 * AWS: a function that fails, or that returns an invalid response, is a 502 (furl-failed)
 *
 * @param ports to log the cause; absent when the function has logged it
 */
function failed(cause: string, record: TransactionRecord, ports?: RoutePorts): HttpResponse {
  record.failure = cause
  record.blame = "integration"
  const { functionRequestId = "" } = record
  ports?.log.warn("Function URL failed", { message: cause, server: record.context.domainName, functionRequestId })
  const headers: HttpResponse["headers"] = Object.create(null)
  headers["content-type"] = ["application/json"]
  return { status: 502, headers, body: Buffer.from("Internal Server Error") }
}

function errorResponse(status: number, errorType: string, body: Record<string, unknown>): HttpResponse {
  const headers: HttpResponse["headers"] = Object.create(null)
  headers["content-type"] = ["application/json"]
  headers["x-amzn-errortype"] = [errorType]
  return { status, headers, body: Buffer.from(JSON.stringify(body)) }
}
