// The shapes of section 2, key for key: which keys are absent matters as much as which are there.
import { expect, test } from "vitest"
import type { ConnectionFacts } from "../../connections/connection.ts"
import { authorizerEvent, connectEvent, disconnectEvent, messageEvent, requestTime } from "./event.ts"

const facts: ConnectionFacts = {
  connectionId: "RYG0LeicPHcCA_A=",
  apiId: "asasasdwe2",
  stageName: "dev",
  domainName: "asasasdwe2.execute-api.us-east-1.amazonaws.com",
  connectedAt: 1_705_751_697_419,
  identity: { sourceIp: "127.0.0.1" },
}
const stamp = { requestId: "RYG0LFicPHcFo_A=", requestTimeEpoch: 1_705_751_700_453 }
const request = {
  headers: { Host: facts.domainName, Connection: "Upgrade", Upgrade: "websocket", "X-Forwarded-Port": "443" },
  multiValueHeaders: { Host: [facts.domainName], Connection: ["Upgrade"], Upgrade: ["websocket"] },
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

test("times have API Gateway's form", () => {
  expect(requestTime(Date.UTC(2024, 0, 20, 11, 55, 0, 453))).toBe("20/Jan/2024:11:55:00 +0000")
  expect(requestTime(Date.UTC(2026, 11, 1, 1, 2, 3))).toBe("01/Dec/2026:01:02:03 +0000")
})

test("a $connect event", () => {
  const event = JSON.parse(connectEvent(facts, stamp, request, {}))
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

test("a query adds both of its maps, stage variables theirs", () => {
  const query = { queryStringParameters: { a: "2" }, multiValueQueryStringParameters: { a: ["1", "2"] } }
  const event = JSON.parse(connectEvent(facts, stamp, { ...request, ...query }, { table: "t" }))
  expect(event).toMatchObject({ ...query, stageVariables: { table: "t" } })
})

test("a MESSAGE event has a body and no headers", () => {
  const event = JSON.parse(messageEvent(facts, stamp, "progress", "RYG0MeicPHcCA_A=", '{"action":"progress"}', {}))
  expect(Object.keys(event).sort()).toEqual(["body", "isBase64Encoded", "requestContext"])
  expect(Object.keys(event.requestContext).sort()).toEqual([...commonKeys, "messageId"].sort())
  expect(event).toMatchObject({ body: '{"action":"progress"}', isBase64Encoded: false })
})

test("a $disconnect event has four odd headers, a code and a reason", () => {
  const event = JSON.parse(disconnectEvent(facts, stamp, { code: 1001, reason: "" }, {}))
  expect(Object.keys(event).sort()).toEqual(["headers", "isBase64Encoded", "multiValueHeaders", "requestContext"])
  expect(event.headers).toEqual({ Host: facts.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" })
  expect(event.requestContext).toMatchObject({
    disconnectStatusCode: 1001,
    disconnectReason: "",
    eventType: "DISCONNECT",
  })
})

test("an authorizer's context is in every event, its latency in the first only", () => {
  const authorized = { ...facts, authorizer: { principalId: "me", tenant: "7" } }
  expect(JSON.parse(connectEvent(authorized, stamp, request, {}, 12)).requestContext.authorizer).toEqual({
    principalId: "me",
    tenant: "7",
    integrationLatency: 12,
  })
  for (const text of [
    messageEvent(authorized, stamp, "progress", "m", "{}", {}),
    disconnectEvent(authorized, stamp, { code: 1005, reason: "" }, {}),
  ]) {
    expect(JSON.parse(text).requestContext.authorizer).toEqual({ principalId: "me", tenant: "7" })
  }
})

test("an authorizer's own event keeps the hop headers and always has its maps", () => {
  const event = JSON.parse(
    authorizerEvent(facts, stamp, request, {}, "arn:aws:execute-api:r:a:asasasdwe2/dev/$connect"),
  )
  expect(event).toMatchObject({ type: "REQUEST", stageVariables: {}, queryStringParameters: {} })
  expect(event.headers).toMatchObject({ Connection: "Upgrade", Upgrade: "websocket" })
  expect("body" in event || "isBase64Encoded" in event).toBe(false)
})
