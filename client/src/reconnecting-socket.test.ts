// A connection's life as its user sees it: whatever ends it, it comes back, and never in a hurry with everybody else.
import fc from "fast-check"
import { expect, test } from "vitest"
import { ManualClock } from "./manual-clock.ts"
import type { NetworkHint } from "./network-hints.ts"
import { defaultTimings, ReconnectingSocket, type ReconnectingSocketOptions } from "./reconnecting-socket.ts"
import { ScriptedServer } from "./scripted-server.ts"

function setUp(options: Partial<ReconnectingSocketOptions> = {}) {
  const clock = new ManualClock()
  const server = new ScriptedServer()
  const heard: string[] = []
  const states: string[] = []
  let hint: ((hint: NetworkHint) => void) | undefined
  const socket = new ReconnectingSocket({
    url: "ws://server/dev",
    ping: '{"action":"ping"}',
    onOpen: () => {},
    onText: (text) => heard.push(text),
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
  const waitItOut = () => {
    while (socket.state() === "waiting") clock.advance(100)
  }
  return {
    clock,
    server,
    heard,
    states,
    socket,
    openUp,
    waitItOut,
    hint: (given: NetworkHint) => hint?.(given),
    isHintAwaited: () => hint !== undefined,
  }
}

test("connects when opened, hears what is said, and says what it is told to", () => {
  const { socket, server, heard, states, openUp } = setUp()
  openUp()
  server.newest.say('{"hello":1}')
  expect(socket.send('{"hi":2}')).toBe(true)
  expect(server.newest.url).toBe("ws://server/dev")
  expect(server.newest.received).toEqual([{ hi: 2 }])
  expect(heard).toEqual(['{"hello":1}'])
  expect(states).toEqual(["connecting", "open"])
})

test("keeps no text for later: there is nothing to send on unless it is open", () => {
  const { socket, clock, server } = setUp()
  expect(socket.send("{}")).toBe(false)
  socket.open()
  clock.advance(0)
  expect(socket.send("{}")).toBe(false)
  server.newest.accept()
  expect(server.newest.received).toEqual([])
})

test("opened, closed and opened again in one turn, it makes one connection", () => {
  const { socket, clock, server } = setUp()
  socket.open()
  socket.close()
  socket.open()
  clock.advance(0)
  expect(server.connections).toHaveLength(1)
})

test("comes back after the other side has closed, and runs onOpen each time", () => {
  let opened = 0
  const { clock, server, states, openUp, waitItOut } = setUp({ onOpen: () => opened++ })
  openUp()
  clock.advance(5_000)
  server.newest.letGo()
  waitItOut()
  server.newest.accept()
  expect(server.connections).toHaveLength(2)
  expect(opened).toBe(2)
  expect(states).toEqual(["connecting", "open", "waiting", "connecting", "open"])
})

test("waits longer after each failure, up to a limit, and starts small again after a stable connection", () => {
  const { clock, server, openUp } = setUp({ random: () => 0.999_999 })
  const waitUntilTriedAgain = () => {
    const tried = server.connections.length
    const from = clock.now()
    while (server.connections.length === tried) clock.advance(100)
    return Math.round((clock.now() - from) / 1000)
  }
  openUp()
  clock.advance(defaultTimings.stableAfterMs)
  server.newest.letGo()
  const waits = [waitUntilTriedAgain()]
  for (let failure = 0; failure < 7; failure++) {
    server.newest.letGo()
    waits.push(waitUntilTriedAgain())
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30])

  server.newest.accept()
  clock.advance(defaultTimings.stableAfterMs)
  server.newest.letGo()
  expect(waitUntilTriedAgain()).toBe(1)
})

test("spreads the returns of many over the whole wait (full jitter)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), (thousandths) => {
      const random = thousandths / 1000
      const { clock, server, openUp } = setUp({ random: () => random })
      openUp()
      clock.advance(defaultTimings.stableAfterMs)
      server.newest.letGo()
      const dueMs = random * defaultTimings.firstWaitMs
      clock.advance(dueMs * 0.99)
      expect(server.connections).toHaveLength(1)
      clock.advance(dueMs * 0.02)
      expect(server.connections).toHaveLength(2)
    }),
  )
})

test("asks for a sign of life after silence; any answer keeps the connection", () => {
  const { clock, server, socket, openUp } = setUp()
  openUp()
  clock.advance(defaultTimings.keepAliveAfterMs)
  expect(server.newest.received).toEqual([{ action: "ping" }])
  clock.advance(defaultTimings.pongWithinMs - 1)
  server.newest.say("anything")
  clock.advance(defaultTimings.keepAliveAfterMs - 1)
  expect(server.newest.received).toHaveLength(1)
  expect(socket.state()).toBe("open")
})

test("a connection that hears enough is not pinged", () => {
  const { clock, server, openUp } = setUp()
  openUp()
  for (let minute = 0; minute < 10; minute++) {
    clock.advance(defaultTimings.keepAliveAfterMs - 1)
    server.newest.say("news")
  }
  expect(server.newest.received).toEqual([])
})

test("a dead link, which never closes by itself, is let go and replaced", () => {
  const { clock, server, heard, socket, openUp, waitItOut } = setUp()
  openUp()
  const dead = server.newest
  clock.advance(defaultTimings.keepAliveAfterMs + defaultTimings.pongWithinMs)
  expect(socket.state()).toBe("waiting")
  expect(dead.isClosed).toBe(true)
  waitItOut()
  server.newest.accept()
  expect(socket.state()).toBe("open")

  dead.say("from the grave")
  dead.letGo()
  expect(heard).toEqual([])
  expect(socket.state()).toBe("open")
})

test("an attempt that gets no answer is given up", () => {
  const { clock, server, socket } = setUp()
  socket.open()
  clock.advance(defaultTimings.connectWithinMs)
  expect(socket.state()).toBe("waiting")
  expect(server.newest.isClosed).toBe(true)
})

test("when the network comes back it does not wait for its turn", () => {
  const { clock, server, socket, openUp, hint } = setUp()
  openUp()
  server.newest.letGo()
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

test("when the network may be gone, an open connection has to show that it lives; hints do not prolong its time", () => {
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

test("once closed it stays closed, and nothing is left running, from whatever state", () => {
  const step = fc.constantFrom("accept", "letGo", "second", "minute", "hint", "reopen")
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { clock, server, socket, hint, isHintAwaited } = setUp()
      socket.open()
      for (const next of steps) {
        if (next === "accept" && server.connections.length > 0 && socket.state() === "connecting")
          server.newest.accept()
        if (next === "letGo" && server.connections.length > 0) server.newest.letGo()
        if (next === "second") clock.advance(1_000)
        if (next === "minute") clock.advance(60_000)
        if (next === "hint") hint("try-now")
        if (next === "reopen") {
          socket.close()
          socket.open()
        }
        // Whatever happened: at most one connection is held, and one thing is waited for.
        expect(server.connections.filter(({ isClosed }) => !isClosed).length).toBeLessThanOrEqual(1)
        expect(clock.pending).toBe(1)
      }
      socket.close()
      expect(isHintAwaited()).toBe(false)
      const tried = server.connections.length
      clock.advance(24 * 60 * 60_000)
      expect(socket.state()).toBe("closed")
      expect(clock.pending).toBe(0)
      expect(server.connections).toHaveLength(tried)
      expect(server.connections.every(({ isClosed }) => isClosed)).toBe(true)
    }),
  )
})
