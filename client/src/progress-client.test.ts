// The progress client under message loss, duplication, reordering and reconnects.
import type { Progress } from "@document-insight/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { ManualClock } from "../testing/manual-clock.ts"
import { ScriptedServer } from "../testing/scripted-server.ts"
import { ProgressClient, type ProgressClientOptions } from "./progress-client.ts"
import { defaultTimings } from "./reconnecting-socket.ts"

function setUp(options: Partial<ProgressClientOptions> = {}) {
  const clock = new ManualClock()
  const server = new ScriptedServer()
  const { WebSocket } = server
  const client = new ProgressClient({ url: "ws://server/dev", clock, random: () => 0.5, WebSocket, ...options })
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

test("watch() requests the progress and notifies the listener of every response", () => {
  const { client, server, open } = setUp()
  open()
  const received: number[] = []
  client.watch("report", ({ sequence }) => received.push(sequence))
  expect(server.newest.received).toEqual([watchReport])
  server.newest.push(progress(1))
  server.newest.push(progress(2))
  expect(received).toEqual([1, 2])
  expect(client.progressOf("report")?.sequence).toBe(2)
})

test("requests every watched document on each new connection, also when it was watched before the first", () => {
  const { client, server, connect, open } = setUp()
  client.watch("report", () => {})
  open()
  expect(server.newest.received).toEqual([watchReport])
  server.newest.drop()
  connect()
  expect(server.connections).toHaveLength(2)
  expect(server.newest.received).toEqual([watchReport])
})

test("never goes back and ends at the highest sequence when messages are duplicated, delayed and reordered", () => {
  const sequences = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(sequences, fc.integer({ min: 0, max: 80 }), (arrivals, lostAt) => {
      const { client, server, connect, open } = setUp()
      open()
      const received: number[] = []
      client.watch("report", ({ sequence }) => received.push(sequence))
      for (const [index, sequence] of arrivals.entries()) {
        if (index === lostAt) {
          server.newest.drop()
          connect()
        }
        server.newest.push(progress(sequence))
      }
      expect(received).toEqual([...new Set(received)].sort((one, other) => one - other))
      expect(received.at(-1)).toBe(Math.max(...arrivals))
      expect(client.progressOf("report")?.sequence).toBe(Math.max(...arrivals))
    }),
  )
})

test("watches a document anew when it is open again after its end", () => {
  const { client, server, open } = setUp()
  open()
  const received: string[] = []
  client.watch("report", ({ status }) => received.push(status))
  server.newest.push(progress(2, { status: "error", errorCode: "ENCRYPTED", recoverable: false }))
  client.note(progress(3, { status: "waiting" }))
  server.newest.push(progress(4))
  expect(server.newest.received).toEqual([watchReport, watchReport])
  expect(received).toEqual(["error", "waiting", "progress"])
})

test("asks again after a progress from elsewhere, since an end that came before it may have ended the watch", () => {
  const { client, server, open } = setUp()
  open()
  const received: number[] = []
  client.watch("report", ({ sequence }) => received.push(sequence))
  server.newest.push(progress(2))
  client.note(progress(4, { status: "waiting" }))
  expect(server.newest.received).toEqual([watchReport, watchReport])
  // An older one changes nothing, and one of the server is of a watch that goes on.
  client.note(progress(3, { status: "error", errorCode: "ENCRYPTED", recoverable: false }))
  server.newest.push(progress(5))
  expect(server.newest.received).toHaveLength(2)
  client.note(progress(6, { status: "processing_complete" }))
  expect(server.newest.received).toHaveLength(2)
  expect(received).toEqual([2, 4, 5, 6])
})

test("notifies a listener only of the document that it watches", () => {
  const { client, server, open } = setUp()
  open()
  const received: string[] = []
  client.watch("report", ({ documentId, sequence }) => received.push(`${documentId} ${sequence}`))
  client.watch("letter", ({ documentId, sequence }) => received.push(`${documentId} ${sequence}`))
  server.newest.push(progress(5))
  server.newest.push(progress(2, { documentId: "letter" }))
  server.newest.push(progress(9, { documentId: "not watched" }))
  expect(received).toEqual(["report 5", "letter 2"])
})

test("requests nothing for a document whose final progress is known", () => {
  const { client, clock, server, connect, open } = setUp()
  open()
  client.watch("report", () => {})
  server.newest.push(progress(7, { status: "processing_complete" }))
  clock.advance(defaultTimings.keepAliveAfterMs)
  server.newest.push({ status: "pong" })
  server.newest.drop()
  connect()
  const late: number[] = []
  const stop = client.watch("report", ({ sequence }) => late.push(sequence))
  stop()
  clock.advance(10_000)
  expect(server.connections.map(({ received }) => received)).toEqual([[watchReport, ping], []])
  expect(late).toEqual([7])
})

test("keeps watching after a recoverable error", () => {
  const { client, server, connect, open } = setUp()
  open()
  client.watch("report", () => {})
  server.newest.push(progress(3, { status: "error", errorCode: "PROCESSING_FAILED", recoverable: true }))
  server.newest.drop()
  connect()
  expect(server.newest.received).toEqual([watchReport])
})

test("requests a document again when no message about it arrived between two pongs", () => {
  const { client, clock, server, open } = setUp()
  open()
  client.watch("report", () => {})
  const pingAndPong = () => {
    clock.advance(defaultTimings.checkAfterMs)
    server.newest.push({ status: "pong" })
  }
  server.newest.push(progress(1))
  pingAndPong()
  expect(server.newest.received).toEqual([watchReport, ping])
  pingAndPong()
  expect(server.newest.received).toEqual([watchReport, ping, ping, watchReport])
  server.newest.push(progress(9, { status: "processing_complete" }))
  expect(client.progressOf("report")?.status).toBe("processing_complete")
})

test("accepts DOCUMENT_NOT_FOUND although its sequence is lower", () => {
  const { client, server, open } = setUp()
  open()
  client.watch("report", () => {})
  server.newest.push(progress(5))
  server.newest.push(progress(0, { status: "error", errorCode: "DOCUMENT_NOT_FOUND", recoverable: false }))
  expect(client.progressOf("report")?.errorCode).toBe("DOCUMENT_NOT_FOUND")
})

test("ignores frames of unknown shape", () => {
  const { client, server, open } = setUp()
  open()
  const received: Progress[] = []
  client.watch("report", (news) => received.push(news))
  server.newest.push("not JSON")
  server.newest.push({ message: "Internal server error", connectionId: "L0SM9cOFvHcCIhw=", requestId: "Kx1" })
  server.newest.push({ ...progress(4), percentComplete: "many" })
  expect(received).toEqual([])
})

test("sends watch: false one second after the last listener stopped, and nothing when one returns in between", () => {
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

test("stopping one watch keeps another one with the same function", () => {
  const { client, server, open } = setUp()
  open()
  const received: number[] = []
  const listener = ({ sequence }: Progress) => received.push(sequence)
  const stop = client.watch("report", listener)
  client.watch("report", listener)
  stop()
  server.newest.push(progress(1))
  expect(received).toEqual([1])
})

test("takes progress from other sources, and notifies a new listener of the known progress at once", () => {
  const { client, open } = setUp()
  open()
  client.note(progress(6))
  client.note(progress(4))
  const received: number[] = []
  client.watch("report", ({ sequence }) => received.push(sequence))
  client.note(progress(8))
  expect(received).toEqual([6, 8])
})

test("reports the state of its connection, and leaves no timer running when closed", () => {
  const { client, clock, server, open } = setUp()
  const states: string[] = []
  client.connection.subscribe(() => states.push(client.connection.getSnapshot()))
  open()
  client.watch("report", () => {})()
  server.newest.drop()
  client.close()
  expect(states).toEqual(["connecting", "open", "waiting", "closed"])
  expect(clock.pending).toBe(0)
})

test("sends the secret of a shared link with the documents that were opened with one", () => {
  const shareTokenOf = (documentId: string) => (documentId === "shared" ? "s" : undefined)
  const { client, server, open } = setUp({ shareTokenOf })
  open()
  client.watch("shared", () => {})
  client.watch("report", () => {})
  expect(server.newest.received).toEqual([{ action: "progress", documentId: "shared", shareToken: "s" }, watchReport])
})

test("connects again and watches again when the session of the connection has expired", () => {
  const { client, server, open, connect } = setUp()
  open()
  client.watch("report", () => {})
  server.newest.push({ status: "error", errorCode: "SESSION_EXPIRED", message: "Connect again." })
  expect(server.newest.isClosed).toBe(true)
  connect()
  expect(server.connections).toHaveLength(2)
  expect(server.newest.received).toEqual([watchReport])
})
