// The timer queue, compared with a plain list in random histories.
import fc from "fast-check"
import { expect, test } from "vitest"
import { ManualClock } from "./manual-clock.ts"
import { QueuedTimer, TimerQueue, timerQueueOf } from "./timer-queue.ts"

class TestTimer extends QueuedTimer {
  readonly #run: () => void

  constructor(run: () => void = () => {}) {
    super()
    this.#run = run
  }

  onDue(): void {
    this.#run()
  }
}

type Step =
  | { do: "add"; inMs: number; repeatInMs: number | undefined }
  | { do: "remove"; which: number }
  | { do: "advance"; ms: number }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("add" as const),
      inMs: fc.integer({ min: -5, max: 100 }),
      repeatInMs: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
    }),
    fc.record({ do: fc.constant("remove" as const), which: fc.nat() }),
    fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 60 }) }),
  ),
  { maxLength: 60 },
)

test("runs every timer once, at its own time, unless it was removed, with at most one timer of the clock", () => {
  fc.assert(
    fc.property(steps, (history) => {
      const clock = new ManualClock(1000)
      const queue = new TimerQueue(clock)
      const runs: string[] = []
      const expected: string[] = []
      const timers: TestTimer[] = []
      // The model: what waits, by the name of a timer.
      const waiting = new Map<number, number>()
      const repeats = new Map<number, number>()

      function runModelUntil(end: number): void {
        for (;;) {
          const [next] = [...waiting].filter(([, at]) => at <= end).toSorted(([, a], [, b]) => a - b)
          if (!next) return
          const [name, at] = next
          const time = Math.max(at, clock.now())
          expected.push(`${name} at ${time}`)
          waiting.delete(name)
          const repeat = repeats.get(name)
          repeats.delete(name)
          if (repeat !== undefined) waiting.set(name, time + repeat)
        }
      }

      for (const step of history) {
        if (step.do === "add") {
          const name = timers.length
          const { inMs, repeatInMs } = step
          let repeat = repeatInMs
          const timer: TestTimer = new TestTimer(() => {
            runs.push(`${name} at ${clock.now()}`)
            if (repeat !== undefined) queue.add(timer, clock.now() + repeat)
            repeat = undefined
          })
          timers.push(timer)
          waiting.set(name, clock.now() + inMs)
          if (repeatInMs !== undefined) repeats.set(name, repeatInMs)
          queue.add(timer, clock.now() + inMs)
        } else if (step.do === "remove") {
          const name = timers.length === 0 ? -1 : step.which % timers.length
          const timer = timers[name]
          if (timer) queue.remove(timer)
          waiting.delete(name)
        } else {
          runModelUntil(clock.now() + step.ms)
          clock.advance(step.ms)
        }
        expect(queue.length).toBe(waiting.size)
        expect(clock.pending).toBe(waiting.size === 0 ? 0 : 1)
      }
      // Timers of the same time may change places.
      const byTime = (texts: string[]) => texts.toSorted()
      expect(byTime(runs)).toEqual(byTime(expected))
      const times = runs.map((text) => Number(text.split(" at ")[1]))
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }),
    { numRuns: 2000 },
  )
})

test("goes on with the other timers after one that throws", () => {
  const clock = new ManualClock()
  const queue = new TimerQueue(clock)
  const runs: number[] = []
  const failing = () => {
    throw new Error("a bug")
  }
  queue.add(new TestTimer(failing), clock.now() + 1)
  queue.add(new TestTimer(() => runs.push(clock.now())), clock.now() + 1)
  expect(() => clock.advance(1)).toThrow("a bug")
  clock.advance(1)
  expect(runs).toHaveLength(1)
  expect([queue.length, clock.pending]).toEqual([0, 0])
})

test("is one for each clock", () => {
  const clock = new ManualClock()
  expect(timerQueueOf(clock)).toBe(timerQueueOf(clock))
  expect(timerQueueOf(new ManualClock())).not.toBe(timerQueueOf(clock))
})
