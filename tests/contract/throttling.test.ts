// Throttling: which token bucket applies, and the response to a throttled request.
import { ManualClock } from "@document-insight/gateway"
import { expect } from "vitest"
import { openSocket, rejectedHandshake, type TestSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept, echoEvent, type TestApi } from "../testing/template.ts"
import { changesQuotas, contract, movesTheClock } from "./testing/contract.ts"
import { echo, manage, openEcho } from "./testing/target.ts"

const tooMany = /^\{"message": "Too Many Requests", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/
const routes: TestApi["routes"] = { echo: { mock: "{}" }, other: { mock: "{}" } }

/** An API with a manual clock: tokens are added only when the test advances it. */
async function throttled(stage: Record<string, unknown>, options: Parameters<typeof startLocal>[1] = {}) {
  const clock = new ManualClock(Date.now())
  const local = await startLocal({ routes, stage }, { clock, ...options })
  const open = async () => {
    const socket = await openSocket(local.url)
    const [connection] = local.gateway.connections.all()
    return { socket, connectionId: connection?.facts.connectionId ?? "" }
  }
  return { clock, open, ...local }
}

/** Sends messages one after the other. @returns how many were not throttled */
async function passing(socket: TestSocket, action: string, times: number): Promise<number> {
  let passed = 0
  for (let time = 0; time < times; time++) {
    socket.send({ action })
    if (!tooMany.test(await socket.next())) passed++
  }
  return passed
}

const rate = (perSecond: number, burst: number) => ({ ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst })

const accessLog = { DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:x", Format: "$context.requestId" }

contract(
  "throttle-frame",
  "a throttled message gets the Too Many Requests frame, in the envelope of other error frames",
  async (target) => {
    const socket = await openSocket(target.at("/other"))
    socket.send({ action: "shut" })
    expect(await socket.next()).toMatch(tooMany)
  },
)

contract(
  "throttle-stays-open",
  "the connection stays open after a throttled message, and other routes are not affected",
  async (target) => {
    const socket = await openSocket(target.at("/other"))
    socket.send({ action: "shut" })
    await socket.next()
    await echo(socket)
  },
)

contract("throttle-invokes-nothing", "no function runs for a throttled message", async (target) => {
  const { socket, connectionId } = await openEcho(target.at("/other"))
  socket.send({ action: "shut" })
  await socket.next()
  expect(await target.recallNow(connectionId, "SHUT")).toEqual([])
})

contract("throttle-handshake", "a throttled handshake is 429 Too Many Requests", async (target) => {
  const { status, body } = await rejectedHandshake(target.at("/shut"))
  expect(status).toBe(429)
  expect(JSON.parse(body).message).toBe("Too Many Requests")
})

contract("throttle-per-stage", "the throttle of a stage applies to that stage only", async (target) => {
  await rejectedHandshake(target.at("/shut"))
  const socket = await openSocket(target.url)
  socket.send({ action: "shut" })
  expect(await socket.nextJson()).toBe("shut was invoked")
})

contract.local(
  "throttle-burst",
  "a burst passes up to the size of the bucket, and no message after it",
  movesTheClock,
  async () => {
    const { url } = await throttled({ RouteSettings: { echo: rate(1, 3) } })
    expect(await passing(await openSocket(url), "echo", 5)).toBe(3)
  },
)

contract.local(
  "throttle-refill",
  "tokens are added to a bucket at its rate, up to its burst",
  movesTheClock,
  async () => {
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
)

contract.local(
  "throttle-route-over-stage",
  "the throttle of a route replaces that of the stage",
  movesTheClock,
  async () => {
    const { url } = await throttled({ DefaultRouteSettings: rate(1, 2), RouteSettings: { echo: rate(1, 4) } })
    const socket = await openSocket(url)
    expect(await passing(socket, "echo", 6)).toBe(4)
    expect(await passing(socket, "other", 6)).toBe(2)
  },
)

contract.local(
  "throttle-half-a-route",
  "a route that sets only a burst has the rate of the stage",
  movesTheClock,
  async () => {
    const { url, clock } = await throttled({
      DefaultRouteSettings: rate(1, 1),
      RouteSettings: { echo: { ThrottlingBurstLimit: 2 } },
    })
    const socket = await openSocket(url)
    expect(await passing(socket, "echo", 3)).toBe(2)
    clock.advance(1000)
    expect(await passing(socket, "echo", 2)).toBe(1)
  },
)

contract.local(
  "throttle-stage-shared",
  "routes without their own throttle share the bucket of the stage",
  movesTheClock,
  async () => {
    const { url } = await throttled({ DefaultRouteSettings: rate(1, 2) })
    const socket = await openSocket(url)
    expect(await passing(socket, "echo", 1)).toBe(1)
    expect(await passing(socket, "other", 2)).toBe(1)
  },
)

contract.local(
  "throttle-shared-by-connections",
  "a bucket belongs to the route, not to a connection",
  movesTheClock,
  async () => {
    const { url } = await throttled({ RouteSettings: { echo: rate(1, 2) } })
    expect(await passing(await openSocket(url), "echo", 2)).toBe(2)
    expect(await passing(await openSocket(url), "echo", 1)).toBe(0)
  },
)

contract.local(
  "throttle-absent",
  "settings without a throttle mean the limit of the account, not zero",
  movesTheClock,
  async () => {
    const stage = { DefaultRouteSettings: { DetailedMetricsEnabled: true } }
    const { url } = await throttled(stage, { quotas: { accountRateLimit: 1, accountBurstLimit: 4 } })
    // The handshake took the first of the four.
    expect(await passing(await openSocket(url), "echo", 5)).toBe(3)
  },
)

contract.local(
  "throttle-account",
  "handshakes, messages and @connections share the bucket of the account",
  changesQuotas,
  async () => {
    const local = await throttled({}, { quotas: { accountRateLimit: 1, accountBurstLimit: 3 } })
    const { socket, connectionId } = await local.open()
    await echo(socket)
    const { origin } = new URL(local.callbackUrl)
    const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
    const ask = (method: string) =>
      manage(origin, "us-east-1", { method, path, keys: local.gateway.credentials }, local.clock.now())
    expect((await ask("GET")).status).toBe(200)
    expect(await ask("GET")).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' })
    expect((await ask("POST")).headers.get("x-amzn-errortype")).toBe("LimitExceededException")
    expect((await rejectedHandshake(local.url)).status).toBe(429)
    local.clock.advance(1000)
    expect((await ask("GET")).status).toBe(200)
  },
)

contract.local("throttle-delete-free", "a DELETE takes no token from the account's bucket", changesQuotas, async () => {
  const local = await throttled({}, { quotas: { accountRateLimit: 1, accountBurstLimit: 2 } })
  const { socket, connectionId } = await local.open()
  await echo(socket)
  const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
  const { origin } = new URL(local.callbackUrl)
  const request = { method: "DELETE", path, keys: local.gateway.credentials }
  expect((await manage(origin, "us-east-1", request, local.clock.now())).status).toBe(204)
  expect((await socket.closed).code).toBe(1000)
})

contract.local(
  "throttle-new-connections",
  "new connections have their own limit: above it a handshake is 429",
  changesQuotas,
  async () => {
    const { url, clock } = await throttled({}, { quotas: { newConnectionsPerSecond: 2 } })
    const socket = await openSocket(url)
    await openSocket(url)
    expect((await rejectedHandshake(url)).status).toBe(429)
    await echo(socket)
    clock.advance(500)
    await openSocket(url)
  },
)

contract.local(
  "throttle-refused-connect",
  "$connect does not run for a throttled handshake",
  movesTheClock,
  async () => {
    const clock = new ManualClock(Date.now())
    const stage = { RouteSettings: { $connect: rate(1, 1) } }
    const api: TestApi = { routes: { $connect: { code: accept }, echo: { code: echoEvent, twoWay: true } }, stage }
    const { url, gateway } = await startLocal(api, { clock })
    const socket = await openSocket(url)
    const { apiId } = (await echo(socket)).requestContext
    expect((await rejectedHandshake(url)).status).toBe(429)
    expect(gateway.metrics.read("IntegrationLatency", { apiId }).sampleCount).toBe(2)
  },
)

contract.local("throttle-disconnect", "$disconnect is never throttled", movesTheClock, async () => {
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
})
