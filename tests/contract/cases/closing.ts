// How the gateway itself goes down: whoever is connected is told, what runs is finished, nothing hangs.
import { once } from "node:events"
import { expect } from "vitest"
import { openSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { echoEvent } from "../../harness/template.ts"
import { stopsTheGateway, type Topic } from "../case.ts"
import { opcodes, openRaw, openTcp } from "../raw-frames.ts"
import { beginHandshake } from "../raw-handshake.ts"
import { openEcho } from "../target.ts"

const twoWay = { code: echoEvent, twoWay: true }
const logged = {
  AccessLogSettings: {
    DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:contract",
    Format: "$context.eventType $context.status $context.disconnectStatusCode $context.requestId",
  },
}

/** Something that takes a while, and says in the log that it was finished. */
const slow = (result: string) => `export const handler = async () => {
  console.log("begun")
  await new Promise((resolve) => setTimeout(resolve, 150))
  console.log("finished")
  return ${result}
}`

export const closingTopic: Topic = {
  title: "Going down",
  observer: [],
  local: [
    {
      id: "closing-code",
      does: "every connection is closed with 1001 Going away",
      localOnly: stopsTheGateway,
      async run() {
        const { url, gateway } = await startLocal({ routes: { echo: twoWay } })
        const sockets = [await openSocket(url), await openSocket(url)]
        await gateway.close()
        for (const { closed } of sockets) expect(await closed).toEqual({ code: 1001, reason: "Going away" })
      },
    },
    {
      id: "closing-disconnect",
      does: "each has its $disconnect before the gateway is closed",
      localOnly: stopsTheGateway,
      async run() {
        const local = await startLocal({ routes: { $disconnect: { code: slow("{}") } }, stage: logged })
        await openSocket(local.url)
        await openSocket(local.url)
        await local.gateway.close()
        const disconnects = local.accessLines().filter((line) => line.startsWith("DISCONNECT 200 1001"))
        expect(disconnects).toHaveLength(2)
        expect(local.gateway.connections.size).toBe(0)
      },
    },
    {
      id: "closing-drains",
      does: "a function that runs is waited for",
      localOnly: stopsTheGateway,
      async run() {
        const local = await startLocal({ routes: { slow: { code: slow("{}") } } })
        const said = (text: string) =>
          local.events.filter((event) => event.event === "log" && event.message.includes(text)).length
        const socket = await openSocket(local.url)
        socket.send({ action: "slow" })
        await socket.pinged()
        await local.gateway.close()
        expect(said("begun")).toBe(1)
        expect(said("finished")).toBe(1)
      },
    },
    {
      id: "closing-pending-handshake",
      does: "a handshake that is pending is finished, and the new connection closed at once",
      localOnly: stopsTheGateway,
      async run() {
        const local = await startLocal(
          { routes: { $connect: { code: slow("{ statusCode: 200 }") }, $disconnect: {} }, stage: logged },
          { quotas: { closeTimeoutMs: 50 } },
        )
        const opening = openSocket(local.url)
        const { answer } = await beginHandshake(local.url)
        await local.untilEvent((event) => event.event === "log" && event.message.includes("begun"))
        await local.gateway.close()
        expect(await (await opening).closed).toEqual({ code: 1001, reason: "Going away" })
        expect((await answer).status).toBe(101)
        expect(local.accessLines().filter((line) => line.startsWith("DISCONNECT"))).toHaveLength(2)
      },
    },
    {
      id: "closing-refuses",
      does: "nobody can connect any more",
      localOnly: stopsTheGateway,
      async run() {
        const { url, gateway } = await startLocal({ routes: { echo: twoWay } })
        await gateway.close()
        await expect(openSocket(url)).rejects.toThrow("ECONNREFUSED")
      },
    },
    {
      id: "closing-mute-client",
      does: "a client that does not answer the close frame is not waited for for ever",
      localOnly: stopsTheGateway,
      async run() {
        const local = await startLocal({ routes: { echo: twoWay } }, { quotas: { closeTimeoutMs: 50 } })
        const { next } = await openRaw(local.url)
        const closing = local.gateway.close()
        expect((await next())?.opcode).toBe(opcodes.close)
        await closing
      },
    },
    {
      id: "closing-idle-sockets",
      does: "sockets that said nothing, half a request or a whole one do not keep it from closing",
      localOnly: stopsTheGateway,
      async run() {
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
    },
    {
      id: "closing-twice",
      does: "to close it twice does no harm",
      localOnly: stopsTheGateway,
      async run() {
        const { url, gateway } = await startLocal({ routes: { echo: twoWay } })
        await openEcho(url)
        await Promise.all([gateway.close(), gateway.close()])
        await gateway.close()
      },
    },
  ],
}
