// The events that Lambda functions receive from a REST API: of proxy integrations and of authorizers, as JSON text.
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { hasKeys } from "../../foundation/has-keys.ts"
import { decodePercent, queryLists } from "../../foundation/request-target.ts"
import { firstHeader, type HeaderLists, type HttpRequest } from "../http/request.ts"
import { requestTime } from "../stamp.ts"
import type { RestRequest } from "./transaction.ts"

/** AWS: an event has these keys, null for what has no value (rest-proxy-event) */
export function restProxyEvent(request: RestRequest, authorizer: Record<string, unknown> | undefined): string {
  const { transaction } = request
  const { body, headers } = transaction.request
  const isBinary = isBinaryType(firstHeader(headers, "content-type"), transaction.stage.api.binaryMediaTypes)
  const isEmpty = body === undefined || body.length === 0
  return JSON.stringify({
    ...requestFields(request),
    requestContext: requestContext(request, authorizer),
    body: isEmpty ? null : body.toString(isBinary ? "base64" : "utf8"),
    // AWS: a body is base64 when its type is one of the binary media types of the API (rest-binary-request)
    isBase64Encoded: !isEmpty && isBinary,
  })
}

/** AWS: a TOKEN authorizer receives the token, a REQUEST authorizer the request (rest-authorizer-event) */
export function restAuthorizerEvent(
  request: RestRequest,
  { kind, token, methodArn }: { kind: RestAuthorizerDefinition["kind"]; token: string; methodArn: string },
): string {
  if (kind === "TOKEN") return JSON.stringify({ type: kind, authorizationToken: token, methodArn })
  return JSON.stringify({
    type: kind,
    methodArn,
    ...requestFields(request),
    requestContext: requestContext(request, undefined),
  })
}

function requestFields({ transaction, method, pathParameters }: RestRequest) {
  const { request, path, stage } = transaction
  const shownPath = request.mapping ? request.path : path
  const multiValueHeaders = headersAsSent(request)
  const query = request.query === "" ? undefined : queryLists(request.query)
  const { variables } = stage.definition
  return {
    resource: resourcePathOf(method),
    // AWS: on a custom domain name this path has the base path (domain-rest-path)
    path: decodePercent(shownPath) ?? shownPath,
    httpMethod: request.method,
    // AWS: the single-value maps have the last of several values (rest-repeated-values)
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: query ? lastValues(query) : null,
    multiValueQueryStringParameters: query ?? null,
    pathParameters: hasKeys(pathParameters) ? pathParameters : null,
    stageVariables: hasKeys(variables) ? variables : null,
  }
}

function requestContext({ transaction, method }: RestRequest, authorizer: Record<string, unknown> | undefined) {
  const { request, stage, stamp, record } = transaction
  const { context } = record
  return {
    resourceId: method.definition.resourceId,
    ...(authorizer && { authorizer }),
    resourcePath: resourcePathOf(method),
    httpMethod: request.method,
    extendedRequestId: stamp.requestId,
    requestTime: requestTime(stamp.requestTimeEpoch),
    // AWS: this path has the stage (rest-context-path)
    path: request.path,
    accountId: stage.api.environment.accountId,
    protocol: "HTTP/1.1",
    stage: stage.definition.stageName,
    domainPrefix: request.domainName.split(".")[0],
    requestTimeEpoch: stamp.requestTimeEpoch,
    requestId: stamp.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: context["identity.accountId"] ?? null,
      cognitoIdentityId: null,
      caller: context["identity.caller"] ?? null,
      ...(context["identity.apiKey"] !== undefined && { apiKey: context["identity.apiKey"] }),
      ...(context["identity.apiKeyId"] !== undefined && { apiKeyId: context["identity.apiKeyId"] }),
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: context["identity.accessKey"] ?? null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: context["identity.userArn"] ?? null,
      userAgent: firstHeader(request.headers, "user-agent") ?? null,
      user: context["identity.user"] ?? null,
    },
    domainName: request.domainName,
    deploymentId: stage.definition.deploymentId,
    apiId: stage.apiId,
  }
}

function resourcePathOf({ definition }: RestRequest["method"]): string {
  return definition.routeKey.replace(/^\S+ /, "")
}

/** AWS: header names are spelled as the client sent them (rest-header-case) */
function headersAsSent({ headers, headerNames }: HttpRequest): HeaderLists {
  const lists: HeaderLists = Object.create(null)
  const names = headerNames?.()
  for (const [name, values] of Object.entries(headers)) lists[names?.get(name) ?? name] = values
  return lists
}

function lastValues(lists: Readonly<HeaderLists>): Record<string, string> {
  const last: Record<string, string> = Object.create(null)
  for (const [name, values] of Object.entries(lists)) last[name] = values.at(-1) ?? ""
  return last
}

// `*/*` among the binary media types stands for every type.
export function isBinaryType(type: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  if (binaryMediaTypes.includes("*/*")) return true
  const bare = (type ?? "").split(";")[0]?.trim().toLowerCase()
  return binaryMediaTypes.some((one) => one.toLowerCase() === bare)
}
