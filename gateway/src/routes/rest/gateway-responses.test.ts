// The responses of a REST API itself: their statuses, types and templates, and headers whose values come from outside.
import { expect, test } from "vitest"
import type { TransactionRecord } from "../../definition/record.ts"
import type { GatewayResponseDefinition } from "../../definition/rest-api.ts"
import { origin } from "../testing/route-world.ts"
import { gatewayResponse, type RestFailure } from "./gateway-responses.ts"

function createRecord(): TransactionRecord {
  return {
    apiId: "api",
    stage: { ...origin, stageName: "dev", variables: { tenant: "t1" }, defaultRouteSettings: {}, routeSettings: {} },
    eventType: "HTTP",
    routeKey: undefined,
    settings: {},
    context: { requestId: "1" },
  }
}

function respond(failure: RestFailure, ...definitions: Partial<GatewayResponseDefinition>[]) {
  const record = createRecord()
  const own = definitions.map((one) => ({ ...origin, responseHeaders: {}, ...one }) as GatewayResponseDefinition)
  const { status, headers, body } = gatewayResponse(failure, record, own)
  return { status, errorType: headers["x-amzn-errortype"]?.[0], body: body.toString(), record }
}

test.each<[RestFailure["type"], number, string]>([
  ["ACCESS_DENIED", 403, "AccessDeniedException"],
  ["API_CONFIGURATION_ERROR", 500, "InternalServerErrorException"],
  ["AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException"],
  ["AUTHORIZER_FAILURE", 500, "AuthorizerConfigurationException"],
  ["BAD_REQUEST_BODY", 400, "BadRequestException"],
  ["BAD_REQUEST_PARAMETERS", 400, "BadRequestException"],
  ["DEFAULT_4XX", 403, "ForbiddenException"],
  ["DEFAULT_5XX", 502, "InternalServerErrorException"],
  ["INTEGRATION_FAILURE", 504, "InternalServerErrorException"],
  ["INTEGRATION_TIMEOUT", 504, "InternalServerErrorException"],
  ["INVALID_API_KEY", 403, "ForbiddenException"],
  ["INVALID_SIGNATURE", 403, "InvalidSignatureException"],
  ["MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException"],
  ["QUOTA_EXCEEDED", 429, "LimitExceededException"],
  ["REQUEST_TOO_LARGE", 413, "RequestTooLargeException"],
  ["THROTTLED", 429, "TooManyRequestsException"],
  ["UNAUTHORIZED", 401, "UnauthorizedException"],
  ["UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException"],
])("%s has the status %d and the error type %s", (type, status, errorType) => {
  expect(respond({ type, message: "no", blame: "client" })).toMatchObject({
    status,
    errorType,
    body: '{"message":"no"}',
  })
})

test("a response without a definition is that of 4xx or of 5xx, by its status", () => {
  const general = [
    { responseType: "DEFAULT_4XX", statusCode: 418 },
    { responseType: "DEFAULT_5XX", statusCode: 599 },
    { responseType: "THROTTLED", statusCode: 420 },
  ]
  const statusOf = (type: RestFailure["type"], status?: number) =>
    respond({ type, message: "no", blame: "client", ...(status !== undefined && { status }) }, ...general).status
  expect(statusOf("ACCESS_DENIED")).toBe(418)
  expect(statusOf("API_CONFIGURATION_ERROR")).toBe(599)
  expect(statusOf("THROTTLED")).toBe(420)
  expect([499, 500].map((status) => statusOf("ACCESS_DENIED", status))).toEqual([418, 599])
  expect(respond({ type: "DEFAULT_5XX", message: "no", blame: "client", status: 500 }).status).toBe(500)
})

test("a template has variables of the context and of the stage, with or without braces", () => {
  const template =
    '{"m":$context.error.messageString,"t":"${context.error.responseType}","s":"$stageVariables.tenant","n":"$context.no$stageVariables.no"}'
  const { body } = respond(
    { type: "THROTTLED", message: 'a "b"', blame: "client" },
    { responseType: "THROTTLED", template },
  )
  expect(JSON.parse(body)).toEqual({ m: 'a "b"', t: "THROTTLED", s: "t1", n: "" })
})

test("a failure is recorded with its message and its cause", () => {
  const { record, body } = respond({ type: "UNAUTHORIZED", message: "no", blame: "client", log: "why" })
  expect(record).toMatchObject({ blame: "client", failure: "why" })
  expect(record.context).toMatchObject({
    "error.message": "no",
    "error.messageString": '"no"',
    "error.responseType": "UNAUTHORIZED",
  })
  expect(body).toBe('{"message":"no"}')
  expect(respond({ type: "UNAUTHORIZED", message: "no", blame: "client" }).record.failure).toBe("no")
  const without = respond({ type: "AUTHORIZER_FAILURE", message: null, blame: "execution" })
  expect(without).toMatchObject({ body: '{"message":null}', record: { failure: "Internal server error" } })
  expect(without.record.context).toMatchObject({ "error.message": undefined, "error.messageString": "null" })
})

function headersOf(responseHeaders: Record<string, string>, authorizer: Record<string, string>) {
  const record = { ...createRecord(), authorizer }
  const definition = { ...origin, responseType: "ACCESS_DENIED", responseHeaders }
  return gatewayResponse({ type: "ACCESS_DENIED", message: "no", blame: "client" }, record, [definition]).headers
}

test("a header has a constant or a variable, and is absent without a value", () => {
  const headers = headersOf(
    { "x-constant": "'text'", "x-id": "context.requestId", "x-absent": "context.nothing", "x-other": "text" },
    {},
  )
  expect({ ...headers }).toEqual({
    "content-type": ["application/json"],
    "x-amzn-errortype": ["AccessDeniedException"],
    "x-constant": ["text"],
    "x-id": ["1"],
  })
})

test("characters that a header must not contain become spaces", () => {
  const headers = headersOf({ "x-reason": "context.authorizer.reason" }, { reason: "one\r\nset-cookie: a=b 雪" })
  expect(headers["x-reason"]).toEqual(["one set-cookie: a=b  "])
})
