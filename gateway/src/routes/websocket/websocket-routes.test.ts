// Bugs and hostile names on the routes of a WebSocket API.
import { expect, test } from "vitest"
import { Connection } from "../../connections/connection.ts"
import { ConnectionStore } from "../../connections/connection-store.ts"
import { createIds } from "../../connections/ids.ts"
import type { AuthorizerDefinition, RouteDefinition, WebSocketApiDefinition } from "../../definition/api.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import { type LogFields, silentLog } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas } from "../../foundation/quotas.ts"
import type { RoutePorts } from "../ports.ts"
import { noFaults } from "../testing/no-faults.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { createAccountThrottle } from "../throttling/account.ts"
import { createWebSocketApi, type WebSocketStageRuntime } from "./api-runtime.ts"
import type { Handshake } from "./connect.ts"
import { createWebSocketRoutes } from "./websocket-routes.ts"

const origin = { logicalId: "Thing", stackName: "test" }

const route = (routeKey: string, authorizerId?: string): RouteDefinition => ({
  ...origin,
  routeKey,
  authorizationType: authorizerId === undefined ? "NONE" : "CUSTOM",
  ...(authorizerId !== undefined && { authorizerId }),
  apiKeyRequired: false,
  returnsResponse: true,
  integration: {
    ...origin,
    type: "AWS_PROXY",
    uri: "",
    functionArn: routeKey,
    timeoutMs: 29_000,
  },
})

function start(options: { identitySource?: string[]; ports?: Partial<RoutePorts> } = {}) {
  const { identitySource } = options
  const authorizer: AuthorizerDefinition = {
    ...origin,
    authorizerId: "a",
    functionArn: "authorizer",
    identitySource: identitySource ?? [],
  }
  const keys = ["$disconnect", "$default"].map((key) => [key, route(key)] as const)
  const api: WebSocketApiDefinition = {
    ...origin,
    apiId: "api",
    environment: testEnvironment,
    routeSelectionExpression: "$request.body.action",
    deployments: {
      d: {
        ...origin,
        deploymentId: "d",
        routes: { ...Object.fromEntries(keys), $connect: route("$connect", identitySource && "a") },
      },
    },
    stages: [
      { ...origin, stageName: "dev", deploymentId: "d", variables: {}, defaultRouteSettings: {}, routeSettings: {} },
    ],
    authorizers: { a: authorizer },
  }
  const clock = new ManualClock()
  const quotas = awsQuotas
  const logged: { event: string; fields: LogFields | undefined }[] = []
  const records: TransactionRecord[] = []
  const invoked: string[] = []
  const unused = () => {
    throw new Error("This test does not use this port")
  }
  const ports: RoutePorts = {
    clock,
    steadyClock: clock,
    faults: noFaults,
    quotas,
    ids: createIds(clock.now, 1),
    account: createAccountThrottle({ clock, quotas }),
    log: { ...silentLog, error: (event, fields) => void logged.push({ event, fields }) },
    async invoke(functionArn) {
      invoked.push(functionArn)
      throw new Error("a bug")
    },
    invokeAsync: unused,
    sendRequest: unused,
    callService: unused,
    findKey: unused,
    mayInvoke: () => ({ allowed: true }),
    mayInvokeAuthorizer: () => ({ allowed: true }),
    mayCallRoute: unused,
    mayInvokeUrl: unused,
    useApiKey: unused,
    evaluatePolicy: unused,
    record: (record) => void records.push(record),
    ...options.ports,
  }
  const stage = createWebSocketApi(api, { clock, quotas }).stages.get("dev") as WebSocketStageRuntime
  const routes = createWebSocketRoutes({ ports, connections: new ConnectionStore(), findStage: () => stage })

  function handshake(changes: Partial<Handshake> = {}) {
    return routes.connect(stage, {
      headers: {},
      multiValueHeaders: {},
      identity: { sourceIp: "127.0.0.1" },
      domainName: "api.example",
      signed: () => ({ method: "GET", path: "/dev", query: "", headers: {} }),
      ...changes,
    })
  }
  function openConnection(): Connection {
    const facts = {
      connectionId: "c=",
      apiId: "api",
      stageName: "dev",
      domainName: "api.example",
      connectedAt: clock.now(),
      identity: { sourceIp: "127.0.0.1" },
    }
    const socket = {
      send() {},
      close: (code: number) => connection.socketClosed(code, ""),
      bufferedBytes: () => 0,
    }
    const connection: Connection = new Connection(facts, socket, { clock, quotas })
    routes.lifecycle.begin(connection)
    return connection
  }
  return { routes, handshake, openConnection, logged, records, invoked }
}

test("a bug in $connect rejects the handshake with 500 and is logged with the ids", async () => {
  const { handshake, logged, records } = start()
  const outcome = await handshake()
  expect(outcome).toMatchObject({ outcome: "rejected", status: 500 })
  const requestId = records[0]?.context.requestId
  expect(outcome.outcome === "rejected" && JSON.parse(outcome.body)).toMatchObject({
    message: "Internal server error",
    requestId,
  })
  expect(records).toMatchObject([{ eventType: "CONNECT", blame: "execution", context: { status: 500 } }])
  expect(logged).toMatchObject([{ event: "Event failed", fields: { apiId: "api", routeKey: "$connect", requestId } }])
  expect(logged[0]?.fields?.message).toContain("Error: a bug")
})

test("a bug in a message's route rejects and is logged with the ids", async () => {
  const { routes, openConnection, logged } = start()
  await expect(routes.message(openConnection(), "{}")).rejects.toThrow("a bug")
  expect(logged).toMatchObject([
    { event: "Event failed", fields: { apiId: "api", stage: "dev", routeKey: "$default", connectionId: "c=" } },
  ])
})

test("a bug in $disconnect is logged with the ids, and closing all connections still ends", async () => {
  const { routes, openConnection, logged } = start()
  openConnection()
  await routes.lifecycle.closeAll(1001, "Going away")
  expect(logged).toMatchObject([{ event: "Event failed", fields: { routeKey: "$disconnect", connectionId: "c=" } }])
})

test.each([
  "route.request.querystring.constructor",
  "route.request.querystring.__proto__",
  "route.request.header.hasOwnProperty",
  "stageVariables.toString",
  "context.constructor",
])("an identity source %s that the handshake lacks is 401, and the authorizer is not invoked", async (source) => {
  const { handshake, invoked } = start({ identitySource: [source] })
  const outcome = await handshake({ queryStringParameters: { other: "1" } })
  expect(outcome).toMatchObject({ outcome: "rejected", status: 401 })
  expect(invoked).toEqual([])
})

test("an identity source that the handshake has invokes the authorizer", async () => {
  const { handshake, invoked } = start({ identitySource: ["route.request.querystring.constructor"] })
  await handshake({ queryStringParameters: Object.assign(Object.create(null), { constructor: "1" }) })
  expect(invoked).toEqual(["authorizer"])
})
