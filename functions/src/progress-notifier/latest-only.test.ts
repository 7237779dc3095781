// Tests of sending in the background: what waits, what is dropped, and what is aborted.
import { expect, test } from "vitest"
import { LatestOnly } from "./latest-only.ts"

/** A sender that the test completes. */
function controlled(pause?: (item: number, signal: AbortSignal) => Promise<void>) {
  const sent: number[] = []
  const aborted: number[] = []
  let complete = () => {}
  const latest = new LatestOnly<number>((item, signal) => {
    sent.push(item)
    signal.addEventListener("abort", () => aborted.push(item))
    return new Promise<void>((resolve) => {
      complete = resolve
    })
  }, pause)
  return {
    latest,
    sent,
    aborted,
    async complete() {
      complete()
      await new Promise(setImmediate)
    },
  }
}

test("sends the first item at once, and then only the newest of those that waited", async () => {
  const { latest, sent, complete } = controlled()
  for (const item of [1, 2, 3, 4]) latest.offer(item)
  expect(sent).toEqual([1])
  await complete()
  expect(sent).toEqual([1, 4])
  await complete()
  expect(latest.isIdle).toBe(true)
  latest.offer(5)
  expect(sent).toEqual([1, 4, 5])
})

test("sends an item that is offered in the moment in which the last one is done", async () => {
  const sent: number[] = []
  const latest = new LatestOnly<number>(async (item) => void sent.push(item))
  for (let item = 0; item < 20; item += 1) {
    latest.offer(item)
    for (let step = 0; step < item; step += 1) await null
  }
  await latest.flush()
  expect(sent.at(-1)).toBe(19)
})

test("waits for the pause after an item, unless it is flushed", async () => {
  const pauses: (() => void)[] = []
  const { latest, sent, complete } = controlled((_, signal) => {
    return new Promise((resolve) => {
      pauses.push(resolve)
      signal.addEventListener("abort", () => resolve())
    })
  })
  latest.offer(1)
  await complete()
  latest.offer(2)
  expect(sent).toEqual([1])
  pauses[0]?.()
  await complete()
  expect(sent).toEqual([1, 2])
  await complete()
  latest.offer(3)
  const flushed = latest.flush()
  await complete()
  expect(sent).toEqual([1, 2, 3])
  await complete()
  await flushed
  expect(latest.isIdle).toBe(true)
  expect(pauses).toHaveLength(2)
})

test("a cancellation drops what waits, and aborts what is being sent", async () => {
  const { latest, sent, aborted, complete } = controlled()
  latest.offer(1)
  latest.offer(2)
  const cancelled = latest.cancel()
  expect(aborted).toEqual([1])
  await complete()
  await cancelled
  expect(sent).toEqual([1])
})
