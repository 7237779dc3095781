// Handles one request to a REST API: stage, method, authorization, throttle, integration, and the record of it.
import { internalServerError } from "../failure.ts"
import { recordResponse, reportBug } from "../http/record.ts"
import type { HttpRequest, HttpResponse } from "../http/request.ts"
import { selectRoute } from "../http/select-route.ts"
import type { RoutePorts } from "../ports.ts"
import type { Stamp } from "../stamp.ts"
import type { RestApiRuntime } from "./api-runtime.ts"
import { authorize } from "./authorize.ts"
import { contentTypeOf } from "./content-type.ts"
import { gatewayResponse } from "./gateway-responses.ts"
import { missingParameters } from "./required-parameters.ts"
import { type RestOutcome, runRestIntegration } from "./run-integration.ts"
import { newRestRecord, type RestRequest, type RestTransaction } from "./transaction.ts"

/** Never rejects: a bug becomes a 500 and is reported with the request's ids. */
export async function handleRestRequest(
  api: RestApiRuntime,
  request: HttpRequest,
  ports: RoutePorts,
): Promise<HttpResponse> {
  const stamp: Stamp = { requestId: ports.ids.requestId(), requestTimeEpoch: ports.clock.now() }
  const { stageName, path } = selectStage(request)
  // AWS: a default endpoint that is disabled is Forbidden (domain-disabled)
  const isReachable = request.mapping !== undefined || !api.definition.environment.isEndpointDisabled
  const stage = isReachable ? api.stages.get(stageName) : undefined
  const response = stage
    ? await respond({ stage, request, path, stamp, record: newRestRecord(stage, request, stamp) }, ports)
    : forbidden()
  response.headers["x-amzn-requestid"] = [stamp.requestId]
  response.headers["x-amz-apigw-id"] = [stamp.requestId]
  return response
}

/** `path`: without the stage, or without the base path of a custom domain name. */
function selectStage({ path, mapping }: HttpRequest): { stageName: string; path: string } {
  if (mapping) return { stageName: mapping.stageName, path: path.slice(mapping.basePath.length) || "/" }
  const [, stageName = "", ...segments] = path.split("/")
  return { stageName, path: `/${segments.join("/")}` }
}

/** AWS: a stage that does not exist is Forbidden, and is not logged (rest-stage-path) */
export function forbidden(): HttpResponse {
  const headers: HttpResponse["headers"] = Object.create(null)
  headers["content-type"] = ["application/json"]
  headers["x-amzn-errortype"] = ["ForbiddenException"]
  return { status: 403, headers, body: Buffer.from(JSON.stringify({ message: "Forbidden" })) }
}

async function respond(transaction: RestTransaction, ports: RoutePorts): Promise<HttpResponse> {
  const { stage, record } = transaction
  const result = await runMethod(transaction, ports).catch((error: unknown): RestOutcome => {
    reportBug(record, error, ports.log)
    return { failure: { type: "DEFAULT_5XX", status: 500, message: internalServerError, blame: "execution" } }
  })
  const response = "failure" in result ? gatewayResponse(result.failure, record, stage.api.gatewayResponses) : result
  recordResponse(record, response, ports)
  return response
}

async function runMethod(transaction: RestTransaction, ports: RoutePorts): Promise<RestOutcome> {
  const { request, stamp, record } = transaction
  if (!request.body) {
    // AWS: the message names the limit of 10 MB (rest-payload-size)
    const message = "HTTP content length exceeded 10485760 bytes."
    return { failure: { type: "REQUEST_TOO_LARGE", message, blame: "client" } }
  }
  const found = findMethod(transaction)
  // AWS: a path or a method that does not exist has this response (rest-missing-token)
  if (!found) {
    const message = "Missing Authentication Token"
    return { failure: { type: "MISSING_AUTHENTICATION_TOKEN", message, blame: "client" } }
  }
  const { definition, settings, bucket, resourcePath } = found.method
  record.routeKey = definition.routeKey
  record.settings = settings
  record.context.routeKey = definition.routeKey
  record.context.resourceId = definition.resourceId
  record.context.resourcePath = resourcePath.replace(/^[^/]*/, "")
  const authorization = await authorize(found, ports)
  if (!authorization.allowed) return authorization
  if (!ports.account.takeRequest() || !bucket.take(stamp.requestTimeEpoch)) {
    return { failure: { type: "THROTTLED", message: "Too Many Requests", blame: "client" } }
  }
  const missing = missingParameters(found)
  if (missing.length > 0) {
    // AWS: the message lists the parameters (rest-required-parameters)
    const message = `Missing required request parameters: [${missing.join(", ")}]`
    return { failure: { type: "BAD_REQUEST_PARAMETERS", message, blame: "client" } }
  }
  const contentType = contentTypeOf(request)
  const mismatch = found.method.validateBody?.(contentType, request.body)
  if (mismatch !== undefined) {
    record.context["error.validationErrorString"] = mismatch
    const log = `Request body does not match model schema for content type ${contentType}: ${mismatch}`
    return { failure: { type: "BAD_REQUEST_BODY", message: "Invalid request body", blame: "client", log } }
  }
  return runRestIntegration(found, authorization.authorizer, ports)
}

/** AWS: the path selects the resource, and only then the method one of its methods (rest-method-selection) */
function findMethod(transaction: RestTransaction): RestRequest | undefined {
  const { stage, request, path } = transaction
  const match = selectRoute(stage.resources, request.method, path)
  const method = match?.route.methods.get(request.method) ?? match?.route.methods.get("ANY")
  return match && method && { transaction, method, pathParameters: match.pathParameters }
}
