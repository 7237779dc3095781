// When a process is reported whose memory exceeds that of its function.
import { describe, expect, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { MemoryWatch, readResidentBytes, readsMemory } from "./memory-watch.ts"

function create(memoryMb: number, pid: number | undefined = process.pid) {
  const clock = new ManualClock()
  const exceeded: number[] = []
  const watch = new MemoryWatch({ pid: () => pid, memoryMb, clock, onExceeded: (bytes) => exceeded.push(bytes) })
  return { watch, clock, exceeded }
}

const MIB = 2 ** 20

test("what a runtime reports may be one and a half times the memory of the function", () => {
  const { watch, exceeded } = create(128)
  watch.report(192 * MIB)
  expect([exceeded, watch.lastBytes]).toEqual([[], 192 * MIB])
  watch.report(192 * MIB + 1)
  expect(exceeded).toEqual([192 * MIB + 1])
})

describe.skipIf(!readsMemory)("the memory of a process", () => {
  test("is read while it runs", () => {
    expect(readResidentBytes(process.pid)).toBeGreaterThan(10 * MIB)
    expect(readResidentBytes(2 ** 30)).toBeUndefined()
  })

  test("is checked every 50 ms while code runs, and reported once when it is too large", () => {
    const { watch, clock, exceeded } = create(1)
    watch.start()
    clock.advance(49)
    expect(exceeded).toEqual([])
    clock.advance(1)
    expect(exceeded).toEqual([watch.lastBytes])
    expect(watch.lastBytes).toBeGreaterThan(10 * MIB)
    clock.advance(1000)
    expect(exceeded).toHaveLength(1)
  })

  test("is checked again and again while it is small enough", () => {
    const { watch, clock, exceeded } = create(100_000)
    watch.start()
    for (let check = 0; check < 3; check++) {
      watch.report(0)
      clock.advance(50)
      expect(watch.lastBytes).toBeGreaterThan(0)
    }
    expect(exceeded).toEqual([])
  })

  test("is not checked between invocations, after the end, or without a process", () => {
    const paused = create(1)
    paused.watch.start()
    paused.watch.pause()
    paused.clock.advance(1000)
    const stopped = create(1)
    stopped.watch.start()
    stopped.watch.stop()
    stopped.clock.advance(1000)
    const ended = create(1, 2 ** 30)
    ended.watch.start()
    ended.clock.advance(1000)
    for (const { exceeded, watch } of [paused, stopped, ended]) expect([exceeded, watch.lastBytes]).toEqual([[], 0])
    // The next invocation is checked.
    paused.watch.start()
    paused.clock.advance(50)
    expect(paused.exceeded).toHaveLength(1)
  })
})
