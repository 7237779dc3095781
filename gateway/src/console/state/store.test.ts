// The state of the page, frame by frame: how entries arrive in the list, and what a filter and a pause do.
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { EventEntry, Served } from "./entry.ts"
import { createStore } from "./store.ts"

/** Frames that the page has requested. */
let frames: (() => void)[]
/** Milliseconds that each look at the time takes: more than the budget ends the work of a frame. */
let tickMs: number

beforeEach(() => {
  frames = []
  tickMs = 0
  let now = 0
  vi.stubGlobal("document", { hidden: false })
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run))
  vi.stubGlobal("performance", {
    now: () => {
      now += tickMs
      return now
    },
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function nextFrame(): void {
  const run = frames.shift()
  if (!run) throw new Error("No frame was requested.")
  run()
}

function allFrames(): void {
  while (frames.length > 0) nextFrame()
}

function events(count: number, change: Partial<EventEntry> = {}, firstId = 1): EventEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    id: firstId + index,
    time: 1000 + index,
    kind: "event",
    apiId: "api",
    stage: "dev",
    eventType: "MESSAGE",
    routeKey: "chat",
    requestId: `r${firstId + index}`,
    durationMs: 5,
    status: 200,
    ...change,
  }))
}

test("changes of one frame are shown together, and listeners are called once for them", () => {
  const store = createStore()
  const listener = vi.fn()
  const unsubscribe = store.subscribe(listener)
  store.receive(events(2))
  store.setLink("live")
  store.setOpenConnections(3)
  store.addSkipped(4)
  store.addSkipped(1)
  expect([frames.length, store.state.shown.length]).toEqual([1, 0])
  nextFrame()
  expect(listener).toHaveBeenCalledTimes(1)
  expect(store.state).toMatchObject({ link: "live", openConnections: 3, skipped: 5, total: 2, waiting: 0 })
  expect(store.state.shown.map(({ key }) => key)).toEqual(store.rows().map(({ key }) => key))
  expect(frames).toHaveLength(0)
  store.receive(events(1, {}, 3))
  nextFrame()
  expect([listener.mock.calls.length, store.state.total]).toEqual([2, 3])
  unsubscribe()
  store.setLink("reconnecting")
  nextFrame()
  expect(listener).toHaveBeenCalledTimes(2)
})

test("routes, functions and metrics are those of the entries", () => {
  const store = createStore()
  const integration = "arn:aws:lambda:us-east-1:0:function:sender/invocations"
  const { routeKey: _, ...bare } = events(1, { integration }, 3)[0]!
  store.receive([...events(1), ...events(1, { routeKey: "ping" }, 2), bare])
  nextFrame()
  expect([...store.state.routes]).toEqual(["chat", "ping"])
  expect([...store.state.functions]).toEqual(["sender"])
  expect(store.state.metrics.seconds(1000, 1)[0]?.messages).toBe(3)
})

test("the work of a frame ends with its budget, and the next frame continues", () => {
  tickMs = 5
  const store = createStore()
  store.receive(events(200))
  nextFrame()
  // The time is read after 64 entries, and again after 128.
  expect(store.state).toMatchObject({ total: 128, waiting: 72 })
  expect(frames).toHaveLength(1)
  nextFrame()
  expect(store.state).toMatchObject({ total: 200, waiting: 0 })
  expect(frames).toHaveLength(0)
})

test("a filter is applied to every row, in as many frames as it takes", () => {
  const store = createStore()
  store.receive([...events(600), ...events(600, { routeKey: "ping" }, 601)])
  allFrames()
  tickMs = 5
  store.setFilter({ route: "chat" })
  nextFrame()
  // The time is read after 256 rows, and again after 512.
  expect(store.state.shown).toHaveLength(512)
  store.setFilter({ route: "ping" })
  nextFrame()
  expect(store.state.shown).toEqual([])
  // A row that arrives meanwhile is reached by the filter later, once.
  store.receive(events(1, { routeKey: "ping" }, 1201))
  allFrames()
  expect(store.state.shown).toHaveLength(601)
  expect(new Set(store.state.shown).size).toBe(601)
  expect(store.state.shown.map(({ sequence }) => sequence)).toEqual(
    store.state.shown.map(({ sequence }) => sequence).toSorted((one, other) => one - other),
  )
  store.setFilter({ route: "" })
  allFrames()
  expect(store.state.shown).toHaveLength(1201)
})

test("a row enters and leaves the list when a later entry changes what the filter says of it", () => {
  const store = createStore()
  const output = {
    time: 1000,
    kind: "output" as const,
    functionRequestId: "run",
    logGroup: "/aws/lambda/f",
    stream: "stdout",
  }
  store.setFilter({ outcome: "ok" })
  store.receive([{ ...output, id: 1, text: "hello" }, ...events(1, {}, 2)])
  allFrames()
  // The invocation is still running.
  expect(store.state.shown.map(({ key }) => key)).toEqual(["r2"])
  const report = { ...output, stream: "platform", text: "REPORT RequestId: run\tDuration: 5.00 ms" }
  store.receive([{ ...report, id: 3 }])
  nextFrame()
  expect(store.state.shown.map(({ sequence }) => sequence)).toEqual([0, 1])
  store.receive([{ ...output, id: 4, text: "2026\tr\tERROR\tit failed" }])
  nextFrame()
  expect(store.state.shown.map(({ sequence }) => sequence)).toEqual([1])
})

test("while it is paused, entries wait, the newest 100000 of them", () => {
  const store = createStore()
  store.setPaused(true)
  store.receive(events(3))
  nextFrame()
  expect(store.state).toMatchObject({ total: 0, waiting: 3, isPaused: true })
  expect(frames).toHaveLength(0)
  store.receive(events(100_000, {}, 4))
  nextFrame()
  expect(store.state.waiting).toBe(100_000)
  store.setPaused(false)
  allFrames()
  expect(store.state).toMatchObject({ total: 100_000, waiting: 0 })
  expect(store.find("r3")).toBeUndefined()
  expect(store.find("r4")).toBeDefined()
})

test("no entry is lost beside the oldest when too many wait after a frame that was cut short", () => {
  tickMs = 5
  const store = createStore()
  store.receive(events(200))
  nextFrame()
  store.receive(events(100_000, {}, 201))
  nextFrame()
  tickMs = 0
  allFrames()
  expect(store.find("r201")).toBeDefined()
  expect(store.state.waiting).toBe(0)
})

test("clearing removes rows, waiting entries and what was skipped, and keeps the filter", () => {
  const store = createStore()
  store.setFilter({ route: "chat" })
  store.receive(events(2))
  store.addSkipped(1)
  nextFrame()
  store.receive(events(1, {}, 3))
  store.clear()
  nextFrame()
  expect(store.state).toMatchObject({ total: 0, waiting: 0, skipped: 0, shown: [], filter: { route: "chat" } })
  expect([store.state.routes.size, store.state.functions.size, frames.length]).toEqual([0, 0, 0])
  store.receive(events(1, {}, 4))
  nextFrame()
  expect(store.state.shown).toHaveLength(1)
})

test("what is served is kept, and names the functions", () => {
  const store = createStore()
  const served: Served = {
    outputs: { Url: "ws://localhost" },
    endpoints: {},
    region: "eu-west-1",
    stages: [],
    functions: [{ functionName: "stack-Sender-1", logicalId: "Sender" }],
  }
  store.setServed(served)
  const integration = "arn:aws:lambda:us-east-1:0:function:stack-Sender-1/invocations"
  store.receive(events(1, { integration }))
  nextFrame()
  expect([store.state.served, [...store.state.functions]]).toEqual([served, ["Sender"]])
})

test("a hidden page works twice a second", () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] })
  vi.stubGlobal("document", { hidden: true })
  const store = createStore()
  store.receive(events(1))
  expect(frames).toHaveLength(0)
  vi.advanceTimersByTime(499)
  expect(store.state.total).toBe(0)
  vi.advanceTimersByTime(1)
  expect(store.state.total).toBe(1)
})
