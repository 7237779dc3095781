// Starts a gateway for one test, and keeps what happens in it for assertions.
import type { TransactionRecord } from "../src/definition/record.ts"
import { startGateway as start } from "../src/gateway.ts"
import type { Gateway, GatewayOptions } from "../src/gateway-options.ts"
import type { GatewayEvent } from "../src/observe/gateway-event.ts"

/** One run of a route: the event that its integration received and the result that it returned, parsed. */
export type RouteInvocation = {
  routeKey: string | undefined
  status: number | string | undefined
  event: unknown
  result: unknown
}

export type TestGateway = Gateway & {
  /** Every event so far, in order. */
  readonly events: readonly GatewayEvent[]
  /** The URL of a WebSocket API's stage; the only one unless its API's logical id or `{logical id}/{stage}` is given. */
  webSocketUrl(api?: string): string
  /** The URL of an HTTP API; the only one unless its logical id is given. */
  httpUrl(api?: string): string
  /** Lines of the stages' access logs. A line of JSON is parsed. */
  accessLog(): unknown[]
  /** What functions wrote to their logs, optionally of one function. */
  logs(functionName?: string): string[]
  /** Runs of routes, optionally of one route key. */
  invocations(routeKey?: string): RouteInvocation[]
  /** Resolves with the first event, past or future, that matches. */
  untilEvent(matches: (event: GatewayEvent) => boolean): Promise<GatewayEvent>
}

/**
 * Starts a gateway on free ports. Use `await using`, or call `close`.
 * @throws GatewayError for a source that cannot be served
 */
export async function startGateway(options: GatewayOptions): Promise<TestGateway> {
  const events: GatewayEvent[] = []
  const records: TransactionRecord[] = []
  const waiting = new Set<() => void>()
  const gateway = await start({
    ...options,
    onEvent(event) {
      events.push(event)
      options.onEvent?.(event)
      for (const check of waiting) check()
    },
    onRecord(record) {
      records.push(record)
      options.onRecord?.(record)
    },
  })

  function urlOf(protocol: "WEBSOCKET" | "HTTP", wanted: string | undefined): string {
    // REST APIs are HTTP as well.
    const isWanted = (one: string) => (one === "WEBSOCKET") === (protocol === "WEBSOCKET")
    const stages = gateway.stages().filter((stage) => isWanted(stage.protocol))
    const found = stages.filter(
      ({ logicalId, stageName }) =>
        wanted === undefined || wanted === logicalId || wanted === `${logicalId}/${stageName}`,
    )
    const [first] = found
    if (first && found.length === 1) return first.url
    const known = stages.map(({ logicalId, stageName }) => `${logicalId}/${stageName}`).join(", ")
    const problem = wanted === undefined ? "Which stage?" : `"${wanted}" does not name one stage.`
    throw new Error(`${problem} The template has these ${protocol} stages: ${known || "none"}.`)
  }

  return {
    ...gateway,
    events,
    webSocketUrl: (api) => urlOf("WEBSOCKET", api),
    httpUrl: (api) => urlOf("HTTP", api),
    accessLog: () => events.flatMap((event) => (event.event === "access" ? [parsed(event.message)] : [])),
    logs: (functionName) =>
      events.flatMap((event) => {
        if (event.event !== "log" || event.source !== "function" || event.kind === "platform") return []
        return functionName === undefined || event.logGroup.endsWith(`/${functionName}`) ? [event.message] : []
      }),
    invocations: (routeKey) =>
      records
        .filter((record) => record.requestBody !== undefined && (routeKey ?? record.routeKey) === record.routeKey)
        .map((record) => ({
          routeKey: record.routeKey,
          status: record.context.status,
          event: parsed(record.requestBody),
          result: parsed(record.responseBody),
        })),
    untilEvent: (matches) =>
      new Promise((resolve) => {
        const check = () => {
          const found = events.find(matches)
          if (!found) return
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      }),
  }
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
