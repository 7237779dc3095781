// Compares the events with the shapes of section 2, absent keys included.
import fc from "fast-check"
import { expect, test } from "vitest"
import type { ConnectionFacts } from "../../connections/connection.ts"
import { requestTime } from "../stamp.ts"
import { authorizerEvent, connectEvent, disconnectEvent, type EventSource, messageEvent } from "./event.ts"

const facts: ConnectionFacts = {
  connectionId: "RYG0LeicPHcCA_A=",
  apiId: "asasasdwe2",
  stageName: "dev",
  domainName: "asasasdwe2.execute-api.us-east-1.amazonaws.com",
  connectedAt: 1_705_751_697_419,
  identity: { sourceIp: "127.0.0.1" },
}
const stamp = { requestId: "RYG0LFicPHcFo_A=", requestTimeEpoch: 1_705_751_700_453 }
const sourceOf = (
  changes: { facts?: ConnectionFacts; variables?: Record<string, string>; routeKey?: string; messageId?: string } = {},
): EventSource => ({
  facts: changes.facts ?? facts,
  stamp,
  stage: { definition: { variables: changes.variables ?? {} } },
  record: { routeKey: changes.routeKey, context: { messageId: changes.messageId } },
})
const request = {
  headers: { Host: facts.domainName, Connection: "Upgrade", Upgrade: "websocket", "X-Forwarded-Port": "443" },
  multiValueHeaders: {
    Host: [facts.domainName],
    Connection: ["Upgrade"],
    Upgrade: ["websocket"],
    "X-Forwarded-Port": ["443"],
  },
}
const commonKeys = [
  "apiId",
  "connectedAt",
  "connectionId",
  "domainName",
  "eventType",
  "extendedRequestId",
  "identity",
  "messageDirection",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
]

test("requestTime has the form of the common log format", () => {
  expect(requestTime(Date.UTC(2024, 0, 20, 11, 55, 0, 453))).toBe("20/Jan/2024:11:55:00 +0000")
  expect(requestTime(Date.UTC(2026, 11, 1, 1, 2, 3))).toBe("01/Dec/2026:01:02:03 +0000")
})

test("a $connect event has headers and a request context, and no body", () => {
  const event = JSON.parse(connectEvent(sourceOf(), request))
  expect(Object.keys(event).sort()).toEqual(["headers", "isBase64Encoded", "multiValueHeaders", "requestContext"])
  expect(Object.keys(event.requestContext).sort()).toEqual(commonKeys)
  expect(event.headers).toEqual({ Host: facts.domainName, "X-Forwarded-Port": "443" })
  expect(event.requestContext).toMatchObject({
    routeKey: "$connect",
    eventType: "CONNECT",
    messageDirection: "IN",
    requestId: stamp.requestId,
    extendedRequestId: stamp.requestId,
    requestTime: "20/Jan/2024:11:55:00 +0000",
    identity: { sourceIp: "127.0.0.1" },
  })
})

test("a query string adds both of its maps, and stage variables add theirs", () => {
  const query = { queryStringParameters: { a: "2" }, multiValueQueryStringParameters: { a: ["1", "2"] } }
  const event = JSON.parse(connectEvent(sourceOf({ variables: { table: "t" } }), { ...request, ...query }))
  expect(event).toMatchObject({ ...query, stageVariables: { table: "t" } })
})

test("a MESSAGE event has a body and no headers", () => {
  const event = JSON.parse(
    messageEvent(sourceOf({ routeKey: "progress", messageId: "RYG0MeicPHcCA_A=" }), '{"action":"progress"}'),
  )
  expect(Object.keys(event).sort()).toEqual(["body", "isBase64Encoded", "requestContext"])
  expect(Object.keys(event.requestContext).sort()).toEqual([...commonKeys, "messageId"].sort())
  expect(event).toMatchObject({ body: '{"action":"progress"}', isBase64Encoded: false })
})

test("a MESSAGE event is the JSON of its values, whatever characters they have", () => {
  const text = fc.string({ unit: "grapheme" })
  fc.assert(
    fc.property(
      fc.record({ stageName: text, domainName: text, userAgent: text, tenant: text, body: text }),
      (values) => {
        const { stageName, domainName, userAgent, tenant, body } = values
        const source = sourceOf({
          facts: { ...facts, stageName, domainName, identity: { userAgent, sourceIp: "::1" }, authorizer: { tenant } },
          variables: { table: body },
          routeKey: userAgent,
          messageId: "RYG0MeicPHcCA_A=",
        })
        expect(messageEvent(source, body)).toBe(
          JSON.stringify({
            requestContext: {
              routeKey: userAgent,
              authorizer: { tenant },
              messageId: "RYG0MeicPHcCA_A=",
              eventType: "MESSAGE",
              extendedRequestId: stamp.requestId,
              requestTime: "20/Jan/2024:11:55:00 +0000",
              messageDirection: "IN",
              stage: stageName,
              connectedAt: facts.connectedAt,
              requestTimeEpoch: stamp.requestTimeEpoch,
              identity: { userAgent, sourceIp: "::1" },
              requestId: stamp.requestId,
              domainName,
              connectionId: facts.connectionId,
              apiId: facts.apiId,
            },
            stageVariables: { table: body },
            body,
            isBase64Encoded: false,
          }),
        )
      },
    ),
  )
})

test("a $disconnect event has four fixed headers, a status code and a reason", () => {
  const event = JSON.parse(disconnectEvent(sourceOf(), { code: 1001, reason: "" }))
  expect(Object.keys(event).sort()).toEqual(["headers", "isBase64Encoded", "multiValueHeaders", "requestContext"])
  expect(event.headers).toEqual({ Host: facts.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" })
  expect(event.requestContext).toMatchObject({
    disconnectStatusCode: 1001,
    disconnectReason: "",
    eventType: "DISCONNECT",
  })
})

test("the authorizer's context is in every event, its latency in the CONNECT event only", () => {
  const authorized = sourceOf({
    facts: { ...facts, authorizer: { principalId: "me", tenant: "7" } },
    routeKey: "progress",
  })
  expect(JSON.parse(connectEvent(authorized, request, 12)).requestContext.authorizer).toEqual({
    principalId: "me",
    tenant: "7",
    integrationLatency: 12,
  })
  for (const text of [messageEvent(authorized, "{}"), disconnectEvent(authorized, { code: 1005, reason: "" })]) {
    expect(JSON.parse(text).requestContext.authorizer).toEqual({ principalId: "me", tenant: "7" })
  }
})

test("the authorizer's event keeps the hop-by-hop headers and always has its maps", () => {
  const event = JSON.parse(authorizerEvent(sourceOf(), request, "arn:aws:execute-api:r:a:asasasdwe2/dev/$connect"))
  expect(event).toMatchObject({ type: "REQUEST", stageVariables: {}, queryStringParameters: {} })
  expect(event.headers).toMatchObject({ Connection: "Upgrade", Upgrade: "websocket" })
  expect("body" in event || "isBase64Encoded" in event).toBe(false)
})
