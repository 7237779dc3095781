// Compares generated histories of connections with a model: every accepted connection has exactly one `$disconnect`, a
// rejected handshake has none, and no timer and no connection is left.
import fc from "fast-check"
import { expect, test } from "vitest"
import { runs } from "../../../../tests/testing/runs.ts"
import { Connection } from "../../connections/connection.ts"
import { ConnectionStore } from "../../connections/connection-store.ts"
import { createIds } from "../../connections/ids.ts"
import type { RouteDefinition, WebSocketApiDefinition } from "../../definition/api.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import { silentLog } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas } from "../../foundation/quotas.ts"
import type { RoutePorts } from "../ports.ts"
import { noFaults } from "../testing/no-faults.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { createAccountThrottle } from "../throttling/account.ts"
import { createWebSocketApi } from "./api-runtime.ts"
import { connect } from "./connect.ts"
import { createConnectionLifecycle } from "./connection-lifecycle.ts"
import { handleMessage } from "./message.ts"

const MINUTE = 60_000
const origin = { logicalId: "Thing", stackName: "test" }

const route = (routeKey: string): RouteDefinition => ({
  ...origin,
  routeKey,
  authorizationType: "NONE",
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

const api: WebSocketApiDefinition = {
  ...origin,
  apiId: "api",
  environment: testEnvironment,
  routeSelectionExpression: "$request.body.action",
  deployments: {
    d: {
      ...origin,
      deploymentId: "d",
      routes: Object.fromEntries(["$connect", "$disconnect", "$default"].map((key) => [key, route(key)])),
    },
  },
  stages: [
    { ...origin, stageName: "dev", deploymentId: "d", variables: {}, defaultRouteSettings: {}, routeSettings: {} },
  ],
  authorizers: {},
}

type DisconnectEvent = { requestContext: { connectionId: string; disconnectStatusCode?: number } }

function startWorld() {
  const clock = new ManualClock()
  const quotas = { ...awsQuotas, newConnectionsPerSecond: 1e6, accountRateLimit: 1e6, accountBurstLimit: 1e6 }
  const options = { clock, quotas }
  const disconnected: DisconnectEvent["requestContext"][] = []
  let connectResult: InvocationResult = { outcome: "responded", requestId: "run", payload: '{"statusCode":200}' }
  const never = () => {
    throw new Error("This test does not use this port")
  }
  const ports: RoutePorts = {
    clock,
    steadyClock: clock,
    faults: noFaults,
    quotas,
    ids: createIds(() => clock.now(), 1),
    account: createAccountThrottle(options),
    log: silentLog,
    async invoke(functionArn, payload) {
      if (functionArn === "$connect") return connectResult
      if (functionArn === "$disconnect") disconnected.push((JSON.parse(payload) as DisconnectEvent).requestContext)
      return { outcome: "responded", requestId: "run", payload: '{"statusCode":200,"body":"response"}' }
    },
    invokeAsync: never,
    sendRequest: never,
    callService: never,
    findKey: never,
    mayInvoke: () => ({ allowed: true }),
    mayInvokeAuthorizer: never,
    mayCallRoute: never,
    mayInvokeUrl: never,
    useApiKey: never,
    evaluatePolicy: never,
    record: () => {},
  }
  const stage = createWebSocketApi(api, options).stages.get("dev")
  if (!stage) throw new Error("The stage is missing")
  const store = new ConnectionStore()
  const lifecycle = createConnectionLifecycle(store, () => stage, ports)

  async function handshake(result: InvocationResult): Promise<Connection | undefined> {
    connectResult = result
    const headers = { Host: "api.example" }
    const signed = () => ({ method: "GET", path: "/dev", query: "", headers: {} })
    const request = {
      headers,
      multiValueHeaders: {},
      identity: { sourceIp: "127.0.0.1" },
      domainName: "api.example",
      signed,
    }
    const outcome = await connect(stage as NonNullable<typeof stage>, request, ports)
    if (outcome.outcome === "rejected") return undefined
    const socket = {
      send() {},
      // A client that responds to a close frame at once.
      close: (code: number) => connection.socketClosed(code, ""),
      bufferedBytes: () => 0,
    }
    const connection: Connection = new Connection(outcome.facts, socket, options)
    lifecycle.begin(connection)
    return connection
  }
  const say = (connection: Connection, text: string) => handleMessage({ stage, connection, text }, ports)
  return { clock, store, lifecycle, disconnected, handshake, say }
}

/** Results of `$connect`: accepted, rejected by the function, malformed, failed, throttled. */
const connectResults: InvocationResult[] = [
  { outcome: "responded", requestId: "run", payload: '{"statusCode":200}' },
  { outcome: "responded", requestId: "run", payload: '{"statusCode":403}' },
  { outcome: "responded", requestId: "run", payload: "null" },
  { outcome: "function-error", requestId: "run", payload: "{}", errorType: "Error", errorMessage: "it broke" },
  { outcome: "throttled", requestId: "run" },
]

type Step =
  | { do: "open"; result: InvocationResult }
  | { do: "say" | "post" | "delete" | "hang-up" | "vanish"; which: number }
  | { do: "advance"; ms: number }

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("open" as const),
    result: fc.constantFrom(connectResults[0] as InvocationResult, ...connectResults),
  }),
  fc.record({
    do: fc.constantFrom("say" as const, "post" as const, "delete" as const, "hang-up" as const, "vanish" as const),
    which: fc.nat({ max: 4 }),
  }),
  fc.record({ do: fc.constant("advance" as const), ms: fc.nat({ max: 30 * MINUTE }) }),
)

const codes = { delete: 1000, "hang-up": 1005, vanish: 1006 } as const

test("$disconnect runs exactly once for every accepted connection, and never for a rejected handshake", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (history) => {
      const { clock, store, lifecycle, disconnected, handshake, say } = startWorld()
      const model: { connection: Connection; code?: number; lastAt: number; openedAt: number }[] = []
      for (const step of history) {
        if (step.do === "open") {
          const connection = await handshake(step.result)
          expect(connection !== undefined).toBe(step.result === connectResults[0])
          if (connection) model.push({ connection, lastAt: clock.now(), openedAt: clock.now() })
        } else if (step.do === "advance") {
          clock.advance(step.ms)
          for (const life of model) {
            const end = Math.min(life.lastAt + 10 * MINUTE, life.openedAt + 120 * MINUTE)
            if (end <= clock.now()) life.code ??= 1001
          }
        } else {
          const life = model[step.which]
          if (!life) continue
          const { connection } = life
          if (step.do === "say" && connection.isOpen) {
            connection.touch()
            expect(await say(connection, "hello")).toBe("response")
            life.lastAt = clock.now()
          }
          if (step.do === "post") {
            expect(connection.send("x")).toBe(life.code === undefined ? "sent" : "gone")
            if (life.code === undefined) life.lastAt = clock.now()
          }
          if (step.do === "delete") connection.close(codes.delete, "Connection Closed Normally")
          if (step.do === "hang-up" || step.do === "vanish") connection.socketClosed(codes[step.do], "")
          if (step.do in codes) life.code ??= codes[step.do as keyof typeof codes]
        }
        for (const { connection, code } of model) {
          expect(store.find("api", connection.facts.connectionId) === undefined).toBe(code !== undefined)
        }
      }
      await lifecycle.closeAll(1001, "Going away")
      const reported = disconnected.map(
        ({ connectionId, disconnectStatusCode }) => `${connectionId} ${disconnectStatusCode}`,
      )
      const expected = model.map(({ connection, code = 1001 }) => `${connection.facts.connectionId} ${code}`)
      expect(reported.toSorted()).toEqual(expected.toSorted())
      expect(store.size).toBe(0)
      expect(clock.pending).toBe(0)
    }),
    { numRuns: runs(2000) },
  )
})
