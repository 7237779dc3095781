// A thousand connections opened, held and closed: none is lost, nothing of them stays behind.
// CONNECTIONS=10000 for more.
import { ManualClock, type Quotas } from "@document-insight/gateway"
import { expect, test } from "vitest"
import { openSocket, type TestSocket } from "../harness/open-socket.ts"
import { startLocal } from "../harness/start-local.ts"
import { accept, echoEvent } from "../harness/template.ts"

const connections = Number(process.env.CONNECTIONS ?? 1000)
const atOnce = 100

const quotas: Partial<Quotas> = { accountRateLimit: 1e9, accountBurstLimit: 1e9, newConnectionsPerSecond: 1e9 }

const accessLog = {
  AccessLogSettings: {
    DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:contract",
    Format: "$context.eventType $context.status $context.disconnectStatusCode $context.requestId",
  },
}

test(
  `${connections} connections`,
  async () => {
    const clock = new ManualClock(Date.now())
    const local = await startLocal(
      {
        routes: {
          $connect: { code: accept },
          $disconnect: { code: accept },
          echo: { code: echoEvent, twoWay: true },
        },
        stage: accessLog,
      },
      { clock, quotas },
    )
    const sockets = await openAll(local.url)
    expect(local.gateway.connections.size).toBe(connections)
    // One timer each, and one for each of the few environments.
    expect(clock.pending).toBeGreaterThanOrEqual(connections)
    expect(clock.pending).toBeLessThan(connections + 50)

    const ids = new Set<string>()
    await inBatches(sockets, async (socket) => {
      socket.send({ action: "echo" })
      const { requestContext } = await socket.nextJson<{ requestContext: { connectionId: string } }>()
      ids.add(requestContext.connectionId)
    })
    expect(ids.size).toBe(connections)

    // A third each: by code, without a word, and by the gateway as it closes.
    const third = Math.floor(connections / 3)
    for (const socket of sockets.slice(0, third)) socket.close(1000)
    for (const socket of sockets.slice(third, 2 * third)) socket.vanish()
    await Promise.all(sockets.slice(0, 2 * third).map(({ closed }) => closed))
    await local.gateway.close()
    await Promise.all(sockets.map(({ closed }) => closed))

    const lines = local.accessLines()
    const count = (start: string) => lines.filter((line) => line.startsWith(start)).length
    expect(count("CONNECT 200")).toBe(connections)
    expect(count("DISCONNECT 200 1000")).toBe(third)
    expect(count("DISCONNECT 200 1006")).toBe(third)
    expect(count("DISCONNECT 200 1001")).toBe(connections - 2 * third)
    expect(local.gateway.connections.size).toBe(0)
    // What was about to look once more whether somebody waits finds nobody.
    clock.advance(100)
    expect(clock.pending).toBe(0)
    expect(process.getActiveResourcesInfo().filter((resource) => resource === "Worker")).toEqual([])
    expect(local.events.filter((event) => event.event === "problem")).toEqual([])
  },
  30_000 + connections * 20,
)

async function openAll(url: string): Promise<TestSocket[]> {
  const sockets: TestSocket[] = []
  while (sockets.length < connections) {
    const wanted = Math.min(atOnce, connections - sockets.length)
    sockets.push(...(await Promise.all(Array.from({ length: wanted }, () => openSocket(url)))))
  }
  return sockets
}

async function inBatches<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += atOnce) {
    await Promise.all(items.slice(start, start + atOnce).map(run))
  }
}
