// Reloads after changes: one per burst, in order, with what is reported of them.
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, watch } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { GatewayError, type GatewayEvent } from "../index.ts"
import { type WatchOptions, watchSource } from "./watch-source.ts"

type Reload = WatchOptions["reload"]

/** A folder that is watched with a clock of the test, and what happens: timers, reloads and reports. */
function watching(reload: Reload = async () => "all", options: Partial<WatchOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "watch-source-"))
  for (const name of ["one", "oneself", "two"]) mkdirSync(join(folder, name))
  const clock = new ManualClock()
  const batches: string[][] = []
  const reports: GatewayEvent[] = []
  let changes = 0
  let wake = () => {}
  const happened = () => wake()
  const watched: typeof clock.after = (ms, run) => {
    changes++
    happened()
    return clock.after(ms, run)
  }
  const watcher = watchSource({
    paths: [join(folder, "one")],
    async reload(changed) {
      batches.push([...new Set(changed.map((path) => path.slice(folder.length + 1)))].toSorted())
      return await reload(changed)
    },
    report(event) {
      reports.push(event)
      happened()
    },
    clock: { now: clock.now, after: watched },
    ...options,
  })
  onTestFinished(async () => {
    await watcher.close()
    rmSync(folder, { recursive: true })
  })
  async function until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  /** Creates a folder, which the file system reports exactly once, and waits until the watcher has noticed it. */
  async function change(name: string): Promise<void> {
    const before = changes
    mkdirSync(join(folder, name))
    await until(() => changes > before)
  }
  return { folder, clock, watcher, batches, reports, until, change }
}

test("reloads once when nothing has changed for 80 ms, with every changed path", async () => {
  const { clock, batches, reports, change, until } = watching()
  await change("one/a")
  clock.advance(79)
  await change("one/b")
  clock.advance(79)
  expect(reports).toEqual([])
  clock.advance(1)
  await until(() => reports.length === 1)
  expect(batches).toEqual([["one/a", "one/b"]])
})

test("reports the time since the first change of the burst, and what was replaced", async () => {
  const { clock, reports, change, until } = watching(async () => "reader")
  await change("one/a")
  clock.advance(50)
  await change("one/b")
  clock.advance(80)
  await until(() => reports.length === 1)
  expect(reports).toEqual([{ event: "reloaded", what: "reader", durationMs: 130, recovered: false }])
})

test("waits as long as the caller wants", async () => {
  const { clock, reports, change, until } = watching(undefined, { quietMs: 15 })
  await change("one/a")
  clock.advance(15)
  await until(() => reports.length === 1)
})

test("reports nothing of a change that makes no difference", async () => {
  const results = [undefined, "reader"]
  const { watcher, reports, batches } = watching(async () => results.shift())
  await watcher.reload()
  await watcher.reload()
  expect(reports).toEqual([{ event: "reloaded", what: "reader", durationMs: 0, recovered: false }])
  expect(batches).toEqual([[], []])
})

test("reports a failed reload, and the next one that succeeds as recovered", async () => {
  const failure = new GatewayError("BUILD_FAILED", "a.ts:1:1: Unexpected }.", { hint: "Correct it." })
  const results = [async () => Promise.reject(failure), async () => "reader", async () => "reader"]
  const { watcher, reports } = watching(() => results.shift()!())
  for (const _ of [1, 2, 3]) await watcher.reload()
  expect(reports).toEqual([
    {
      event: "problem",
      code: "BUILD_FAILED",
      message: "a.ts:1:1: Unexpected }.",
      hint: "Correct it. The previous version is still served.",
    },
    { event: "reloaded", what: "reader", durationMs: 0, recovered: true },
    { event: "reloaded", what: "reader", durationMs: 0, recovered: false },
  ])
})

test("reports the recovery also when the failed change was undone", async () => {
  const failure = new GatewayError("BUILD_FAILED", "It failed.", { hint: "" })
  const results = [async () => Promise.reject(failure), async () => undefined]
  const { watcher, reports } = watching(() => results.shift()!())
  await watcher.reload()
  await watcher.reload()
  expect(reports).toMatchObject([
    { event: "problem", hint: "The previous version is still served." },
    { event: "reloaded", what: "the previous version", recovered: true },
  ])
})

test("does not start a reload before the one in progress has ended", async () => {
  const ends: (() => void)[] = []
  const { watcher, batches } = watching(() => new Promise((resolve) => ends.push(() => resolve("all"))))
  const first = watcher.reload()
  const second = watcher.reload()
  await Promise.resolve()
  expect(batches).toHaveLength(1)
  ends[0]!()
  await first
  await Promise.resolve()
  expect(batches).toHaveLength(2)
  ends[1]!()
  await second
})

test("does not reload for changes that the reload before has taken", async () => {
  const { clock, watcher, batches, change } = watching()
  await change("one/a")
  await watcher.reload()
  clock.advance(80)
  await watcher.close()
  expect(batches).toEqual([["one/a"]])
})

test("watches only the paths that were given last", async () => {
  const { folder, clock, watcher, batches, reports, change, until } = watching()
  await change("one/a")
  watcher.watch([join(folder, "two")])
  mkdirSync(join(folder, "one/b"))
  await change("two/c")
  clock.advance(80)
  await until(() => reports.length === 1)
  expect(batches).toEqual([["one/a", "two/c"]])
})

test("watches a path that is inside another one only once", async () => {
  const { folder, clock, watcher, batches, reports, change, until } = watching()
  watcher.watch([join(folder, "one"), folder, join(folder, "one")])
  await change("one/a")
  // A second watcher of the first path would report it now, before this one.
  await change("two/c")
  clock.advance(80)
  await until(() => reports.length === 1)
  expect(batches).toEqual([["one/a", "two/c"]])
})

test("watches two paths of which one is the start of the other's name", async () => {
  const { folder, clock, watcher, batches, reports, change, until } = watching()
  watcher.watch([join(folder, "oneself"), join(folder, "one")])
  await change("oneself/a")
  await change("one/a")
  clock.advance(80)
  await until(() => reports.length === 1)
  expect(batches).toEqual([["one/a", "oneself/a"]])
})

test("waits for the reload in progress when it is closed, and drops later changes", async () => {
  let end = () => {}
  const { watcher, clock, batches, reports, change } = watching(
    () =>
      new Promise((resolve) => {
        end = () => resolve("all")
      }),
  )
  const running = watcher.reload()
  await Promise.resolve()
  await change("one/a")
  let isClosed = false
  const closed = watcher.close().then(() => {
    isClosed = true
  })
  await Promise.resolve()
  expect(isClosed).toBe(false)
  end()
  await Promise.all([running, closed])
  expect(reports).toHaveLength(1)
  clock.advance(80)
  expect(clock.pending).toBe(0)
  expect(batches).toEqual([[]])
})

test("watches nothing when a reload in progress gives its paths after the close", async () => {
  let end = () => {}
  const { folder, watcher, clock } = watching(async () => {
    await new Promise<void>((resolve) => {
      end = resolve
    })
    watcher.watch([join(folder, "one")])
    return "all"
  })
  const running = watcher.reload()
  await Promise.resolve()
  const closed = watcher.close()
  end()
  await Promise.all([running, closed])

  // Notices the change when the closed watcher would.
  const other = watch(join(folder, "one"))
  onTestFinished(() => other.close())
  const noticed = once(other, "change")
  mkdirSync(join(folder, "one", "a"))
  await noticed
  await new Promise(setImmediate)
  expect(clock.pending).toBe(0)
})

test("a path that cannot be watched is reported once", () => {
  const { reports, watcher } = watching()
  const tooLong = (name: string) => join(tmpdir(), name.repeat(300), "source")
  watcher.watch([tooLong("a"), tooLong("b")])
  expect(reports).toEqual([
    {
      event: "problem",
      code: "WARNING",
      message: expect.stringMatching(/^Some changes do not lead to a reload: ENAMETOOLONG: /),
      hint: "Start the command again after such a change.",
    },
  ])
})
