// The headers of gateway responses, whose values can come from clients and functions.
import { expect, test } from "vitest"
import type { TransactionRecord } from "../../definition/record.ts"
import { origin } from "../testing/route-world.ts"
import { gatewayResponse } from "./gateway-responses.ts"

function headersOf(responseHeaders: Record<string, string>, authorizer: Record<string, string>) {
  const record: TransactionRecord = {
    apiId: "api",
    stage: { ...origin, stageName: "dev", variables: {}, defaultRouteSettings: {}, routeSettings: {} },
    eventType: "HTTP",
    routeKey: undefined,
    settings: {},
    context: { requestId: "1" },
    authorizer,
  }
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
