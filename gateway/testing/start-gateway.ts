// Starts a gateway for one test, and keeps what happens in it for assertions.
import type { TransactionRecord } from "../src/definition/record.ts"
import type { StageUrl } from "../src/edge/stage-urls.ts"
import { parseJsonOrText } from "../src/foundation/parse-json.ts"
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
  /** The URL of a WebSocket API's stage; the only one unless the logical id of its API or `{logical id}/{stage}` is given. */
  webSocketUrl(api?: string): string
  /** The URL of an HTTP or REST API's stage, or of a function; the only one unless its name is given in the same way. */
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

  /** @param isOfKind selects the stages of WebSocket APIs, or the others */
  function urlOf(kind: string, isOfKind: (stage: StageUrl) => boolean, wanted: string | undefined): string {
    const stages = gateway.stages().filter(isOfKind)
    const found = stages.filter((stage) => [undefined, stage.logicalId, nameOf(stage)].includes(wanted))
    const [stage, ...others] = found
    if (stage && others.length === 0) return stage.url
    if (stages.length === 0) throw new Error(`The template has no stage of ${kind}.`)
    const subject = wanted === undefined ? "The template" : `"${wanted}"`
    const problem = stage ? `${subject} has several stages` : `${subject} has no stage`
    const names = (stage ? found : stages).map(nameOf)
    throw new Error(`${problem} of ${kind}. Give the name of one: ${names.join(", ")}.`)
  }

  return {
    ...gateway,
    events,
    webSocketUrl: (api) => urlOf("a WebSocket API", ({ protocol }) => protocol === "WEBSOCKET", api),
    // REST APIs and function URLs too.
    httpUrl: (api) => urlOf("an HTTP API", ({ protocol }) => protocol !== "WEBSOCKET", api),
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

function nameOf({ logicalId, stageName }: StageUrl): string {
  return `${logicalId}/${stageName}`
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : parseJsonOrText(text)
}
