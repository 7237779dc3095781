// What a watcher is told, whatever the network loses, doubles or turns round.
import type { Progress } from "@document-insight/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { ManualClock } from "./manual-clock.ts"
import { ProgressClient } from "./progress-client.ts"
import { defaultTimings } from "./reconnecting-socket.ts"
import { ScriptedServer } from "./scripted-server.ts"

function setUp() {
  const clock = new ManualClock()
  const server = new ScriptedServer()
  const client = new ProgressClient({ url: "ws://server/dev", clock, random: () => 0.5, WebSocket: server.WebSocket })
  const connect = () => {
    while (client.connection.getSnapshot() === "waiting") clock.advance(100)
    server.newest.accept()
  }
  const open = () => {
    client.open()
    clock.advance(0)
    server.newest.accept()
  }
  return { clock, server, client, connect, open }
}

function progress(sequence: number, change: Partial<Progress> = {}): Progress {
  return {
    status: "progress",
    documentId: "report",
    sequence,
    pagesProcessed: sequence,
    totalPages: 100,
    percentComplete: sequence,
    timestamp: "2026-11-22T21:00:00.000Z",
    ...change,
  }
}

const watchReport = { action: "progress", documentId: "report" }
const ping = { action: "ping" }

test("watching asks where the document stands and tells what is answered", () => {
  const { client, server, open } = setUp()
  open()
  const told: number[] = []
  client.watch("report", ({ sequence }) => told.push(sequence))
  expect(server.newest.received).toEqual([watchReport])
  server.newest.say(progress(1))
  server.newest.say(progress(2))
  expect(told).toEqual([1, 2])
  expect(client.progressOf("report")?.sequence).toBe(2)
})

test("what is watched before there is a connection is asked for when there is one, and again on each new one", () => {
  const { client, server, connect, open } = setUp()
  client.watch("report", () => {})
  open()
  expect(server.newest.received).toEqual([watchReport])
  server.newest.letGo()
  connect()
  expect(server.connections).toHaveLength(2)
  expect(server.newest.received).toEqual([watchReport])
})

test("however its messages are doubled, delayed and mixed, a document only goes forward and ends at the highest", () => {
  const sequences = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(sequences, fc.integer({ min: 0, max: 80 }), (arrivals, lostAt) => {
      const { client, server, connect, open } = setUp()
      open()
      const told: number[] = []
      client.watch("report", ({ sequence }) => told.push(sequence))
      for (const [index, sequence] of arrivals.entries()) {
        if (index === lostAt) {
          server.newest.letGo()
          connect()
        }
        server.newest.say(progress(sequence))
      }
      expect(told).toEqual([...new Set(told)].sort((one, other) => one - other))
      expect(told.at(-1)).toBe(Math.max(...arrivals))
      expect(client.progressOf("report")?.sequence).toBe(Math.max(...arrivals))
    }),
  )
})

test("documents do not mix", () => {
  const { client, server, open } = setUp()
  open()
  const told: string[] = []
  client.watch("report", ({ documentId, sequence }) => told.push(`${documentId} ${sequence}`))
  client.watch("letter", ({ documentId, sequence }) => told.push(`${documentId} ${sequence}`))
  server.newest.say(progress(5))
  server.newest.say(progress(2, { documentId: "letter" }))
  server.newest.say(progress(9, { documentId: "nobody watches this" }))
  expect(told).toEqual(["report 5", "letter 2"])
})

test("nothing is asked about a document whose final progress is known", () => {
  const { client, clock, server, connect, open } = setUp()
  open()
  client.watch("report", () => {})
  server.newest.say(progress(7, { status: "processing_complete" }))
  clock.advance(defaultTimings.keepAliveAfterMs)
  server.newest.say({ status: "pong" })
  server.newest.letGo()
  connect()
  const late: number[] = []
  const stop = client.watch("report", ({ sequence }) => late.push(sequence))
  stop()
  clock.advance(10_000)
  expect(server.connections.map(({ received }) => received)).toEqual([[watchReport, ping], []])
  expect(late).toEqual([7])
})

test("a recoverable error is not the end: it is still watched", () => {
  const { client, server, connect, open } = setUp()
  open()
  client.watch("report", () => {})
  server.newest.say(progress(3, { status: "error", errorCode: "PROCESSING_FAILED", recoverable: true }))
  server.newest.letGo()
  connect()
  expect(server.newest.received).toEqual([watchReport])
})

test("a lost push is made good: who has been silent between two signs of life is asked again", () => {
  const { client, clock, server, open } = setUp()
  open()
  client.watch("report", () => {})
  const signOfLife = () => {
    clock.advance(defaultTimings.checkAfterMs)
    server.newest.say({ status: "pong" })
  }
  server.newest.say(progress(1))
  signOfLife()
  expect(server.newest.received).toEqual([watchReport, ping])
  signOfLife()
  expect(server.newest.received).toEqual([watchReport, ping, ping, watchReport])
  server.newest.say(progress(9, { status: "processing_complete" }))
  expect(client.progressOf("report")?.status).toBe("processing_complete")
})

test("a document that is gone says so, although it has no sequence of its own any more", () => {
  const { client, server, open } = setUp()
  open()
  client.watch("report", () => {})
  server.newest.say(progress(5))
  server.newest.say(progress(0, { status: "error", errorCode: "DOCUMENT_NOT_FOUND", recoverable: false }))
  expect(client.progressOf("report")?.errorCode).toBe("DOCUMENT_NOT_FOUND")
})

test("frames that are none of ours change nothing", () => {
  const { client, server, open } = setUp()
  open()
  const told: Progress[] = []
  client.watch("report", (news) => told.push(news))
  server.newest.say("not JSON")
  server.newest.say({ message: "Internal server error", connectionId: "L0SM9cOFvHcCIhw=", requestId: "Kx1" })
  server.newest.say({ ...progress(4), percentComplete: "many" })
  expect(told).toEqual([])
})

test("the last watcher to go says so, after a moment; who comes back in that moment is not noticed", () => {
  const { client, clock, server, open } = setUp()
  open()
  const stopOne = client.watch("report", () => {})
  const stopOther = client.watch("report", () => {})
  stopOne()
  clock.advance(2_000)
  stopOther()
  const stopAgain = client.watch("report", () => {})
  clock.advance(2_000)
  expect(server.newest.received).toEqual([watchReport])
  stopAgain()
  clock.advance(2_000)
  expect(server.newest.received).toEqual([watchReport, { ...watchReport, watch: false }])
})

test("each watcher stops for itself alone, though both gave the same function", () => {
  const { client, server, open } = setUp()
  open()
  const told: number[] = []
  const listener = ({ sequence }: Progress) => told.push(sequence)
  const stop = client.watch("report", listener)
  client.watch("report", listener)
  stop()
  server.newest.say(progress(1))
  expect(told).toEqual([1])
})

test("what came another way counts too, and who starts watching is told at once what is known", () => {
  const { client, open } = setUp()
  open()
  client.note(progress(6))
  client.note(progress(4))
  const told: number[] = []
  client.watch("report", ({ sequence }) => told.push(sequence))
  client.note(progress(8))
  expect(told).toEqual([6, 8])
})

test("tells the state of its connection, and leaves nothing running when closed", () => {
  const { client, clock, server, open } = setUp()
  const states: string[] = []
  client.connection.subscribe(() => states.push(client.connection.getSnapshot()))
  open()
  client.watch("report", () => {})()
  server.newest.letGo()
  client.close()
  expect(states).toEqual(["connecting", "open", "waiting", "closed"])
  expect(clock.pending).toBe(0)
})
