// Close codes of open WebSocket connections that no contract case can cause.
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { defaultAssumptions } from "../foundation/assumptions.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { createUpgrade } from "./websocket-connection.ts"

const facts = {
  connectionId: "AAAAAAAAAAACAAA=",
  apiId: "api",
  stageName: "dev",
  domainName: "api.example",
  identity: { sourceIp: "127.0.0.1" },
}

/** A client that is connected to a server whose messages are handled by `onMessage`. */
async function connected(onMessage: () => Promise<string | undefined>): Promise<WebSocket> {
  const clock = new ManualClock()
  const upgrade = createUpgrade({ clock, quotas: awsQuotas, assumptions: defaultAssumptions, onMessage })
  const server = createServer().on("upgrade", (request, socket, head) =>
    upgrade({ request, socket, head, facts: { ...facts, connectedAt: clock.now() }, protocol: undefined }),
  )
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(async () => {
    client.terminate()
    server.closeAllConnections()
    server.close()
    await once(server, "close")
  })
  await once(client, "open")
  return client
}

test("closes with 1011 when handling a message fails by a bug", async () => {
  const client = await connected(() => Promise.reject(new Error("a bug")))
  client.send("{}")
  const [code, reason] = await once(client, "close")
  expect([code, String(reason)]).toEqual([1011, "Internal server error"])
})

test("closes with 1008 when a message has too many fragments", async () => {
  const client = await connected(async () => undefined)
  for (let count = 0; count < 17_000; count++) client.send("", { fin: false })
  const [code] = await once(client, "close")
  expect(code).toBe(1008)
})
