// The small parts of the console's state: filter, metrics, addresses, formats and grants.
import { describe, expect, test } from "vitest"
import { type Deployment, isForPolling, isObserved, type Role, usesOf } from "./deployment.ts"
import type { EventEntry, ServiceEntry } from "./entry.ts"
import { emptyFilter, matches } from "./filter.ts"
import { bytes, duration, pretty, readableLine } from "./format.ts"
import { hashOf, readPlace } from "./hash.ts"
import { createMetrics, percentile } from "./metrics.ts"
import { sampleEvent } from "./testing/sample-event.ts"
import { createTimeline } from "./timeline.ts"

const event: EventEntry = {
  ...sampleEvent,
  frame: '{"action":"chat","text":"it\'s"}',
  responseFrame: '{"status":"ok","requestId":"x"}',
  integration: "arn:aws:lambda:us-east-1:0:function:f/invocations",
}
const serviceCall: ServiceEntry = {
  id: 2,
  time: 10_005,
  kind: "service",
  service: "dynamodb",
  operation: "PutItem",
  resource: "documents",
  durationMs: 3,
  status: 200,
  decisions: [],
  input: '{"TableName":"documents"}',
}

function rowOf(entry: EventEntry | ServiceEntry) {
  return createTimeline().add(entry)
}

test.each([
  [{}, true],
  [{ text: "IT'S" }, true],
  [{ text: "other" }, false],
  [{ text: "200" }, true],
  [{ connection: "c1" }, true],
  [{ connection: "c2" }, false],
  [{ route: "chat" }, true],
  [{ route: "ping" }, false],
  [{ functionName: "f" }, true],
  [{ functionName: "g" }, false],
  [{ kind: "message" }, true],
  [{ kind: "call" }, false],
  [{ outcome: "ok" }, true],
  [{ outcome: "failed" }, false],
])("the filter %j shows a message: %s", (change, isShown) => {
  expect(matches(rowOf(event), { ...emptyFilter, ...change })).toBe(isShown)
})

test("metrics count by second and by route, and have percentiles", () => {
  const metrics = createMetrics()
  for (const durationMs of [10, 20, 90]) metrics.add({ ...event, durationMs })
  metrics.add({ ...event, status: 500, failure: "it failed" })
  metrics.add({ ...event, eventType: "CONNECTION_API", routeKey: "POST" })
  const seconds = metrics.seconds(11_000, 3)
  expect(seconds.map(({ messages, pushes, errors }) => [messages, pushes, errors])).toEqual([
    [0, 0, 0],
    [4, 1, 1],
    [0, 0, 0],
  ])
  expect(metrics.routes()).toMatchObject([
    { label: "chat", count: 4, errors: 1 },
    { label: "POST", count: 1 },
  ])
  expect(percentile([3, 1, 2], 0.5)).toBe(2)
  expect(percentile([], 0.5)).toBeUndefined()
})

test("the address has the view and the item, whatever characters it has", () => {
  expect(readPlace(hashOf("connections", "a/b=="))).toEqual({ view: "connections", item: "a/b==" })
  expect(readPlace(hashOf("metrics"))).toEqual({ view: "metrics", item: undefined })
  expect(readPlace("#/unknown")).toEqual({ view: "timeline", item: undefined })
})

test("payloads, log lines, sizes and times are formatted", () => {
  expect(pretty('{"a":"x\\ny"}')).toBe('{\n  "a": [\n    "x",\n    "y"\n  ]\n}')
  expect(pretty("no JSON")).toBe("no JSON")
  expect(readableLine("2026-01-01T00:00:00.000Z\tid\tINFO\thello")).toBe("INFO  hello")
  expect([bytes(10), bytes(2048), bytes(3 * 1024 ** 2)]).toEqual(["10 B", "2.0 KB", "3.0 MB"])
  expect([duration(4000), duration(552_000), duration(7_140_000)]).toEqual(["4 s", "9 min 12 s", "1 h 59 min"])
})

test("sizes and times change their unit at the next larger one", () => {
  expect([1023, 1024, 1024 ** 2 - 1, 1024 ** 2].map(bytes)).toEqual(["1023 B", "1.0 KB", "1024.0 KB", "1.0 MB"])
  const durations = [-1, 999, 59_999, 60_000, 3_599_999, 3_600_000].map(duration)
  expect(durations).toEqual(["0 s", "0 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min"])
})

test("the metrics of a second count each kind of event, and latencies of messages and requests only", () => {
  const metrics = createMetrics()
  const types = ["MESSAGE", "CONNECT", "CONNECT", "HTTP", "CONNECTION_API", "DISCONNECT"] as const
  for (const eventType of types) metrics.add({ ...event, eventType, durationMs: 5 })
  metrics.add({ ...event, eventType: "HTTP", status: 429, durationMs: 7 })
  metrics.add({ ...event, eventType: "HTTP", status: 499, durationMs: 8 })
  metrics.add({ ...event, eventType: "HTTP", status: 500, durationMs: 9 })
  const [empty, second] = metrics.seconds(10_999, 2)
  expect(second).toEqual({
    second: 10,
    messages: 1,
    pushes: 1,
    handshakes: 2,
    requests: 4,
    errors: 1,
    throttles: 1,
    latencies: [5, 5, 7, 8, 9],
  })
  expect(empty).toEqual({
    second: 9,
    messages: 0,
    pushes: 0,
    handshakes: 0,
    requests: 0,
    errors: 0,
    throttles: 0,
    latencies: [],
  })
})

test("the routes of the metrics are sorted by how often they were used", () => {
  const metrics = createMetrics()
  for (const routeKey of ["one", "three", "two", "three", "two", "three"]) metrics.add({ ...event, routeKey })
  expect(metrics.routes().map(({ label, count }) => [label, count])).toEqual([
    ["three", 3],
    ["two", 2],
    ["one", 1],
  ])
})

test("texts of several lines are lists of lines, also within lists", () => {
  expect(JSON.parse(pretty('{"errors":[{"stack":"a\\nb"},"c\\nd","e"],"none":null}'))).toEqual({
    errors: [{ stack: ["a", "b"] }, ["c", "d"], "e"],
    none: null,
  })
})

test("metrics of more than 15 minutes are dropped, the oldest first", () => {
  const metrics = createMetrics()
  for (let second = 0; second <= 900; second++) metrics.add({ ...event, time: second * 1000, durationMs: 0 })
  const kept = metrics.seconds(900_000, 901).map(({ messages }) => messages)
  expect([kept[0], kept[1], kept[900]]).toEqual([0, 1, 1])
})

test("a route keeps its 2000 newest latencies, and an event without one is counted as such", () => {
  const metrics = createMetrics()
  for (let count = 0; count < 2001; count++) metrics.add({ ...event, durationMs: count === 2000 ? 9 : 1 })
  const { routeKey: _, ...bare } = event
  metrics.add(bare)
  const [chat, other] = metrics.routes()
  expect([chat?.latencies.length, chat?.latencies.filter((one) => one === 9).length]).toEqual([2000, 1])
  expect(other).toMatchObject({ label: "no route", count: 1 })
})

test.each([
  [0, 1],
  [0.5, 3],
  [0.99, 4],
  [1, 4],
])("the percentile %d of 1 to 4 is %d", (share, value) => {
  expect(percentile([4, 2, 3, 1], share)).toBe(value)
})

describe("a grant", () => {
  const grant = { policy: "p", effect: "Allow" as const, notActions: [], resources: ["*"], notResources: [] }
  const role = {
    logicalId: "Role",
    roleName: "role-name",
    functions: ["Poller"],
    grants: [
      { ...grant, index: 0, actions: ["execute-api:ManageConnections"] },
      { ...grant, index: 1, actions: ["dynamodb:*"] },
      { ...grant, index: 2, actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"] },
      { ...grant, index: 3, actions: ["logs:PutLogEvents"] },
    ],
  } as unknown as Role
  const route = { routeKey: "chat", integration: { role: "Role" } }
  const deployment = {
    apis: [{ apiId: "api", stages: [{ stageName: "dev", routes: [route] }] }],
    eventSources: [{ functionId: "Poller" }],
  } as unknown as Deployment
  const signer = "arn:aws:sts::1:assumed-role/role-name/f"
  const by = (index: number) => ({ policyName: "p", index, policyType: "identity-based" as const })

  test("is used when its statement allowed a call of its role", () => {
    const call: EventEntry = { ...event, eventType: "CONNECTION_API", routeKey: "POST /", signer, allowedBy: by(0) }
    const decision = { action: "dynamodb:PutItem", resource: "documents", allowed: true, statement: by(1) }
    const rows = [
      rowOf(call),
      rowOf({ ...call, signer: "arn:aws:sts::1:assumed-role/role/f" }),
      rowOf({ ...serviceCall, signer, decisions: [decision, { ...decision, allowed: false }] }),
      rowOf({ ...event, allowedBy: by(4) }),
      rowOf({ ...event, routeKey: "other", allowedBy: by(5) }),
    ]
    const { uses, actions } = usesOf(role, rows, deployment)
    expect(Object.fromEntries(uses)).toEqual({ "p 0": 1, "p 1": 1, "p 4": 1, p: 3 })
    expect(Object.fromEntries(actions)).toEqual({
      "execute-api:ManageConnections": 1,
      "dynamodb:PutItem": 1,
      "lambda:InvokeFunction": 1,
    })
  })

  test("that Lambda polls a queue with is not reported as unused", () => {
    expect(role.grants.map((one) => isForPolling(one, role, deployment))).toEqual([false, false, true, false])
    expect(isForPolling(role.grants[2]!, { ...role, functions: [] }, deployment)).toBe(false)
    expect(role.grants.map(isObserved)).toEqual([true, true, true, false])
  })
})
