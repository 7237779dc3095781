// What can be read of it afterwards: the stage's access log, the execution log, the metrics.
import { expect } from "vitest"
import { openSocket, refusedSocket } from "../../harness/open-socket.ts"
import { type LocalGateway, startLocal } from "../../harness/start-local.ts"
import { accept, echoEvent, type TestApi } from "../../harness/template.ts"
import { readsTheLogs, type Topic } from "../case.ts"
import { echo, manage, openEcho } from "../target.ts"

const routes: TestApi["routes"] = {
  $connect: {},
  $disconnect: {},
  echo: { code: echoEvent, twoWay: true },
  quiet: { code: accept },
  throw: { code: "export const handler = async () => { throw new Error('asked to') }" },
}

const accessLog = (Format: string) => ({
  AccessLogSettings: { DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:contract", Format },
})

/** A whole life, and the gateway closed: everything has been written. */
async function lifeOf(api: Partial<TestApi>, live: (local: LocalGateway) => Promise<void>): Promise<LocalGateway> {
  const local = await startLocal({ routes, ...api })
  await live(local)
  await local.gateway.close()
  return local
}

async function echoAndLeave({ url }: LocalGateway): Promise<void> {
  const { socket } = await openEcho(url)
  socket.close()
  await socket.closed
}

const executionLines = ({ events }: LocalGateway) =>
  events.flatMap((event) => (event.event === "log" && event.source === "api-gateway" ? [event.message] : []))

export const logsTopic: Topic = {
  title: "Logs and metrics",
  observer: [],
  local: [
    {
      id: "access-log-per-event",
      does: "each event is one line in the stage's own format",
      localOnly: readsTheLogs,
      async run() {
        const stage = accessLog("$context.eventType $context.routeKey $context.status $context.requestId")
        const lines = (await lifeOf({ stage }, echoAndLeave)).accessLines()
        expect(lines.map((line) => line.replace(/[\w-]{15}=$/, "ID"))).toEqual([
          "CONNECT $connect 200 ID",
          "MESSAGE echo 200 ID",
          "DISCONNECT $disconnect 200 ID",
        ])
      },
    },
    {
      id: "access-log-unknown-variable",
      does: "a variable that is unknown, or has no value, is -",
      localOnly: readsTheLogs,
      async run() {
        const stage = accessLog("$context.requestId $context.messageId $context.nonsense")
        const [line] = (await lifeOf({ stage }, echoAndLeave)).accessLines()
        expect(line).toMatch(/^[\w-]{15}= - -$/)
      },
    },
    {
      id: "access-log-error",
      does: "an error frame is told as status and error.message",
      localOnly: readsTheLogs,
      async run() {
        const stage = accessLog(
          "$context.requestId|$context.status|$context.error.message|$context.error.messageString",
        )
        const local = await lifeOf({ stage }, async ({ url }) => {
          const socket = await openSocket(url)
          socket.send({ action: "nothing" })
          await socket.next()
        })
        expect(local.accessLines()[1]).toMatch(/^[\w-]{15}=\|403\|Forbidden\|"Forbidden"$/)
      },
    },
    {
      id: "access-log-refused-handshake",
      does: "so is a refused handshake",
      localOnly: readsTheLogs,
      async run() {
        const stage = accessLog("$context.requestId $context.eventType $context.status $context.error.message")
        const code = "export const handler = async () => { throw new Error('no') }"
        const local = await lifeOf({ stage, routes: { $connect: { code } } }, async ({ url }) => {
          await refusedSocket(url)
        })
        expect(local.accessLines()[0]).toMatch(/^[\w-]{15}= CONNECT 502 Internal server error$/)
      },
    },
    {
      id: "access-log-management",
      does: "a call to @connections is a line too, with a route key of its own",
      localOnly: readsTheLogs,
      async run() {
        const stage = accessLog("$context.requestId $context.eventType $context.routeKey $context.status")
        const local = await lifeOf({ stage }, async ({ url, callbackUrl, gateway }) => {
          const { connectionId } = await openEcho(url)
          const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
          const request = { method: "POST", path, body: "hello", keys: gateway.credentials }
          await manage(new URL(callbackUrl).origin, "us-east-1", request)
        })
        expect(local.accessLines()[2]).toMatch(/= CONNECTION_API POST \/@connections\/\{connectionId\} 200$/)
      },
    },
    {
      id: "execution-log-levels",
      does: "INFO tells of every event, ERROR of those that failed, OFF of none",
      localOnly: readsTheLogs,
      async run() {
        const live = async ({ url }: LocalGateway) => {
          const socket = await openSocket(url)
          await echo(socket)
          socket.send({ action: "throw" })
          await socket.next()
        }
        const linesAt = async (LoggingLevel: string) =>
          executionLines(await lifeOf({ stage: { DefaultRouteSettings: { LoggingLevel } } }, live))
        expect(await linesAt("OFF")).toEqual([])
        const errors = await linesAt("ERROR")
        expect(errors.length).toBeGreaterThan(0)
        expect(errors.every((line) => line.includes("asked to"))).toBe(true)
        expect((await linesAt("INFO")).some((line) => line.includes("WebSocket Request Route: [echo]"))).toBe(true)
      },
    },
    {
      id: "execution-log-group",
      does: "its log group is API-Gateway-Execution-Logs_{apiId}/{stage}",
      localOnly: readsTheLogs,
      async run() {
        let apiId = ""
        const stage = { DefaultRouteSettings: { LoggingLevel: "INFO" } }
        const { events } = await lifeOf({ stage }, async ({ url }) => {
          apiId = (await openEcho(url)).event.requestContext.apiId
        })
        const groups = events.flatMap((event) =>
          event.event === "log" && event.source === "api-gateway" ? [event.logGroup] : [],
        )
        expect(new Set(groups)).toEqual(new Set([`API-Gateway-Execution-Logs_${apiId}/dev`]))
      },
    },
    {
      id: "execution-log-prefix",
      does: "each of its lines begins with the request's id in parentheses",
      localOnly: readsTheLogs,
      async run() {
        const stage = { DefaultRouteSettings: { LoggingLevel: "INFO" } }
        const lines = executionLines(await lifeOf({ stage }, echoAndLeave))
        expect(lines.length).toBeGreaterThan(3)
        for (const line of lines) expect(line).toMatch(/^\([\w-]{15}=\) /)
      },
    },
    {
      id: "execution-log-data-trace",
      does: "payloads are in it only when data trace is on",
      localOnly: readsTheLogs,
      async run() {
        const linesWith = async (DataTraceEnabled: boolean) => {
          const stage = { DefaultRouteSettings: { LoggingLevel: "INFO", DataTraceEnabled } }
          return executionLines(await lifeOf({ stage }, echoAndLeave)).filter((line) => line.includes("body"))
        }
        expect(await linesWith(false)).toEqual([])
        expect((await linesWith(true)).some((line) => line.includes('"action\\":\\"echo'))).toBe(true)
      },
    },
    {
      id: "execution-log-truncated",
      does: "a line is cut at 1,024 bytes",
      localOnly: readsTheLogs,
      async run() {
        const stage = { DefaultRouteSettings: { LoggingLevel: "INFO", DataTraceEnabled: true } }
        const local = await lifeOf({ stage }, async ({ url }) => {
          await echo(await openSocket(url), { text: "€".repeat(2000) })
        })
        const sizes = executionLines(local).map((line) => Buffer.byteLength(line))
        expect(Math.max(...sizes)).toBeLessThanOrEqual(1024)
        expect(Math.max(...sizes)).toBeGreaterThan(1000)
      },
    },
    {
      id: "metrics-counts",
      does: "ConnectCount counts handshakes, MessageCount messages in both directions",
      localOnly: readsTheLogs,
      async run() {
        let apiId = ""
        const local = await lifeOf({}, async ({ url }) => {
          const { socket, event } = await openEcho(url)
          apiId = event.requestContext.apiId
          socket.send({ action: "quiet" })
          await socket.pinged()
        })
        expect(local.gateway.metrics.read("ConnectCount", { apiId }).sum).toBe(1)
        // The question, its answer, and the message that nobody answers.
        expect(local.gateway.metrics.read("MessageCount", { apiId }).sum).toBe(3)
      },
    },
    {
      id: "metrics-errors",
      does: "who is to blame decides: ClientError for no route, IntegrationError for a function that throws",
      localOnly: readsTheLogs,
      async run() {
        let apiId = ""
        const local = await lifeOf({}, async ({ url }) => {
          const { socket, event } = await openEcho(url)
          apiId = event.requestContext.apiId
          for (const action of ["nothing", "throw", "throw"]) {
            socket.send({ action })
            await socket.next()
          }
        })
        const sum = (name: "ClientError" | "IntegrationError" | "ExecutionError") =>
          local.gateway.metrics.read(name, { apiId }).sum
        expect([sum("ClientError"), sum("IntegrationError"), sum("ExecutionError")]).toEqual([1, 2, 0])
      },
    },
    {
      id: "metrics-detailed",
      does: "a route has a series of its own only with detailed metrics",
      localOnly: readsTheLogs,
      async run() {
        const countOf = async (DetailedMetricsEnabled: boolean) => {
          let apiId = ""
          const stage = { DefaultRouteSettings: { DetailedMetricsEnabled } }
          const local = await lifeOf({ stage }, async ({ url }) => {
            apiId = (await openEcho(url)).event.requestContext.apiId
          })
          return local.gateway.metrics.read("MessageCount", { apiId, stageName: "dev", routeKey: "echo" }).sum
        }
        expect(await countOf(false)).toBe(0)
        expect(await countOf(true)).toBe(2)
      },
    },
  ],
}
