// Logs and metrics: the access log of the stage, the execution log, and what CloudWatch counts.
import { expect } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { type LocalGateway, startLocal } from "../testing/start-local.ts"
import { accept, echoEvent, type TestApi } from "../testing/template.ts"
import { contract, readsTheLogs } from "./testing/contract.ts"
import { echo, manage, openEcho } from "./testing/target.ts"

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

/** Starts a gateway, uses it, and closes it, after which everything is logged. */
async function useGateway(api: Partial<TestApi>, use: (local: LocalGateway) => Promise<void>): Promise<LocalGateway> {
  const local = await startLocal({ routes, ...api })
  await use(local)
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

contract.local(
  "access-log-per-event",
  "the access log has one line for each event, in the format of the stage",
  readsTheLogs,
  async () => {
    const stage = accessLog("$context.eventType $context.routeKey $context.status $context.requestId")
    const lines = (await useGateway({ stage }, echoAndLeave)).accessLines()
    expect(lines.map((line) => line.replace(/[\w-]{15}=$/, "ID"))).toEqual([
      "CONNECT $connect 200 ID",
      "MESSAGE echo 200 ID",
      "DISCONNECT $disconnect 200 ID",
    ])
  },
)

contract.local(
  "access-log-unknown-variable",
  "a variable of the access log that is unknown or has no value is -",
  readsTheLogs,
  async () => {
    const stage = accessLog("$context.requestId $context.messageId $context.nonsense")
    const [line] = (await useGateway({ stage }, echoAndLeave)).accessLines()
    expect(line).toMatch(/^[\w-]{15}= - -$/)
  },
)

contract.local(
  "access-log-error",
  "an error frame is in the access log with its status and error.message",
  readsTheLogs,
  async () => {
    const stage = accessLog("$context.requestId|$context.status|$context.error.message|$context.error.messageString")
    const local = await useGateway({ stage }, async ({ url }) => {
      const socket = await openSocket(url)
      socket.send({ action: "nothing" })
      await socket.next()
    })
    expect(local.accessLines()[1]).toMatch(/^[\w-]{15}=\|403\|Forbidden\|"Forbidden"$/)
  },
)

contract.local(
  "access-log-refused-handshake",
  "a rejected handshake is in the access log with its status and error.message",
  readsTheLogs,
  async () => {
    const stage = accessLog("$context.requestId $context.eventType $context.status $context.error.message")
    const code = "export const handler = async () => { throw new Error('no') }"
    const local = await useGateway({ stage, routes: { $connect: { code } } }, async ({ url }) => {
      await rejectedHandshake(url)
    })
    expect(local.accessLines()[0]).toMatch(/^[\w-]{15}= CONNECT 502 Internal server error$/)
  },
)

contract.local(
  "access-log-management",
  "a call to @connections is in the access log with its own route key",
  readsTheLogs,
  async () => {
    const stage = accessLog("$context.requestId $context.eventType $context.routeKey $context.status")
    const local = await useGateway({ stage }, async ({ url, callbackUrl, gateway }) => {
      const { connectionId } = await openEcho(url)
      const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
      const request = { method: "POST", path, body: "hello", keys: gateway.credentials }
      await manage(new URL(callbackUrl).origin, "us-east-1", request)
    })
    expect(local.accessLines()[2]).toMatch(/= CONNECTION_API POST \/@connections\/\{connectionId\} 200$/)
  },
)

contract.local(
  "execution-log-levels",
  "the execution log has every event at INFO, failed ones at ERROR, and none at OFF",
  readsTheLogs,
  async () => {
    const use = async ({ url }: LocalGateway) => {
      const socket = await openSocket(url)
      await echo(socket)
      socket.send({ action: "throw" })
      await socket.next()
    }
    const linesAt = async (LoggingLevel: string) =>
      executionLines(await useGateway({ stage: { DefaultRouteSettings: { LoggingLevel } } }, use))
    expect(await linesAt("OFF")).toEqual([])
    const errors = await linesAt("ERROR")
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.every((line) => line.includes("asked to"))).toBe(true)
    expect((await linesAt("INFO")).some((line) => line.includes("WebSocket Request Route: [echo]"))).toBe(true)
  },
)

contract.local(
  "execution-log-group",
  "the group of the execution log is API-Gateway-Execution-Logs_{apiId}/{stage}",
  readsTheLogs,
  async () => {
    let apiId = ""
    const stage = { DefaultRouteSettings: { LoggingLevel: "INFO" } }
    const { events } = await useGateway({ stage }, async ({ url }) => {
      apiId = (await openEcho(url)).event.requestContext.apiId
    })
    const groups = events.flatMap((event) =>
      event.event === "log" && event.source === "api-gateway" ? [event.logGroup] : [],
    )
    expect(new Set(groups)).toEqual(new Set([`API-Gateway-Execution-Logs_${apiId}/dev`]))
  },
)

contract.local(
  "execution-log-prefix",
  "each line of the execution log begins with the request id in parentheses",
  readsTheLogs,
  async () => {
    const stage = { DefaultRouteSettings: { LoggingLevel: "INFO" } }
    const lines = executionLines(await useGateway({ stage }, echoAndLeave))
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) expect(line).toMatch(/^\([\w-]{15}=\) /)
  },
)

contract.local(
  "execution-log-data-trace",
  "payloads are in the execution log only when data trace is on",
  readsTheLogs,
  async () => {
    const linesWith = async (DataTraceEnabled: boolean) => {
      const stage = { DefaultRouteSettings: { LoggingLevel: "INFO", DataTraceEnabled } }
      return executionLines(await useGateway({ stage }, echoAndLeave)).filter((line) => line.includes("body"))
    }
    expect(await linesWith(false)).toEqual([])
    expect((await linesWith(true)).some((line) => line.includes('"action\\":\\"echo'))).toBe(true)
  },
)

contract.local(
  "execution-log-truncated",
  "a line of the execution log is cut at 1,024 bytes",
  readsTheLogs,
  async () => {
    const stage = { DefaultRouteSettings: { LoggingLevel: "INFO", DataTraceEnabled: true } }
    const local = await useGateway({ stage }, async ({ url }) => {
      await echo(await openSocket(url), { text: "€".repeat(2000) })
    })
    const sizes = executionLines(local).map((line) => Buffer.byteLength(line))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024)
    expect(Math.max(...sizes)).toBeGreaterThan(1000)
  },
)

contract.local(
  "metrics-counts",
  "ConnectCount counts handshakes, MessageCount messages in both directions",
  readsTheLogs,
  async () => {
    let apiId = ""
    const local = await useGateway({}, async ({ url }) => {
      const { socket, event } = await openEcho(url)
      apiId = event.requestContext.apiId
      socket.send({ action: "quiet" })
      await socket.ping()
    })
    expect(local.gateway.metrics.read("ConnectCount", { apiId }).sum).toBe(1)
    // The message, its response, and the message without a response.
    expect(local.gateway.metrics.read("MessageCount", { apiId }).sum).toBe(3)
  },
)

contract.local(
  "metrics-errors",
  "a message without a route counts as ClientError, a function that throws as IntegrationError",
  readsTheLogs,
  async () => {
    let apiId = ""
    const local = await useGateway({}, async ({ url }) => {
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
)

contract.local(
  "metrics-detailed",
  "a route has its own metrics only when detailed metrics are on",
  readsTheLogs,
  async () => {
    const countOf = async (DetailedMetricsEnabled: boolean) => {
      let apiId = ""
      const stage = { DefaultRouteSettings: { DetailedMetricsEnabled } }
      const local = await useGateway({ stage }, async ({ url }) => {
        apiId = (await openEcho(url)).event.requestContext.apiId
      })
      return local.gateway.metrics.read("MessageCount", { apiId, stageName: "dev", routeKey: "echo" }).sum
    }
    expect(await countOf(false)).toBe(0)
    expect(await countOf(true)).toBe(2)
  },
)
