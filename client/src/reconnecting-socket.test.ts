// Reconnects, backoff, pings and network hints of a reconnecting WebSocket, on a manual clock.
import fc from "fast-check"
import { expect, test } from "vitest"
import { ManualClock } from "../testing/manual-clock.ts"
import { ScriptedServer } from "../testing/scripted-server.ts"
import { DocumentError } from "./document-error.ts"
import type { NetworkHint } from "./network-hints.ts"
import { defaultTimings, ReconnectingSocket, type ReconnectingSocketOptions } from "./reconnecting-socket.ts"

function setUp(options: Partial<ReconnectingSocketOptions> = {}) {
  const clock = new ManualClock()
  const server = new ScriptedServer()
  const received: string[] = []
  const states: string[] = []
  let hint: ((hint: NetworkHint) => void) | undefined
  const socket = new ReconnectingSocket({
    url: "ws://server/dev",
    ping: '{"action":"ping"}',
    onOpen: () => {},
    onText: (text) => received.push(text),
    clock,
    random: () => 0.5,
    hints: (run) => {
      hint = run
      return () => {
        hint = undefined
      }
    },
    WebSocket: server.WebSocket,
    ...options,
  })
  socket.onStateChange(() => states.push(socket.state()))
  const openUp = () => {
    socket.open()
    clock.advance(0)
    server.newest.accept()
  }
  const waitForAttempt = () => {
    while (socket.state() === "waiting") clock.advance(100)
  }
  return {
    clock,
    server,
    received,
    states,
    socket,
    openUp,
    waitForAttempt,
    hint: (value: NetworkHint) => hint?.(value),
    hasHintListener: () => hint !== undefined,
  }
}

test("connects when opened, receives messages and sends messages", () => {
  const { socket, server, received, states, openUp } = setUp()
  openUp()
  server.newest.push('{"hello":1}')
  expect(socket.send('{"hi":2}')).toBe(true)
  expect(server.newest.url).toBe("ws://server/dev")
  expect(server.newest.received).toEqual([{ hi: 2 }])
  expect(received).toEqual(['{"hello":1}'])
  expect(states).toEqual(["connecting", "open"])
})

test("send() returns false and queues nothing while no connection is open", () => {
  const { socket, clock, server } = setUp()
  expect(socket.send("{}")).toBe(false)
  socket.open()
  clock.advance(0)
  expect(socket.send("{}")).toBe(false)
  server.newest.accept()
  expect(server.newest.received).toEqual([])
})

test("makes one connection when opened, closed and opened again in one tick", () => {
  const { socket, clock, server } = setUp()
  socket.open()
  socket.close()
  socket.open()
  clock.advance(0)
  expect(server.connections).toHaveLength(1)
})

test("reconnects after the server closed the connection, and calls onOpen each time", () => {
  let opened = 0
  const { clock, server, states, openUp, waitForAttempt } = setUp({ onOpen: () => opened++ })
  openUp()
  clock.advance(5_000)
  server.newest.drop()
  waitForAttempt()
  server.newest.accept()
  expect(server.connections).toHaveLength(2)
  expect(opened).toBe(2)
  expect(states).toEqual(["connecting", "open", "waiting", "connecting", "open"])
})

test("doubles the wait after each failure up to longestWaitMs, and resets it after a stable connection", () => {
  const { clock, server, openUp } = setUp({ random: () => 0.999_999 })
  const secondsUntilAttempt = () => {
    const attempts = server.connections.length
    const from = clock.now()
    while (server.connections.length === attempts) clock.advance(100)
    return Math.round((clock.now() - from) / 1000)
  }
  openUp()
  clock.advance(defaultTimings.stableAfterMs)
  server.newest.drop()
  const waits = [secondsUntilAttempt()]
  for (let failure = 0; failure < 7; failure++) {
    server.newest.drop()
    waits.push(secondsUntilAttempt())
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30])

  server.newest.accept()
  clock.advance(defaultTimings.stableAfterMs)
  server.newest.drop()
  expect(secondsUntilAttempt()).toBe(1)
})

test("waits at most firstWaitMs after the first failure, also before any stable connection", () => {
  const firstWaitMs = 1_000
  const beforeFirstConnection = setUp({ random: () => 0.999_999, timings: { firstWaitMs } })
  beforeFirstConnection.socket.open()
  beforeFirstConnection.clock.advance(0)
  beforeFirstConnection.server.newest.drop()
  beforeFirstConnection.clock.advance(firstWaitMs)
  expect(beforeFirstConnection.server.connections).toHaveLength(2)

  const shortConnection = setUp({ random: () => 0.999_999, timings: { firstWaitMs } })
  shortConnection.openUp()
  shortConnection.server.newest.drop()
  shortConnection.clock.advance(firstWaitMs)
  expect(shortConnection.server.connections).toHaveLength(2)
})

test("spreads reconnects over the whole wait (full jitter)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), (thousandths) => {
      const random = thousandths / 1000
      const { clock, server, openUp } = setUp({ random: () => random })
      openUp()
      clock.advance(defaultTimings.stableAfterMs)
      server.newest.drop()
      const dueMs = random * defaultTimings.firstWaitMs
      clock.advance(dueMs * 0.99)
      expect(server.connections).toHaveLength(1)
      clock.advance(dueMs * 0.02)
      expect(server.connections).toHaveLength(2)
    }),
  )
})

test("pings after silence, and keeps the connection when any message arrives", () => {
  const { clock, server, socket, openUp } = setUp()
  openUp()
  clock.advance(defaultTimings.keepAliveAfterMs)
  expect(server.newest.received).toEqual([{ action: "ping" }])
  clock.advance(defaultTimings.pongWithinMs - 1)
  server.newest.push("any message")
  clock.advance(defaultTimings.keepAliveAfterMs - 1)
  expect(server.newest.received).toHaveLength(1)
  expect(socket.state()).toBe("open")
})

test("does not ping a connection that receives messages", () => {
  const { clock, server, openUp } = setUp()
  openUp()
  for (let minute = 0; minute < 10; minute++) {
    clock.advance(defaultTimings.keepAliveAfterMs - 1)
    server.newest.push("news")
  }
  expect(server.newest.received).toEqual([])
})

test("drops and replaces a connection that does not respond to a ping and never closes", () => {
  const { clock, server, received, socket, openUp, waitForAttempt } = setUp()
  openUp()
  const dead = server.newest
  clock.advance(defaultTimings.keepAliveAfterMs + defaultTimings.pongWithinMs)
  expect(socket.state()).toBe("waiting")
  expect(dead.isClosed).toBe(true)
  waitForAttempt()
  server.newest.accept()
  expect(socket.state()).toBe("open")

  dead.push("late message")
  dead.drop()
  expect(received).toEqual([])
  expect(socket.state()).toBe("open")
})

test("gives up a connection attempt without a response after connectWithinMs", () => {
  const { clock, server, socket } = setUp()
  socket.open()
  clock.advance(defaultTimings.connectWithinMs)
  expect(socket.state()).toBe("waiting")
  expect(server.newest.isClosed).toBe(true)
})

test("reconnects at once when the network is back", () => {
  const { clock, server, socket, openUp, hint } = setUp()
  openUp()
  server.newest.drop()
  hint("check")
  expect(socket.state()).toBe("waiting")
  hint("try-now")
  expect(socket.state()).toBe("connecting")
  hint("try-now")
  expect(server.connections).toHaveLength(2)
  server.newest.accept()
  clock.advance(defaultTimings.keepAliveAfterMs - 1)
  expect(server.connections).toHaveLength(2)
})

test("pings an open connection when the network may be down, and further hints do not extend the deadline", () => {
  const { clock, server, socket, openUp, hint } = setUp()
  openUp()
  hint("check")
  expect(server.newest.received).toEqual([{ action: "ping" }])
  clock.advance(defaultTimings.pongWithinMs - 1)
  hint("try-now")
  clock.advance(1)
  expect(server.newest.received).toHaveLength(1)
  expect(socket.state()).toBe("waiting")
})

test("stays closed and leaves no timer and no listener when closed in any state", () => {
  const step = fc.constantFrom("accept", "drop", "second", "minute", "hint", "reopen")
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { clock, server, socket, hint, hasHintListener } = setUp()
      socket.open()
      for (const next of steps) {
        if (next === "accept" && server.connections.length > 0 && socket.state() === "connecting")
          server.newest.accept()
        if (next === "drop" && server.connections.length > 0) server.newest.drop()
        if (next === "second") clock.advance(1_000)
        if (next === "minute") clock.advance(60_000)
        if (next === "hint") hint("try-now")
        if (next === "reopen") {
          socket.close()
          socket.open()
        }
        // In every state at most one connection is held and exactly one timer is armed.
        expect(server.connections.filter(({ isClosed }) => !isClosed).length).toBeLessThanOrEqual(1)
        expect(clock.pending).toBe(1)
      }
      socket.close()
      expect(hasHintListener()).toBe(false)
      const attempts = server.connections.length
      clock.advance(24 * 60 * 60_000)
      expect(socket.state()).toBe("closed")
      expect(clock.pending).toBe(0)
      expect(server.connections).toHaveLength(attempts)
      expect(server.connections.every(({ isClosed }) => isClosed)).toBe(true)
    }),
  )
})

test("gives up an attempt after 20 seconds by default, and waits at most one second", () => {
  const { clock, socket, server } = setUp({ random: () => 1 })
  socket.open()
  clock.advance(0)
  clock.advance(19_999)
  expect(socket.state()).toBe("connecting")
  clock.advance(1)
  expect(socket.state()).toBe("waiting")
  clock.advance(999)
  expect(socket.state()).toBe("waiting")
  clock.advance(1)
  expect(socket.state()).toBe("connecting")
  expect(server.newest.url).toBe("ws://server/dev")
})

test("pings after eight minutes of silence by default, after 30 seconds when a message is due, and waits 10 seconds", () => {
  for (const [isExpecting, silenceMs] of [[false, 8 * 60_000] as const, [true, 30_000] as const]) {
    const { clock, socket, server, openUp } = setUp({ isExpecting: () => isExpecting })
    openUp()
    clock.advance(silenceMs - 1)
    expect(server.newest.received).toEqual([])
    clock.advance(1)
    expect(server.newest.received).toEqual([{ action: "ping" }])
    clock.advance(9_999)
    expect(socket.state()).toBe("open")
    clock.advance(1)
    expect(socket.state()).toBe("waiting")
    socket.close()
  }
})

test("waits at most 30 seconds by default, and one second again after a connection that was open for ten", () => {
  const { clock, socket, server, openUp } = setUp({ random: () => 1 })
  const nextWaitMs = () => {
    let waitedMs = 0
    while (socket.state() === "waiting") {
      clock.advance(1_000)
      waitedMs += 1_000
    }
    return waitedMs
  }
  openUp()
  server.newest.drop()
  const waits = [nextWaitMs()]
  for (let attempt = 0; attempt < 6; attempt++) {
    server.newest.drop()
    waits.push(nextWaitMs())
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  server.newest.accept()
  clock.advance(9_999)
  server.newest.drop()
  expect(nextWaitMs()).toBe(30_000)
  server.newest.accept()
  clock.advance(10_000)
  server.newest.drop()
  expect(nextWaitMs()).toBe(1_000)
})

test("reports when it connects again, and connects at once on request", () => {
  const { socket, server, clock, openUp } = setUp()
  openUp()
  expect(socket.attempts()).toEqual({ failures: 0, nextAttemptAt: undefined })
  server.newest.drop()
  expect(socket.attempts()).toEqual({ failures: 1, nextAttemptAt: clock.now() + 500 })
  const lost = server.newest
  socket.connectNow()
  expect(server.newest).not.toBe(lost)
  expect(socket.attempts()).toEqual({ failures: 1, nextAttemptAt: undefined })
  server.newest.accept()
  const current = server.newest
  socket.connectNow()
  expect(server.newest).toBe(current)
})

test("asks for another address for every connection, because a ticket opens only one", async () => {
  let tickets = 0
  const url = async () => `ws://server/dev?ticket=${++tickets}`
  const { socket, clock, server, waitForAttempt } = setUp({ url })
  socket.open()
  clock.advance(0)
  await turn()
  server.newest.accept()
  server.newest.drop()
  waitForAttempt()
  await turn()
  expect(server.connections.map((connection) => connection.url)).toEqual([
    "ws://server/dev?ticket=1",
    "ws://server/dev?ticket=2",
  ])
})

test("waits and tries again, as after a lost connection, when there is no address", async () => {
  const { socket, clock, server, states } = setUp({ url: () => Promise.reject(new Error("no network")) })
  socket.open()
  clock.advance(0)
  await turn()
  expect(states).toEqual(["connecting", "waiting"])
  expect(socket.attempts()).toMatchObject({ failures: 1, nextAttemptAt: 500 })
  clock.advance(500)
  await turn()
  expect(socket.attempts()).toMatchObject({ failures: 2, nextAttemptAt: 1_500 })
  expect(server.connections).toEqual([])
})

test("ends when the session has ended, makes no further attempt, and can be opened again", async () => {
  let isSignedIn = false
  const url = async () => {
    if (!isSignedIn) throw new DocumentError("signed-out", "Your session has ended. Sign in again.")
    return "ws://server/dev?ticket=1"
  }
  const { socket, clock, server, states, hasHintListener } = setUp({ url })
  socket.open()
  clock.advance(0)
  await turn()
  expect(states).toEqual(["connecting", "ended"])
  expect(clock.pending).toBe(0)
  expect(hasHintListener()).toBe(false)
  isSignedIn = true
  socket.open()
  clock.advance(0)
  await turn()
  expect(server.connections).toHaveLength(1)
})

test("does not connect with an address that arrives after it was closed, or too late", async () => {
  const arrivals: ((address: string) => void)[] = []
  const { socket, clock, server } = setUp({ url: () => new Promise((resolve) => arrivals.push(resolve)) })
  socket.open()
  clock.advance(0)
  clock.advance(defaultTimings.connectWithinMs)
  expect(socket.state()).toBe("waiting")
  arrivals[0]?.("ws://server/dev?ticket=late")
  clock.advance(500)
  socket.close()
  arrivals[1]?.("ws://server/dev?ticket=closed")
  await turn()
  expect(arrivals).toHaveLength(2)
  expect(server.connections).toEqual([])
})

test("replaces its connection on request, after a wait", () => {
  const { socket, server, openUp, waitForAttempt } = setUp()
  openUp()
  socket.reconnect()
  expect(server.newest.isClosed).toBe(true)
  expect(socket.state()).toBe("waiting")
  waitForAttempt()
  expect(server.connections).toHaveLength(2)
})

const turn = () => new Promise(setImmediate)
