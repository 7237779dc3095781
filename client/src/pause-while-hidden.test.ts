// What an open page costs: how often it pings, and when it gives up its connection.
import type { Progress } from "@document-insight/protocol"
import { expect, test } from "vitest"
import { ManualClock } from "../testing/manual-clock.ts"
import { ScriptedServer } from "../testing/scripted-server.ts"
import { pageVisibility, pauseAfterHiddenMs } from "./pause-while-hidden.ts"
import { ProgressClient } from "./progress-client.ts"
import { defaultTimings } from "./reconnecting-socket.ts"

const minutes = 60_000
const ping = { action: "ping" }
const watchReport = { action: "progress", documentId: "report" }

function openPage() {
  const clock = new ManualClock()
  const server = new ScriptedServer()
  let report = (_isVisible: boolean) => {}
  let stops = 0
  const client = new ProgressClient({
    url: "ws://server/dev",
    clock,
    random: () => 0.5,
    WebSocket: server.WebSocket,
    visibility(run) {
      report = run
      run(true)
      return () => stops++
    },
  })
  client.open()
  clock.advance(0)
  server.newest.accept()
  const connectionState = () => client.connection.getSnapshot()
  return {
    client,
    clock,
    server,
    connectionState,
    show: () => report(true),
    hide: () => report(false),
    stops: () => stops,
  }
}

function progress(status: Progress["status"], sequence: number): Progress {
  const counts = { pagesProcessed: 1, totalPages: 2, percentComplete: 50 }
  return { status, documentId: "report", sequence, ...counts, timestamp: "2026-11-22T21:00:00.000Z" }
}

/** Passes `ms` in steps of ten seconds; every ping has a pong at once. Returns the number of pings. */
function passAnsweringPings({ clock, server }: ReturnType<typeof openPage>, ms: number): number {
  let pings = 0
  for (let passed = 0; passed < ms; passed += 10_000) {
    clock.advance(10_000)
    const { received } = server.newest
    if (JSON.stringify(received.at(-1)) !== JSON.stringify(ping)) continue
    pings += 1
    received.length = 0
    server.newest.push({ status: "pong" })
  }
  return pings
}

test("a visible page without a document in progress pings seven times an hour and is never silent for ten minutes", () => {
  const page = openPage()
  expect(passAnsweringPings(page, 60 * minutes)).toBe(7)
  expect(page.server.connections).toHaveLength(1)
  // Browsers run the timers of hidden pages up to a minute late.
  expect(defaultTimings.keepAliveAfterMs + 1 * minutes).toBeLessThan(10 * minutes)
})

test("a silent link is checked after half a minute while a document is in progress, and no longer after its last message", () => {
  const page = openPage()
  page.clock.advance(5 * minutes)
  page.client.watch("report", () => {})
  page.clock.advance(defaultTimings.checkAfterMs)
  expect(page.server.newest.received).toEqual([watchReport, ping])
  page.server.newest.received.length = 0
  page.server.newest.push(progress("processing_complete", 9))
  expect(passAnsweringPings(page, 60 * minutes)).toBe(7)
})

test("a page that is hidden for long closes its connection, and opens it again as soon as it is visible", () => {
  const { clock, server, connectionState, hide, show } = openPage()
  hide()
  clock.advance(pauseAfterHiddenMs - 1)
  expect(connectionState()).toBe("open")
  clock.advance(1)
  expect(connectionState()).toBe("closed")
  expect(server.newest.isClosed).toBe(true)
  clock.advance(24 * 60 * minutes)
  expect(server.connections).toHaveLength(1)
  show()
  clock.advance(0)
  server.newest.accept()
  expect(server.connections).toHaveLength(2)
  expect(connectionState()).toBe("open")
})

test("a page that is hidden for a moment, again and again, keeps its connection", () => {
  const page = openPage()
  for (let time = 0; time < 3; time++) {
    page.hide()
    passAnsweringPings(page, pauseAfterHiddenMs - 10_000)
    page.show()
  }
  passAnsweringPings(page, pauseAfterHiddenMs)
  expect(page.connectionState()).toBe("open")
  expect(page.server.connections).toHaveLength(1)
})

test("a hidden page keeps its connection while a document is in progress, and closes it after the document's last message", () => {
  const page = openPage()
  page.client.watch("report", () => {})
  page.server.newest.push(progress("progress", 1))
  page.hide()
  passAnsweringPings(page, 60 * minutes)
  expect(page.connectionState()).toBe("open")
  page.server.newest.push(progress("processing_complete", 9))
  expect(page.connectionState()).toBe("closed")
})

test("a hidden page that starts to watch a document connects again and asks for it", () => {
  const { client, clock, server, connectionState, hide } = openPage()
  hide()
  clock.advance(pauseAfterHiddenMs)
  client.watch("report", () => {})
  clock.advance(0)
  server.newest.accept()
  expect(server.newest.received).toEqual([watchReport])
  expect(connectionState()).toBe("open")
})

test("a closed client stays closed when its page is shown, hidden or told of progress", () => {
  const { client, clock, server, connectionState, hide, stops } = openPage()
  hide()
  clock.advance(pauseAfterHiddenMs)
  client.close()
  expect(stops()).toBe(1)
  client.note(progress("progress", 1))
  clock.advance(60 * minutes)
  expect(connectionState()).toBe("closed")
  expect(server.connections).toHaveLength(1)
  expect(clock.pending).toBe(0)
})

test("where there is no page, nothing is reported as hidden", () => {
  const reported: boolean[] = []
  pageVisibility((isVisible) => reported.push(isVisible))()
  expect(reported).toEqual([])
})
