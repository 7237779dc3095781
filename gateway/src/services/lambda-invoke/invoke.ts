// The Invoke operation of Lambda, for functions that invoke other functions.
import { randomUUID } from "node:crypto"
import type { InvocationResult } from "../../definition/invocation.ts"
import type { FunctionDefinition } from "../../definition/lambda.ts"
import { decodePercent } from "../../foundation/request-target.ts"
import { exceedsUtf8Size } from "../../foundation/utf8-size.ts"
import {
  type LocalRequest,
  type LocalResponse,
  type LocalService,
  requirePermissions,
  ServiceError,
} from "../local/local-service.ts"

export type InvokePorts = {
  functions(): readonly FunctionDefinition[]
  /** Never rejects. */
  invoke(functionArn: string, payload: string, requestId: string): Promise<InvocationResult>
  /** Resolves when the event is processed or given up. */
  invokeAsync(functionArn: string, payload: string): Promise<void>
}

const DENIED = { code: "AccessDeniedException", status: 403 }
const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/

// AWS: an event has at most 6 MB, an asynchronous one 1 MB (lambda-invoke-size)
const MAX_BYTES = { RequestResponse: 6 * 1024 ** 2, Event: 1024 ** 2, DryRun: 6 * 1024 ** 2 }

export function createInvokeService({ functions, invoke, invokeAsync }: InvokePorts): LocalService {
  async function serve(request: LocalRequest, caller: Parameters<LocalService["serve"]>[1]): Promise<LocalResponse> {
    const { arn, target } = targetOf(request, functions())
    requirePermissions(caller, [{ action: "lambda:InvokeFunction", resource: arn }], DENIED)
    // AWS: a function that does not exist is reported to a caller that may invoke it (lambda-invoke-not-found)
    if (!target) throw new ServiceError("ResourceNotFoundException", `Function not found: ${arn}`, 404)
    const type = invocationType(request)
    const payload = payloadOf(request, type)
    const requestId = randomUUID()
    if (type === "DryRun") return response(204, requestId, "")
    if (type === "Event") {
      void invokeAsync(arn, payload)
      return response(202, requestId, "")
    }
    return synchronousResponse(await invoke(arn, payload, requestId), arn)
  }
  return { name: "lambda", serve, errorResponse }
}

/** The function that the path names: by name, ARN or partial ARN, each with or without a qualifier. */
function targetOf({ method, path, query }: LocalRequest, functions: readonly FunctionDefinition[]) {
  const [, encoded] = invokePath.exec(path) ?? []
  if (method !== "POST" || encoded === undefined) {
    const message = `${method} ${path} is not served. Of the operations of Lambda, only Invoke is.`
    throw new ServiceError("UnknownOperationException", message, 404)
  }
  const named = decodePercent(encoded) ?? encoded
  // `name:qualifier`, `account:function:name:qualifier`, `arn:aws:lambda:region:account:function:name:qualifier`
  const parts = named.split(":")
  const at = parts.indexOf("function") + 1
  const [name = "", ownQualifier] = parts.slice(at)
  const qualifier = new URLSearchParams(query).get("Qualifier") ?? ownQualifier
  const target = functions.find(({ arn, functionName }) =>
    named.startsWith("arn:") ? arn === parts.slice(0, 7).join(":") : functionName === name,
  )
  const unqualified = target?.arn ?? (named.startsWith("arn:") ? parts.slice(0, 7).join(":") : arnLike(functions, name))
  return { target, arn: qualifier === undefined ? unqualified : `${unqualified}:${qualifier}` }
}

/** The ARN that a function of this name would have. */
function arnLike([first]: readonly FunctionDefinition[], name: string): string {
  return `${first?.arn.split(":").slice(0, 6).join(":") ?? "arn:aws:lambda:::function"}:${name}`
}

function invocationType({ headers }: LocalRequest): keyof typeof MAX_BYTES {
  const given = headers["x-amz-invocation-type"] ?? "RequestResponse"
  if (given === "RequestResponse" || given === "Event" || given === "DryRun") return given
  // AWS: another invocation type is an invalid value (lambda-invoke-type)
  const message = `Value '${String(given)}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`
  throw new ServiceError("InvalidParameterValueException", message)
}

function payloadOf({ body }: LocalRequest, type: keyof typeof MAX_BYTES): string {
  // AWS?: an invocation without a payload has an empty object as its event (lambda-invoke-empty)
  const payload = body.length === 0 ? "{}" : body.toString()
  if (exceedsUtf8Size(payload, MAX_BYTES[type])) {
    const message = `${body.length} byte payload is too large for the ${type} invocation type (limit ${MAX_BYTES[type]} bytes)`
    throw new ServiceError("RequestTooLargeException", message, 413)
  }
  try {
    JSON.parse(payload)
    return payload
  } catch (error) {
    // AWS: a payload that is not JSON is rejected before the function runs (lambda-invoke-json)
    const message = `Could not parse request body into json: ${(error as Error).message}`
    throw new ServiceError("InvalidRequestContentException", message)
  }
}

function synchronousResponse(result: InvocationResult, arn: string): LocalResponse {
  if (result.outcome === "not-found") {
    throw new ServiceError("ResourceNotFoundException", `Function not found: ${arn}`, 404)
  }
  // AWS: a throttled invocation is 429 (lambda-invoke-throttled)
  if (result.outcome === "throttled") throw new ServiceError("TooManyRequestsException", "Rate Exceeded.", 429)
  const responded = response(200, result.requestId, result.payload)
  // AWS: a function that fails is a 200 with a header; the payload is the error (lambda-invoke-error)
  if (result.outcome === "function-error") responded.headers["x-amz-function-error"] = "Unhandled"
  return responded
}

function response(status: number, requestId: string, body: string): LocalResponse {
  const headers = { "x-amzn-requestid": requestId, "x-amz-executed-version": "$LATEST" }
  return { status, headers: body === "" ? headers : { ...headers, "content-type": "application/json" }, body }
}

function errorResponse({ code, message, status }: ServiceError): LocalResponse {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code, "x-amzn-requestid": randomUUID() },
    body: JSON.stringify({ Type: status < 500 ? "User" : "Service", Message: message, message }),
  }
}
