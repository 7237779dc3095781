// Closing the gateway: connections are closed, running functions finish, and nothing blocks the close.
import { once } from "node:events"
import { expect } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept, echoEvent } from "../testing/template.ts"
import { contract, stopsTheGateway } from "./testing/contract.ts"
import { opcodes, openRaw, openTcp } from "./testing/raw-frames.ts"
import { beginHandshake } from "./testing/raw-handshake.ts"
import { openEcho } from "./testing/target.ts"

const twoWay = { code: echoEvent, twoWay: true }
const logged = {
  AccessLogSettings: {
    DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:contract",
    Format: "$context.eventType $context.status $context.disconnectStatusCode $context.requestId",
  },
}

/** A function that takes a while, and logs when it starts and when it ends. */
const slow = (result: string) => `export const handler = async () => {
  console.log("begun")
  await new Promise((resolve) => setTimeout(resolve, 150))
  console.log("finished")
  return ${result}
}`

contract.local("closing-code", "every connection is closed with 1001 Going away", stopsTheGateway, async () => {
  const { url, gateway } = await startLocal({ routes: { echo: twoWay } })
  const sockets = [await openSocket(url), await openSocket(url)]
  await gateway.close()
  for (const { closed } of sockets) expect(await closed).toEqual({ code: 1001, reason: "Going away" })
})

contract.local(
  "closing-disconnect",
  "each connection gets its $disconnect before the gateway has closed",
  stopsTheGateway,
  async () => {
    const local = await startLocal({ routes: { $disconnect: { code: slow("{}") } }, stage: logged })
    await openSocket(local.url)
    await openSocket(local.url)
    await local.gateway.close()
    const disconnects = local.accessLines().filter((line) => line.startsWith("DISCONNECT 200 1001"))
    expect(disconnects).toHaveLength(2)
    expect(local.gateway.connections.size).toBe(0)
  },
)

contract.local("closing-drains", "the gateway waits for running functions", stopsTheGateway, async () => {
  const local = await startLocal({ routes: { slow: { code: slow("{}") } } })
  const countLogs = (text: string) =>
    local.events.filter((event) => event.event === "log" && event.message.includes(text)).length
  const socket = await openSocket(local.url)
  socket.send({ action: "slow" })
  await socket.ping()
  await local.gateway.close()
  expect(countLogs("begun")).toBe(1)
  expect(countLogs("finished")).toBe(1)
})

contract.local(
  "closing-kills",
  "functions that are blocked for longer than the drain time are killed and reported",
  stopsTheGateway,
  async () => {
    const blocked = { code: "export const handler = async () => { console.log('begun'); for (;;); }" }
    const routes = { $connect: { code: accept }, $disconnect: blocked, blocked }
    const local = await startLocal({ routes }, { quotas: { drainTimeoutMs: 300 } })
    const socket = await openSocket(local.url)
    socket.send({ action: "blocked" })
    await local.untilEvent((event) => event.event === "log" && event.message.includes("begun"))
    await local.gateway.close()
    const [problem] = local.events.filter((event) => event.event === "problem")
    expect(problem).toMatchObject({ code: "CLOSE_FORCED" })
    expect(problem?.message).toMatch(/^Functions did not end within 0\.3 seconds and were killed: [^,]+, [^,]+\.$/)
    expect(local.gateway.connections.size).toBe(0)
  },
)

contract.local(
  "closing-pending-handshake",
  "a pending handshake is completed, and the new connection closed at once",
  stopsTheGateway,
  async () => {
    const local = await startLocal(
      { routes: { $connect: { code: slow("{ statusCode: 200 }") }, $disconnect: {} }, stage: logged },
      { quotas: { closeTimeoutMs: 50 } },
    )
    const opening = openSocket(local.url)
    const { response } = await beginHandshake(local.url)
    await local.untilEvent((event) => event.event === "log" && event.message.includes("begun"))
    await local.gateway.close()
    expect(await (await opening).closed).toEqual({ code: 1001, reason: "Going away" })
    expect((await response).status).toBe(101)
    expect(local.accessLines().filter((line) => line.startsWith("DISCONNECT"))).toHaveLength(2)
  },
)

contract.local("closing-refuses", "new connections are no longer accepted", stopsTheGateway, async () => {
  const { url, gateway } = await startLocal({ routes: { echo: twoWay } })
  await gateway.close()
  await expect(openSocket(url)).rejects.toThrow("ECONNREFUSED")
})

contract.local(
  "closing-mute-client",
  "a client that does not confirm the close frame does not block the close of the gateway",
  stopsTheGateway,
  async () => {
    const local = await startLocal({ routes: { echo: twoWay } }, { quotas: { closeTimeoutMs: 50 } })
    const { next } = await openRaw(local.url)
    const closing = local.gateway.close()
    expect((await next())?.opcode).toBe(opcodes.close)
    await closing
  },
)

contract.local(
  "closing-idle-sockets",
  "sockets without a request, with half of one or with a whole one do not block the close of the gateway",
  stopsTheGateway,
  async () => {
    const { url, gateway } = await startLocal({ routes: { echo: twoWay } })
    const silent = await openTcp(url)
    const half = await openTcp(url)
    half.write("GET /dev HTTP/1.1\r\nHost: localhost\r\nUpg")
    const kept = await openTcp(url)
    kept.write("GET /dev HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await once(kept, "data")
    const closes = [silent, half, kept].map((socket) => once(socket.resume(), "close"))
    await gateway.close()
    await Promise.all(closes)
  },
)

contract.local("closing-twice", "a second close of the gateway has no effect", stopsTheGateway, async () => {
  const { url, gateway } = await startLocal({ routes: { echo: twoWay } })
  await openEcho(url)
  await Promise.all([gateway.close(), gateway.close()])
  await gateway.close()
})
