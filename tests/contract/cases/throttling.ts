// Token buckets: whose rate counts, and what those are told who come too often.
import { ManualClock } from "@document-insight/gateway"
import { expect } from "vitest"
import { openSocket, refusedSocket, type TestSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { accept, echoEvent, type TestApi } from "../../harness/template.ts"
import { movesTheClock, shortensQuotas, type Topic } from "../case.ts"
import { echo, manage, openEcho } from "../target.ts"

const tooMany = /^\{"message": "Too Many Requests", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/
const routes: TestApi["routes"] = {
  echo: { code: echoEvent, twoWay: true },
  other: { code: echoEvent, twoWay: true },
}

/** An API on a clock that stands still: no token flows unless the test lets it. */
async function throttled(stage: Record<string, unknown>, options: Parameters<typeof startLocal>[1] = {}) {
  const clock = new ManualClock(Date.now())
  const local = await startLocal({ routes, stage }, { clock, ...options })
  return { clock, ...local }
}

/** How many of these messages pass, one after the other. */
async function passing(socket: TestSocket, action: string, times: number): Promise<number> {
  let passed = 0
  for (let time = 0; time < times; time++) {
    socket.send({ action })
    if (!tooMany.test(await socket.next())) passed++
  }
  return passed
}

const rate = (perSecond: number, burst: number) => ({ ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst })

export const throttlingTopic: Topic = {
  title: "Throttling",
  observer: [
    {
      id: "throttle-frame",
      does: "a message that is throttled gets the Too Many Requests frame, in the envelope of the others",
      async run(target) {
        const socket = await openSocket(target.at("/other"))
        socket.send({ action: "shut" })
        expect(await socket.next()).toMatch(tooMany)
      },
    },
    {
      id: "throttle-stays-open",
      does: "the connection stays open, and other routes are not concerned",
      async run(target) {
        const socket = await openSocket(target.at("/other"))
        socket.send({ action: "shut" })
        await socket.next()
        await echo(socket)
      },
    },
    {
      id: "throttle-invokes-nothing",
      does: "no function runs for a throttled message",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.at("/other"))
        socket.send({ action: "shut" })
        await socket.next()
        expect(await target.recallNow(connectionId, "SHUT")).toEqual([])
      },
    },
    {
      id: "throttle-handshake",
      does: "a handshake that is throttled is 429 Too Many Requests",
      async run(target) {
        const { status, body } = await refusedSocket(target.at("/shut"))
        expect(status).toBe(429)
        expect(JSON.parse(body).message).toBe("Too Many Requests")
      },
    },
    {
      id: "throttle-per-stage",
      does: "a stage's throttle is that stage's alone",
      async run(target) {
        await refusedSocket(target.at("/shut"))
        const socket = await openSocket(target.url)
        socket.send({ action: "shut" })
        expect(await socket.nextJson()).toBe("shut was invoked")
      },
    },
  ],
  local: [
    {
      id: "throttle-burst",
      does: "a burst passes as far as the bucket is filled, then nothing does",
      localOnly: movesTheClock,
      async run() {
        const { url } = await throttled({ RouteSettings: { echo: rate(1, 3) } })
        expect(await passing(await openSocket(url), "echo", 5)).toBe(3)
      },
    },
    {
      id: "throttle-refill",
      does: "tokens flow in at the rate, up to the burst",
      localOnly: movesTheClock,
      async run() {
        const { url, clock } = await throttled({ RouteSettings: { echo: rate(2, 3) } })
        const socket = await openSocket(url)
        expect(await passing(socket, "echo", 4)).toBe(3)
        clock.advance(499)
        expect(await passing(socket, "echo", 1)).toBe(0)
        clock.advance(1)
        expect(await passing(socket, "echo", 2)).toBe(1)
        clock.advance(60_000)
        expect(await passing(socket, "echo", 5)).toBe(3)
      },
    },
    {
      id: "throttle-route-over-stage",
      does: "a route's own throttle takes the place of the stage's",
      localOnly: movesTheClock,
      async run() {
        const { url } = await throttled({ DefaultRouteSettings: rate(1, 2), RouteSettings: { echo: rate(1, 4) } })
        const socket = await openSocket(url)
        expect(await passing(socket, "echo", 6)).toBe(4)
        expect(await passing(socket, "other", 6)).toBe(2)
      },
    },
    {
      id: "throttle-half-a-route",
      does: "a route that sets only a burst has the stage's rate",
      localOnly: movesTheClock,
      async run() {
        const { url, clock } = await throttled({
          DefaultRouteSettings: rate(1, 1),
          RouteSettings: { echo: { ThrottlingBurstLimit: 2 } },
        })
        const socket = await openSocket(url)
        expect(await passing(socket, "echo", 3)).toBe(2)
        clock.advance(1000)
        expect(await passing(socket, "echo", 2)).toBe(1)
      },
    },
    {
      id: "throttle-stage-shared",
      does: "routes without a throttle of their own share the stage's bucket",
      localOnly: movesTheClock,
      async run() {
        const { url } = await throttled({ DefaultRouteSettings: rate(1, 2) })
        const socket = await openSocket(url)
        expect(await passing(socket, "echo", 1)).toBe(1)
        expect(await passing(socket, "other", 2)).toBe(1)
      },
    },
    {
      id: "throttle-shared-by-connections",
      does: "a bucket is the route's, not each connection's",
      localOnly: movesTheClock,
      async run() {
        const { url } = await throttled({ RouteSettings: { echo: rate(1, 2) } })
        expect(await passing(await openSocket(url), "echo", 2)).toBe(2)
        expect(await passing(await openSocket(url), "echo", 1)).toBe(0)
      },
    },
    {
      id: "throttle-absent",
      does: "settings without a throttle leave the account's, not zero",
      localOnly: movesTheClock,
      async run() {
        const stage = { DefaultRouteSettings: { DetailedMetricsEnabled: true } }
        const { url } = await throttled(stage, { quotas: { accountRateLimit: 1, accountBurstLimit: 4 } })
        // The handshake took the first of the four.
        expect(await passing(await openSocket(url), "echo", 5)).toBe(3)
      },
    },
    {
      id: "throttle-account",
      does: "the account's bucket is shared by handshakes, messages and @connections",
      localOnly: shortensQuotas,
      async run() {
        const local = await throttled({}, { quotas: { accountRateLimit: 1, accountBurstLimit: 3 } })
        const { connectionId } = await openEcho(local.url)
        const { origin } = new URL(local.callbackUrl)
        const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
        const ask = (method: string) =>
          manage(origin, "us-east-1", { method, path, keys: local.gateway.credentials }, local.clock.now())
        expect((await ask("GET")).status).toBe(200)
        expect(await ask("GET")).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' })
        expect((await ask("POST")).headers.get("x-amzn-errortype")).toBe("LimitExceededException")
        expect((await refusedSocket(local.url)).status).toBe(429)
        local.clock.advance(1000)
        expect((await ask("GET")).status).toBe(200)
      },
    },
    {
      id: "throttle-delete-free",
      does: "DELETE is not counted",
      localOnly: shortensQuotas,
      async run() {
        const local = await throttled({}, { quotas: { accountRateLimit: 1, accountBurstLimit: 2 } })
        const { socket, connectionId } = await openEcho(local.url)
        const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
        const { origin } = new URL(local.callbackUrl)
        const request = { method: "DELETE", path, keys: local.gateway.credentials }
        expect((await manage(origin, "us-east-1", request, local.clock.now())).status).toBe(204)
        expect((await socket.closed).code).toBe(1000)
      },
    },
    {
      id: "throttle-new-connections",
      does: "new connections have a quota of their own: beyond it a handshake is 429",
      localOnly: shortensQuotas,
      async run() {
        const { url, clock } = await throttled({}, { quotas: { newConnectionsPerSecond: 2 } })
        const socket = await openSocket(url)
        await openSocket(url)
        expect((await refusedSocket(url)).status).toBe(429)
        await echo(socket)
        clock.advance(500)
        await openSocket(url)
      },
    },
    {
      id: "throttle-refused-connect",
      does: "$connect does not run for a handshake that is throttled",
      localOnly: movesTheClock,
      async run() {
        const clock = new ManualClock(Date.now())
        const stage = { RouteSettings: { $connect: rate(1, 1) } }
        const api: TestApi = { routes: { $connect: { code: accept }, echo: { code: echoEvent, twoWay: true } }, stage }
        const { url, gateway } = await startLocal(api, { clock })
        const socket = await openSocket(url)
        const { apiId } = (await echo(socket)).requestContext
        expect((await refusedSocket(url)).status).toBe(429)
        expect(gateway.metrics.read("IntegrationLatency", { apiId }).sampleCount).toBe(2)
      },
    },
    {
      id: "throttle-disconnect",
      does: "$disconnect is never throttled",
      localOnly: movesTheClock,
      async run() {
        const stage = { RouteSettings: { $disconnect: rate(0, 0) }, AccessLogSettings: accessLog }
        const clock = new ManualClock(Date.now())
        const api: TestApi = {
          routes: { $disconnect: { code: accept }, echo: { code: echoEvent, twoWay: true } },
          stage,
        }
        const { url, gateway } = await startLocal(api, { clock })
        const { socket, event } = await openEcho(url)
        socket.close()
        await socket.closed
        await gateway.close()
        const { apiId } = event.requestContext
        expect(gateway.metrics.read("IntegrationLatency", { apiId }).sampleCount).toBe(2)
      },
    },
  ],
}

const accessLog = { DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:x", Format: "$context.requestId" }
