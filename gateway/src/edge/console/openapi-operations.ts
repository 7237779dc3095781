// The operations of the console's API for its OpenAPI document.
import { choice, json, list, number, type Operation, object, type Schema, text, time, whole } from "./openapi-schema.ts"

const closeCode = {
  ...whole,
  description: "1000 to 1014 without 1004 to 1006, or 3000 to 4999. Default: 1000.",
}
const clock = { now: time("The gateway's clock."), movedMs: { ...number, description: "How far it was moved in all." } }

const connection = object(
  {
    connectionId: text,
    apiId: text,
    stageName: text,
    connectedAt: time("When the handshake was accepted."),
    lastActiveAt: time("When the last message was received or sent."),
    idleAt: time("When the idle timeout ends."),
    lifetimeAt: time("When the lifetime ends."),
    sourceIp: text,
    userAgent: text,
    authorizer: { ...json, description: "The context that the authorizer returned." },
    messagesIn: whole,
    bytesIn: whole,
    messagesOut: whole,
    bytesOut: whole,
  },
  ["userAgent", "authorizer"],
)

const faultFields: Readonly<Record<string, Schema>> = {
  effect: {
    ...choice(
      "drop",
      "close",
      "delay",
      "duplicate",
      "gone",
      "limit-exceeded",
      "function-error",
      "function-delay",
      "function-cold-start",
      "function-throttle",
      "skip-disconnect",
    ),
    description:
      "drop: no close frame. gone, limit-exceeded: @connections responds with 410, 429. skip-disconnect: $disconnect does not run.",
  },
  on: {
    ...choice("message", "push", "now"),
    description:
      "For drop, close and delay: when a message arrives (default), when a frame is sent to the client, at once.",
  },
  code: { ...whole, description: "The close code, for close." },
  delayMs: { ...number, description: "For delay and function-delay." },
  errorType: { ...text, description: "For function-error." },
  errorMessage: { ...text, description: "For function-error." },
  connectionId: text,
  routeKey: text,
  functionName: { ...text, description: "The name or the logical id of a function." },
  probability: { ...number, minimum: 0, maximum: 1, description: "Default: 1." },
  count: { ...whole, minimum: 1, description: "It is removed after this many injections." },
  expiresAfterMs: { ...number, description: "It is removed after this time on the gateway's clock." },
}
const optionalFaultFields = Object.keys(faultFields).filter((name) => name !== "effect")
const activeFault = object(
  {
    ...faultFields,
    faultId: text,
    description: text,
    injections: { ...whole, description: "How often it was injected." },
    expiresAt: time("When it expires."),
  },
  [...optionalFaultFields, "expiresAt"],
)

export const operations: readonly Operation[] = [
  {
    route: "GET /openapi.json",
    summary: "This document",
    response: object({ openapi: text, info: json, servers: list(json), paths: json, components: json }),
  },
  {
    route: "GET /entries",
    summary: "Entries of the history as a whole, of which the stream of events sent summaries",
    query: { ids: "The ids, separated by commas, at most 200. Those that are no longer kept are left out." },
    response: object({ entries: list(json) }),
  },
  {
    route: "GET /connections",
    summary: "The open connections, the newest first",
    response: object({ now: clock.now, total: whole, connections: list(connection) }),
  },
  {
    route: "POST /connections/close",
    summary: "Closes one connection, or all without a connectionId",
    body: object({ connectionId: text, code: closeCode, reason: text }, ["connectionId", "code", "reason"]),
    response: object({ closed: whole }),
  },
  {
    route: "POST /management",
    summary: "Calls @connections as the administrator, or as a role of the template",
    body: object(
      {
        apiId: text,
        stageName: text,
        method: choice("POST", "GET", "DELETE"),
        connectionId: text,
        role: { ...text, description: "The logical id of a role." },
        text: { ...text, description: "What a POST sends." },
      },
      ["role", "text"],
    ),
    response: object({ requestId: text, status: whole, body: text, errorType: text, message: text }, [
      "body",
      "errorType",
      "message",
    ]),
  },
  {
    route: "POST /clients",
    summary: "Opens a WebSocket client to a stage of this gateway",
    body: object({ url: text, query: text, headers: json, protocols: list(text) }, ["query", "headers", "protocols"]),
    response: object(
      {
        outcome: choice("open", "rejected"),
        clientId: text,
        protocol: text,
        userAgent: text,
        status: whole,
        headers: json,
        body: text,
      },
      ["clientId", "protocol", "userAgent", "status", "headers", "body"],
    ),
  },
  {
    route: "POST /clients/send",
    summary: "Sends a text frame from a client",
    body: object({ clientId: text, text }),
    response: json,
  },
  {
    route: "POST /clients/close",
    summary: "Closes a client",
    body: object({ clientId: text, code: closeCode, reason: text }, ["code", "reason"]),
    response: json,
  },
  {
    route: "GET /deployment",
    summary: "What is deployed, and what is not served",
    response: object({
      outputs: json,
      stages: list(json),
      apis: list(json),
      functionUrls: list(json),
      customDomains: list(json),
      functions: list(json),
      roles: list(json),
      tables: list(json),
      buckets: list(json),
      queues: list(json),
      eventSources: list(json),
      notServed: list(json),
    }),
  },
  {
    route: "GET /metrics",
    summary: "The metrics of this run by name and dimensions",
    response: object({
      series: list(
        object({
          namespace: text,
          name: text,
          dimensions: { ...list(list(text)), description: "Pairs of name and value." },
          sum: number,
          sampleCount: whole,
          maximum: number,
        }),
      ),
    }),
  },
  {
    route: "GET /faults",
    summary: "The faults that are set, and the clock",
    response: object({ ...clock, faults: list(activeFault) }),
  },
  {
    route: "POST /faults",
    summary: "Sets a fault. One that happens now is injected and not kept",
    body: object(faultFields, optionalFaultFields),
    response: activeFault,
  },
  {
    route: "POST /faults/remove",
    summary: "Removes one fault, or all without a faultId",
    body: object({ faultId: text }, ["faultId"]),
    response: object({ removed: whole }),
  },
  { route: "GET /clock", summary: "The gateway's clock", response: object(clock) },
  {
    route: "POST /clock/advance",
    summary:
      "Moves the clock forward: idle timeouts, lifetimes, throttles and retries react. Functions keep their Date",
    body: object({ ms: { ...number, exclusiveMinimum: 0 } }),
    response: object(clock),
  },
  {
    route: "POST /invocations",
    summary: "Invokes a function with an event, to replay an invocation",
    body: object({ functionName: text, event: { ...text, description: "The event as JSON text." } }),
    response: object(
      {
        outcome: choice("responded", "function-error", "throttled", "not-found"),
        requestId: text,
        payload: text,
        errorType: text,
        errorMessage: text,
      },
      ["payload", "errorType", "errorMessage"],
    ),
  },
]
