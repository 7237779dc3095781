// The events that Lambda functions receive from the routes of an HTTP API, in payload format 1.0 or 2.0, as JSON text.
import type { HttpLambdaAuthorizerDefinition, HttpRouteDefinition } from "../../definition/api.ts"
import { hasKeys } from "../../foundation/has-keys.ts"
import { decodePercent, queryLists } from "../../foundation/request-target.ts"
import { requestTime, type Stamp } from "../stamp.ts"
import { firstHeader, type HeaderLists, type HttpRequest } from "./request.ts"
import { authorizerOfFormat1, authorizerOfFormat2, type RequestAuthorizer } from "./request-authorizer.ts"

export type HttpEventSource = {
  apiId: string
  accountId: string
  stage: { stageName: string; variables: Readonly<Record<string, string>> }
  route: Pick<HttpRouteDefinition, "routeKey" | "payloadFormatVersion">
  /** The prototype is null. */
  pathParameters: Readonly<Record<string, string>>
  stamp: Stamp
  request: HttpRequest
  /** Absent for a route without authorization. */
  authorizer?: RequestAuthorizer | undefined
}

export function httpEvent(source: HttpEventSource): string {
  return JSON.stringify(source.route.payloadFormatVersion === "1.0" ? eventOfFormat1(source) : eventOfFormat2(source))
}

/** AWS: the events of a Lambda authorizer have the identity and no body (http-authorizer-event) */
export function authorizerEvent(
  source: HttpEventSource,
  call: { authorizer: HttpLambdaAuthorizerDefinition; identity: string[]; routeArn: string },
): string {
  const { authorizer, identity, routeArn } = call
  if (authorizer.payloadFormatVersion === "2.0") {
    const { version, body: _body, isBase64Encoded: _isBase64Encoded, ...event } = eventOfFormat2(source)
    return JSON.stringify({ version, type: "REQUEST", routeArn, identitySource: identity, ...event })
  }
  const { version, body: _body, isBase64Encoded: _isBase64Encoded, ...event } = eventOfFormat1(source)
  const token = identity.join(",")
  const { authorizer: _authorizer, ...requestContext } = event.requestContext
  const own = { version, type: "REQUEST", methodArn: routeArn, identitySource: token, authorizationToken: token }
  return JSON.stringify({ ...own, ...event, pathParameters: event.pathParameters ?? {}, requestContext })
}

/** AWS: keys without a value are absent (http-payload-format) */
function eventOfFormat2(source: HttpEventSource) {
  const { request, route, stage, stamp, pathParameters } = source
  // AWS: this path does not have the key of an API mapping (domain-raw-path)
  const path = decode(request.path.slice(request.mapping?.basePath.length ?? 0) || "/")
  const { cookie, ...headers } = joinedValues(request.headers)
  const cookies =
    cookie === undefined ? undefined : (request.headers.cookie ?? []).flatMap((line) => line.split(/;\s*/))
  const body = bodyOf(request)
  return {
    version: "2.0",
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString: request.query,
    // AWS: cookies are in a separate list (http-cookies)
    ...(cookies && { cookies }),
    headers,
    // AWS: repeated query parameters are joined by commas (http-repeated-query)
    ...(request.query !== "" && { queryStringParameters: joinedValues(queryLists(request.query)) }),
    requestContext: {
      accountId: source.accountId,
      apiId: source.apiId,
      ...(source.authorizer && { authorizer: authorizerOfFormat2(source.authorizer) }),
      domainName: request.domainName,
      domainPrefix: domainPrefixOf(request),
      http: {
        method: request.method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: firstHeader(request.headers, "user-agent") ?? "",
      },
      requestId: stamp.requestId,
      routeKey: route.routeKey,
      stage: stage.stageName,
      time: requestTime(stamp.requestTimeEpoch),
      timeEpoch: stamp.requestTimeEpoch,
    },
    ...(hasKeys(pathParameters) && { pathParameters }),
    ...(hasKeys(stage.variables) && { stageVariables: stage.variables }),
    ...(body.text !== null && { body: body.text }),
    isBase64Encoded: body.isBase64Encoded,
  }
}

/** AWS: keys without a value are null (http-payload-format-1) */
function eventOfFormat1(source: HttpEventSource) {
  const { request, route, stage, stamp, pathParameters } = source
  const path = decode(request.path)
  const query = request.query === "" ? undefined : queryLists(request.query)
  const body = bodyOf(request)
  const [, resource = route.routeKey] = route.routeKey.split(" ")
  const iam = source.authorizer?.type === "iam" ? source.authorizer : undefined
  return {
    version: "1.0",
    resource,
    path,
    httpMethod: request.method,
    // AWS: the last value of a repeated header, the first of a repeated query parameter (http-format-1-repeated)
    headers: mapValues(request.headers, (values) => values.at(-1) ?? ""),
    multiValueHeaders: request.headers,
    queryStringParameters: query ? mapValues(query, ([first = ""]) => first) : null,
    multiValueQueryStringParameters: query ?? null,
    requestContext: {
      accountId: source.accountId,
      apiId: source.apiId,
      authorizer: authorizerOfFormat1(source.authorizer),
      domainName: request.domainName,
      domainPrefix: domainPrefixOf(request),
      extendedRequestId: stamp.requestId,
      httpMethod: request.method,
      identity: {
        accessKey: iam?.accessKey ?? null,
        accountId: iam?.accountId ?? null,
        caller: iam?.userId ?? null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.sourceIp,
        user: iam?.userId ?? null,
        userAgent: firstHeader(request.headers, "user-agent") ?? "",
        userArn: iam?.userArn ?? null,
      },
      path,
      protocol: "HTTP/1.1",
      requestId: stamp.requestId,
      requestTime: requestTime(stamp.requestTimeEpoch),
      requestTimeEpoch: stamp.requestTimeEpoch,
      resourceId: null,
      resourcePath: resource,
      stage: stage.stageName,
    },
    pathParameters: hasKeys(pathParameters) ? pathParameters : null,
    stageVariables: hasKeys(stage.variables) ? stage.variables : null,
    body: body.text,
    isBase64Encoded: body.isBase64Encoded,
  }
}

/** AWS: the first label of the domain name: the id of the API, or that of a custom domain name (domain-event) */
function domainPrefixOf({ domainName }: HttpRequest): string {
  return domainName.split(".")[0] ?? ""
}

function bodyOf({ body, headers }: HttpRequest): { text: string | null; isBase64Encoded: boolean } {
  if (body === undefined || body.length === 0) return { text: null, isBase64Encoded: false }
  const isText = isTextual(firstHeader(headers, "content-type"))
  return { text: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText }
}

/** AWS: bodies of these types arrive as text, all others as base64 (http-text-bodies) */
function isTextual(contentType = ""): boolean {
  return (
    contentType === "" ||
    /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|.*\+(json|xml))/i.test(contentType)
  )
}

function joinedValues(lists: Readonly<HeaderLists>): Record<string, string> {
  return mapValues(lists, (values) => values.join(","))
}

function mapValues(lists: Readonly<HeaderLists>, map: (values: string[]) => string): Record<string, string> {
  const mapped: Record<string, string> = Object.create(null)
  for (const [name, values] of Object.entries(lists)) mapped[name] = map(values)
  return mapped
}

/** Passes on a text with an invalid encoding. */
function decode(text: string): string {
  return decodePercent(text) ?? text
}
