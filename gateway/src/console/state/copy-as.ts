// Writes an event as a command or as a test.
import { callTest } from "./copy-call-test.ts"
import { isCut } from "./cut-text.ts"
import type { EventEntry, Stage } from "./entry.ts"
import { methodOfCall } from "./row.ts"
import { testFile, testLibrary } from "./test-file.ts"

export type CopyForm = { name: string; text: string }

/** The forms in which an event can be copied. */
export function copyForms(event: EventEntry, stages: readonly Stage[]): CopyForm[] {
  const stage = stages.find(({ apiId, stageName }) => apiId === event.apiId && stageName === event.stage)
  if (!stage) return []
  if (isCut(event.frame ?? "")) return []
  if (event.eventType === "CONNECTION_API") {
    const test = callTest(event, stage)
    const command = { name: "AWS CLI", text: awsCli(event, stage) }
    return test === undefined ? [command] : [command, { name: "Vitest test", text: test }]
  }
  if (event.eventType === "HTTP") {
    return [
      { name: "curl", text: curl(event, stage) },
      { name: "Vitest test", text: httpTest(event, stage) },
    ]
  }
  return [
    { name: "wscat", text: wscat(event, stage) },
    { name: "Vitest test", text: vitestTest(event, stage) },
  ]
}

function wscat({ frame, event }: EventEntry, stage: Stage): string {
  const url = stage.url + queryOf(event)
  const send = frame === undefined ? "" : ` --wait 5 --execute ${shellQuoted(frame)}`
  return `npx wscat --connect ${shellQuoted(url)}${send}`
}

/** Of a handshake, from the event that its function received. */
function queryOf(event: string | undefined): string {
  try {
    const { queryStringParameters } = JSON.parse(event ?? "{}") as { queryStringParameters?: Record<string, string> }
    return queryStringParameters ? `?${new URLSearchParams(queryStringParameters)}` : ""
  } catch {
    return ""
  }
}

const commands = new Map([
  ["POST", "post-to-connection"],
  ["GET", "get-connection"],
  ["DELETE", "delete-connection"],
])

function awsCli(event: EventEntry, { url }: Stage): string {
  const method = methodOfCall(event)
  const data =
    method === "POST" ? ` --cli-binary-format raw-in-base64-out --data ${shellQuoted(event.frame ?? "")}` : ""
  const endpoint = url.replace(/^ws/, "http")
  return `aws apigatewaymanagementapi ${commands.get(method)} --endpoint-url ${shellQuoted(endpoint)} --connection-id ${shellQuoted(event.connectionId ?? "")}${data}`
}

function curl(event: EventEntry, { url }: Stage): string {
  const { body, query } = requestOf(event)
  const data = body === undefined ? "" : ` --data-raw ${shellQuoted(body)}`
  const origin = url.replace(/\/$/, "")
  return `curl -i -X ${event.method} ${shellQuoted(`${origin}${event.path}${query}`)}${data}`
}

/** The body and the query string of an HTTP request, from the event that its function received. */
export function requestOf({ event }: EventEntry): { body: string | undefined; query: string } {
  try {
    const {
      body,
      isBase64Encoded,
      rawQueryString = "",
    } = JSON.parse(event ?? "{}") as { body?: string; isBase64Encoded?: boolean; rawQueryString?: string }
    const query = rawQueryString === "" ? "" : `?${rawQueryString}`
    return { body: isBase64Encoded === true && body !== undefined ? atob(body) : body, query }
  } catch {
    return { body: undefined, query: "" }
  }
}

function httpTest(event: EventEntry, { logicalId, stageName }: Stage): string {
  const { body, query } = requestOf(event)
  const api = JSON.stringify(`${logicalId}/${stageName}`)
  const init = { method: event.method, ...(body !== undefined && { body }) }
  return testFile({
    title: `${event.method} ${event.path} responds as recorded`,
    imports: [`import { startGateway } from "${testLibrary}"`],
    lines: [
      `const url = gateway.httpUrl(${api}).replace(/\\/$/, "") + ${JSON.stringify(`${event.path ?? "/"}${query}`)}`,
      `const response = await fetch(url, ${JSON.stringify(init)})`,
      `expect(response.status).toBe(${Number(event.status)})`,
    ],
  })
}

function vitestTest({ frame, responseFrame, routeKey }: EventEntry, { logicalId, stageName }: Stage): string {
  const lines =
    frame === undefined
      ? ['expect(socket.protocol).toBe("")']
      : [
          `socket.send(${JSON.stringify(frame)})`,
          ...(responseFrame === undefined || isCut(responseFrame)
            ? []
            : [`expect(${nextOf(responseFrame)}).toMatchObject(${shapeOf(responseFrame)})`]),
        ]
  const api = JSON.stringify(`${logicalId}/${stageName}`)
  return testFile({
    title: `${routeKey ?? "a message"} responds as recorded`,
    imports: [`import { openSocket, startGateway } from "${testLibrary}"`],
    lines: [`await using socket = await openSocket(gateway.webSocketUrl(${api}))`, ...lines],
  })
}

function nextOf(frame: string): string {
  return isObject(frame) ? "await socket.nextJson()" : "{ text: await socket.next() }"
}

/** Ids and times differ in each run, so they are left out. */
function shapeOf(frame: string): string {
  if (!isObject(frame)) return JSON.stringify({ text: frame })
  const kept = Object.entries(JSON.parse(frame) as object).filter(
    ([name, value]) => !/(id|time|timestamp|at)$/i.test(name) && (typeof value !== "object" || value === null),
  )
  return JSON.stringify(Object.fromEntries(kept))
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
