// What the console lists of open connections.
import { expect, test } from "vitest"
import { Connection } from "../../connections/connection.ts"
import { ConnectionStore } from "../../connections/connection-store.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas } from "../../foundation/quotas.ts"
import { describeConnections } from "./describe-connections.ts"

const socket = { send() {}, close() {}, bufferedBytes: () => 0 }

function openConnections(count: number) {
  const clock = new ManualClock()
  const store = new ConnectionStore()
  const opened = Array.from({ length: count }, (_, index) => {
    const facts = {
      connectionId: `c${index}`,
      apiId: "api",
      stageName: "dev",
      domainName: "api.example",
      connectedAt: clock.now(),
      identity: { sourceIp: "127.0.0.1", userAgent: "test" },
      authorizer: { principalId: "ada" },
    }
    const connection = new Connection(facts, socket, { clock, quotas: awsQuotas })
    store.add(connection)
    return connection
  })
  return { clock, store, opened }
}

test("a connection has its facts, its limits and its counts", () => {
  const { clock, store, opened } = openConnections(1)
  const connectedAt = clock.now()
  clock.advance(1000)
  opened[0]?.received(3)
  opened[0]?.send("héllo")
  clock.advance(1000)
  expect(describeConnections(store, clock.now())).toEqual({
    now: connectedAt + 2000,
    total: 1,
    connections: [
      {
        connectionId: "c0",
        apiId: "api",
        stageName: "dev",
        connectedAt,
        lastActiveAt: connectedAt + 1000,
        idleAt: connectedAt + 1000 + 10 * 60_000,
        lifetimeAt: connectedAt + 2 * 60 * 60_000,
        sourceIp: "127.0.0.1",
        userAgent: "test",
        authorizer: { principalId: "ada" },
        messagesIn: 1,
        bytesIn: 3,
        messagesOut: 1,
        bytesOut: 6,
      },
    ],
  })
})

test("the newest 2000 open connections are listed, the newest first, and all open ones are counted", () => {
  const { clock, store, opened } = openConnections(2003)
  opened[2002]?.close(1000, "")
  const { total, connections } = describeConnections(store, clock.now())
  expect([total, connections.length]).toEqual([2002, 2000])
  expect([connections[0]?.connectionId, connections.at(-1)?.connectionId]).toEqual(["c2001", "c2"])
})
