// Closing in bounded time: clean, with functions that are killed, and with a gateway that stays open.
import { expect, test } from "vitest"
import { createClose } from "./close-in-time.ts"
import { ManualClock } from "./foundation/manual-clock.ts"
import type { GatewayEvent } from "./observe/gateway-event.ts"

/** A close of functions that end when they are killed, if `endsWhenKilled`, or by `end`. */
function closing({ busy = [] as string[], endsWhenKilled = true } = {}) {
  const clock = new ManualClock()
  const events: GatewayEvent[] = []
  const disposed = Promise.withResolvers<void>()
  let kills = 0
  let disposals = 0
  const close = createClose({
    clock,
    drainMs: 29_000,
    dispose: () => {
      disposals++
      return disposed.promise
    },
    lambda: {
      busyFunctions: () => busy,
      kill() {
        kills++
        if (endsWhenKilled) disposed.resolve()
      },
    },
    report: (event) => events.push(event),
  })
  return { clock, events, close, end: disposed.resolve, kills: () => kills, disposals: () => disposals }
}

test("is complete, and reports nothing, when everything ends by itself", async () => {
  const { clock, events, close, end, kills } = closing()
  const closed = close()
  clock.advance(28_999)
  end()
  await closed
  expect([events, kills(), clock.pending]).toEqual([[], 0, 0])
})

test("reports after two seconds which functions it waits for, and kills them after the drain time", async () => {
  const { clock, events, close, kills } = closing({ busy: ["blocked", "slow"] })
  const closed = close()
  clock.advance(2000)
  expect(events).toMatchObject([
    { event: "problem", code: "WARNING", message: "Closing waits for running functions: blocked, slow" },
  ])
  clock.advance(26_999)
  expect(kills()).toBe(0)
  clock.advance(1)
  await closed
  expect(events.slice(1)).toMatchObject([
    {
      event: "problem",
      code: "CLOSE_FORCED",
      message: "Functions did not end within 29 seconds and were killed: blocked, slow.",
    },
  ])
  expect(clock.pending).toBe(0)
})

test("ends five seconds after the kill when something else stays open", async () => {
  const { clock, events, close } = closing({ endsWhenKilled: false })
  const closed = close()
  clock.advance(34_000)
  await closed
  expect(events).toMatchObject([
    { event: "problem", code: "CLOSE_INCOMPLETE", message: expect.stringContaining("was still open 5 seconds after") },
  ])
})

test("closes once when it is called several times", async () => {
  const { close, end, disposals } = closing()
  const both = [close(), close()]
  end()
  await Promise.all(both)
  expect(disposals()).toBe(1)
})

test("rejects when closing fails", async () => {
  const clock = new ManualClock()
  const close = createClose({
    clock,
    drainMs: 1,
    dispose: () => Promise.reject(new Error("a bug")),
    lambda: { busyFunctions: () => [], kill() {} },
    report() {},
  })
  await expect(close()).rejects.toThrow("a bug")
  expect(clock.pending).toBe(0)
})
