// Slow clients: who is dropped for lack of progress, and who when all of them keep too much.
import { expect, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { SlowClients } from "./slow-clients.ts"

function start({ maxBytes = 1000, timeoutMs = 30_000 } = {}) {
  const clock = new ManualClock()
  const slowClients = new SlowClients({ clock, maxBytes, timeoutMs })
  const dropped: string[] = []
  const keep = (name: string, bytes: number) => {
    const client = {
      bytes,
      progress: 0,
      measure: () => ({ bytes: client.bytes, progress: client.progress }),
      drop: (reason: string) => {
        dropped.push(`${name}: ${reason}`)
        client.bytes = 0
      },
    }
    slowClients.watch(client)
    return client
  }
  return { clock, slowClients, keep, dropped }
}

test("a client without progress is dropped after the timeout, and no earlier", () => {
  const { clock, keep, dropped, slowClients } = start()
  keep("a", 10)
  clock.advance(29_999)
  expect(dropped).toEqual([])
  clock.advance(1)
  expect(dropped).toEqual(["a: It made no progress within 30 seconds."])
  expect([slowClients.bytes, clock.pending]).toEqual([0, 0])
})

test("progress restarts the timeout", () => {
  const { clock, keep, dropped } = start()
  const client = keep("a", 10)
  clock.advance(20_000)
  client.progress++
  clock.advance(30_000)
  expect(dropped).toEqual([])
  clock.advance(1000)
  expect(dropped).toHaveLength(1)
})

test("a client that has caught up is no longer watched", () => {
  const { clock, keep, dropped, slowClients } = start()
  const client = keep("a", 10)
  client.bytes = 0
  clock.advance(1000)
  expect([slowClients.bytes, clock.pending]).toEqual([0, 0])
  client.bytes = 10
  slowClients.watch(client)
  clock.advance(29_000)
  expect(dropped).toEqual([])
})

test("when all together keep too much, those that wait longest are dropped until the rest fits", () => {
  const { clock, keep, dropped, slowClients } = start()
  keep("first", 400)
  clock.advance(1)
  keep("second", 400)
  clock.advance(1)
  keep("third", 500)
  expect(dropped).toEqual(["first: All slow clients together keep too much in memory, and it waits longest."])
  expect(slowClients.bytes).toBe(900)
})

test("a client that has made progress since is not the one that waits longest", () => {
  const { clock, keep, dropped } = start()
  const first = keep("first", 400)
  clock.advance(1)
  keep("second", 400)
  first.progress++
  clock.advance(1000)
  keep("third", 500)
  expect(dropped).toEqual(["second: All slow clients together keep too much in memory, and it waits longest."])
})

test("a client that becomes slow while another one is dropped has no timer of its own", () => {
  const { clock, slowClients, keep } = start()
  const next = keep("next", 0)
  slowClients.watch({
    measure: () => ({ bytes: 10, progress: 0 }),
    drop() {
      next.bytes = 10
      slowClients.watch(next)
    },
  })
  clock.advance(30_000)
  expect([slowClients.bytes, clock.pending]).toEqual([10, 1])
})

test("no client is dropped when some have caught up without being measured", () => {
  const { keep, dropped, slowClients } = start()
  const fast = keep("fast", 900)
  fast.bytes = 0
  keep("slow", 900)
  expect(dropped).toEqual([])
  expect(slowClients.bytes).toBe(900)
})

test("one client over the limit is dropped at once", () => {
  const { keep, dropped, slowClients, clock } = start()
  keep("a", 1001)
  expect(dropped).toHaveLength(1)
  expect([slowClients.bytes, clock.pending]).toEqual([0, 0])
})
