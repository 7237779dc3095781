// A removal that can be undone for ten seconds, and becomes final after them.
import { expect, test } from "vitest"
import { PendingRemoval } from "./pending-removal.ts"

function setUp() {
  const finished: (readonly string[])[] = []
  const timers: { ms: number; run: () => void }[] = []
  const removal = new PendingRemoval<string>(
    (ms, run) => {
      const timer = { ms, run }
      timers.push(timer)
      return () => {
        const index = timers.indexOf(timer)
        if (index !== -1) timers.splice(index, 1)
      }
    },
    (items) => finished.push(items),
  )
  let changes = 0
  const unsubscribe = removal.subscribe(() => changes++)
  const elapse = () => timers.splice(0).forEach(({ run }) => void run())
  return { removal, finished, timers, elapse, unsubscribe, changes: () => changes }
}

test("is final ten seconds after the removal", () => {
  const { removal, finished, timers, elapse } = setUp()
  removal.put(["a", "b"])
  expect([removal.getSnapshot(), finished, timers.map(({ ms }) => ms)]).toEqual([["a", "b"], [], [10_000]])
  elapse()
  expect([removal.getSnapshot(), finished, timers]).toEqual([[], [["a", "b"]], []])
})

test("is undone by taking the items back, and then not final", () => {
  const { removal, finished, timers } = setUp()
  removal.put(["a"])
  expect(removal.take()).toEqual(["a"])
  expect([removal.getSnapshot(), finished, timers]).toEqual([[], [], []])
})

test("waits while a person holds it, and starts the ten seconds again", () => {
  const { removal, finished, timers, elapse } = setUp()
  removal.put(["a"])
  removal.hold()
  expect(timers).toEqual([])
  removal.release()
  removal.release()
  expect(timers).toHaveLength(1)
  elapse()
  expect(finished).toEqual([["a"]])
  // Nothing is removed, so no time runs.
  removal.release()
  expect(timers).toEqual([])
})

test("is final at once when another removal follows, or on request", () => {
  const { removal, finished, timers } = setUp()
  removal.put(["a"])
  removal.put(["b"])
  expect([finished, removal.getSnapshot(), timers.length]).toEqual([[["a"]], ["b"], 1])
  removal.flush()
  removal.flush()
  expect([finished, timers]).toEqual([[["a"], ["b"]], []])
})

test("notifies subscribers of each change, and not when nothing was removed", () => {
  const { removal, changes, unsubscribe } = setUp()
  removal.flush()
  expect(changes()).toBe(0)
  removal.put(["a"])
  expect(changes()).toBe(1)
  removal.flush()
  expect(changes()).toBe(2)
  unsubscribe()
  removal.put(["b"])
  expect(changes()).toBe(2)
})
