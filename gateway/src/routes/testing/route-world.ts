// A WebSocket stage with the ports of its routes for tests, which choose the routes and what their functions return.
import { Connection, type ConnectionFacts } from "../../connections/connection.ts"
import { createIds } from "../../connections/ids.ts"
import type { AuthorizerDefinition, RouteDefinition, StageDefinition } from "../../definition/api.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import type { LogFields } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas, type Quotas } from "../../foundation/quotas.ts"
import type { RoutePorts } from "../ports.ts"
import { createAccountThrottle } from "../throttling/account.ts"
import { createWebSocketApi } from "../websocket/api-runtime.ts"
import { noFaults } from "./no-faults.ts"
import { testEnvironment } from "./test-environment.ts"

export const origin = { logicalId: "Thing", stackName: "test" }

export type Logged = { level: "info" | "warn" | "error"; event: string; fields: LogFields | undefined }

export type WorldOptions = {
  routes?: RouteDefinition[]
  authorizers?: Record<string, AuthorizerDefinition>
  apiKeySelectionExpression?: string
  stage?: Partial<StageDefinition>
  quotas?: Partial<Quotas>
  /** The result of every function. */
  invoke?(functionArn: string, payload: string): Promise<InvocationResult>
  ports?: Partial<RoutePorts>
}

export const facts: ConnectionFacts = {
  connectionId: "AAAAAAAAAAACAAA=",
  apiId: "api",
  stageName: "dev",
  domainName: "api.example",
  connectedAt: 1_700_000_000_000,
  identity: { sourceIp: "127.0.0.1", userAgent: "agent" },
}

/** A route whose function has the ARN `arn:aws:lambda:eu-west-1:123456789012:function:{route key}`. */
export function routeOf(routeKey: string, changes: Partial<RouteDefinition> = {}): RouteDefinition {
  return {
    ...origin,
    routeKey,
    authorizationType: "NONE",
    apiKeyRequired: false,
    returnsResponse: true,
    integration: {
      ...origin,
      type: "AWS_PROXY",
      uri: `uri of ${routeKey}`,
      functionArn: arnOf(routeKey),
      timeoutMs: 29_000,
    },
    ...changes,
  }
}

export function arnOf(functionName: string): string {
  return `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`
}

export function answered(result: unknown): InvocationResult {
  return { outcome: "responded", requestId: "run", payload: JSON.stringify(result) }
}

export function createWorld(options: WorldOptions = {}) {
  const clock = new ManualClock()
  const quotas = { ...awsQuotas, ...options.quotas }
  const logged: Logged[] = []
  const records: TransactionRecord[] = []
  const invocations: { functionArn: string; event: unknown; functionRequestId: string | undefined }[] = []
  const log = (level: Logged["level"]) => (event: string, fields?: LogFields) =>
    void logged.push({ level, event, fields })
  const unused = () => {
    throw new Error("This test does not use this port")
  }
  const ports: RoutePorts = {
    clock,
    quotas,
    ids: createIds(clock.now, 1),
    account: createAccountThrottle({ clock, quotas }),
    log: { info: log("info"), warn: log("warn"), error: log("error") },
    steadyClock: clock,
    faults: noFaults,
    async invoke(functionArn, payload, { functionRequestId }) {
      invocations.push({ functionArn, event: JSON.parse(payload), functionRequestId })
      return options.invoke?.(functionArn, payload) ?? answered({ statusCode: 200 })
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
  const routes = (options.routes ?? [routeOf("$default")]).map((route) => [route.routeKey, route] as const)
  const api = createWebSocketApi(
    {
      ...origin,
      apiId: "api",
      environment: testEnvironment,
      routeSelectionExpression: "$request.body.action",
      ...(options.apiKeySelectionExpression && { apiKeySelectionExpression: options.apiKeySelectionExpression }),
      deployments: { d: { ...origin, deploymentId: "d", routes: Object.fromEntries(routes) } },
      stages: [
        {
          ...origin,
          stageName: "dev",
          deploymentId: "d",
          variables: {},
          defaultRouteSettings: {},
          routeSettings: {},
          ...options.stage,
        },
      ],
      authorizers: options.authorizers ?? {},
    },
    { clock, quotas },
  )
  const stage = api.stages.get("dev")
  if (!stage) throw new Error("The stage is missing.")
  const socket = { send() {}, close() {}, bufferedBytes: () => 0 }
  const connection = new Connection({ ...facts, connectedAt: clock.now() }, socket, { clock, quotas })
  return { clock, ports, stage, connection, logged, records, invocations }
}
