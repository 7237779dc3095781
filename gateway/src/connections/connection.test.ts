// Connections: timeouts, sending, and random histories after which each has ended exactly once.
import fc from "fast-check"
import { expect, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { Connection, type Ending } from "./connection.ts"
import { ConnectionStore } from "./connection-store.ts"

const MINUTE = 60_000

/** A client that responds to a close frame at once, or never. */
function openConnection(clock: ManualClock, options: { answersClose?: boolean; bufferedBytes?: () => number } = {}) {
  const sent: string[] = []
  const closes: Ending[] = []
  const socket = {
    send: (text: string) => sent.push(text),
    close: (code: number, reason: string) => {
      closes.push({ code, reason })
      if (options.answersClose !== false) connection.socketClosed(code, "")
    },
    bufferedBytes: options.bufferedBytes ?? (() => 0),
  }
  const connection: Connection = new Connection(
    {
      connectionId: `c${Math.random()}`,
      apiId: "api",
      stageName: "dev",
      domainName: "api.example",
      connectedAt: clock.now(),
      identity: { sourceIp: "127.0.0.1" },
    },
    socket,
    { clock, quotas: awsQuotas },
  )
  const ended = new Promise<Ending>((resolve) => connection.whenEnded((_, ending) => resolve(ending)))
  return { connection, sent, closes, ended }
}

test("closes with 1001 after ten idle minutes, and no earlier", async () => {
  const clock = new ManualClock()
  const { closes, ended } = openConnection(clock)
  clock.advance(10 * MINUTE - 1)
  expect(closes).toEqual([])
  clock.advance(1)
  expect(await ended).toEqual({ code: 1001, reason: "Going away" })
  expect(clock.pending).toBe(0)
})

test("a message in either direction restarts the idle timeout", () => {
  const clock = new ManualClock()
  const { connection, closes } = openConnection(clock)
  clock.advance(9 * MINUTE)
  connection.touch()
  clock.advance(9 * MINUTE)
  expect(connection.send("hello")).toBe("sent")
  clock.advance(10 * MINUTE - 1)
  expect(closes).toEqual([])
  clock.advance(1)
  expect(closes).toEqual([{ code: 1001, reason: "Going away" }])
})

test("closes after two hours however busy it is", () => {
  const clock = new ManualClock()
  const { connection, closes } = openConnection(clock)
  for (let minute = 0; minute < 119; minute++) {
    clock.advance(MINUTE)
    connection.touch()
  }
  expect(closes).toEqual([])
  clock.advance(MINUTE)
  expect(closes).toEqual([{ code: 1001, reason: "Going away" }])
})

test("a message creates no timer", () => {
  const clock = new ManualClock()
  const { connection } = openConnection(clock)
  for (let count = 0; count < 1000; count++) connection.touch()
  expect(clock.pending).toBe(1)
})

test("has no timer once it was closed, although its socket is still open", () => {
  const clock = new ManualClock()
  const { connection, closes } = openConnection(clock, { answersClose: false })
  connection.close(1000, "Connection Closed Normally")
  expect(clock.pending).toBe(0)
  connection.close(1001, "Going away")
  expect(closes).toEqual([{ code: 1000, reason: "Connection Closed Normally" }])
  expect(connection.send("late")).toBe("gone")
})

test("reports the close of this side and not that of the socket, to a listener that is added before or after", async () => {
  const { connection, ended } = openConnection(new ManualClock(), { answersClose: false })
  connection.close(1000, "Connection Closed Normally")
  connection.socketClosed(1006, "")
  expect(await ended).toEqual({ code: 1000, reason: "Connection Closed Normally" })
  const late: Ending[] = []
  connection.whenEnded((_, ending) => late.push(ending))
  expect(late).toEqual([{ code: 1000, reason: "Connection Closed Normally" }])
})

test("sends while exactly the limit is buffered", () => {
  const { connection } = openConnection(new ManualClock(), { bufferedBytes: () => awsQuotas.maxSendBufferBytes })
  expect(connection.send("one")).toBe("sent")
})

test("a store finds an open connection of its API only, and counts each once", () => {
  const store = new ConnectionStore()
  const { connection } = openConnection(new ManualClock(), { answersClose: false })
  const { connectionId } = connection.facts
  store.remove(connection)
  expect(store.size).toBe(0)
  store.add(connection)
  expect(store.size).toBe(1)
  expect([...store.all()]).toEqual([connection])
  expect(store.find("api", connectionId)).toBe(connection)
  expect(store.find("other", connectionId)).toBe(undefined)
  expect(store.find("api", "other")).toBe(undefined)
  connection.close(1000, "")
  expect(store.find("api", connectionId)).toBe(undefined)
  expect(store.size).toBe(1)
  store.remove(connection)
  store.remove(connection)
  expect(store.size).toBe(0)
  expect([...store.all()]).toEqual([])
})

test("send reports buffer-full for a slow client, which stays connected", () => {
  const clock = new ManualClock()
  let buffered = awsQuotas.maxSendBufferBytes + 1
  const { connection, sent } = openConnection(clock, { bufferedBytes: () => buffered })
  expect(connection.send("one")).toBe("buffer-full")
  buffered = 0
  expect(connection.send("two")).toBe("sent")
  expect(sent).toEqual(["two"])
})

type Step =
  | { do: "open" }
  | { do: "receive" | "post" | "delete" | "hang-up" | "vanish"; which: number }
  | { do: "advance"; ms: number }

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ do: "open" }),
  fc.record({
    do: fc.constantFrom("receive" as const, "post" as const, "delete" as const, "hang-up" as const, "vanish" as const),
    which: fc.nat({ max: 5 }),
  }),
  fc.record({ do: fc.constant("advance" as const), ms: fc.nat({ max: 70 * MINUTE }) }),
)

test("every history ends each connection once and leaves no timer", () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (history) => {
      const clock = new ManualClock()
      const store = new ConnectionStore()
      const lives: { connection: Connection; endings: Ending[]; openedAt: number; lastAt: number; over: boolean }[] = []

      for (const step of history) {
        if (step.do === "open") {
          const { connection } = openConnection(clock)
          const life = { connection, endings: [] as Ending[], openedAt: clock.now(), lastAt: clock.now(), over: false }
          store.add(connection)
          connection.whenEnded((_, ending) => {
            life.endings.push(ending)
            store.remove(connection)
          })
          lives.push(life)
          continue
        }
        if (step.do === "advance") {
          clock.advance(step.ms)
          // The model: a connection ends after two hours, or after ten idle minutes.
          for (const life of lives) {
            const end = Math.min(life.lastAt + 10 * MINUTE, life.openedAt + 120 * MINUTE)
            if (end <= clock.now()) life.over = true
          }
        } else {
          const life = lives[step.which]
          if (!life) continue
          const { connection } = life
          if (step.do === "receive" && connection.isOpen) connection.touch()
          if (step.do === "post") expect(connection.send("x")).toBe(life.over ? "gone" : "sent")
          if ((step.do === "receive" || step.do === "post") && !life.over) life.lastAt = clock.now()
          if (step.do === "delete") connection.close(1000, "Connection Closed Normally")
          if (step.do === "hang-up") connection.socketClosed(1005, "")
          if (step.do === "vanish") connection.socketClosed(1006, "")
          if (step.do === "delete" || step.do === "hang-up" || step.do === "vanish") life.over = true
        }
        for (const life of lives) {
          expect(life.connection.isOpen).toBe(!life.over)
          expect(store.find("api", life.connection.facts.connectionId) !== undefined).toBe(!life.over)
        }
      }

      for (const { connection } of lives) connection.close(1001, "Going away")
      expect(lives.map(({ endings }) => endings.length)).toEqual(lives.map(() => 1))
      expect(store.size).toBe(0)
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 2000 },
  )
})
