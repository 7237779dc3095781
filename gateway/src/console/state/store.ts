// The state of the page. Entries are taken over once per animation frame, so that the work per event is constant.
import type { Entry, Served } from "./entry.ts"
import { emptyFilter, type Filter, matches } from "./filter.ts"
import { nameFunctions } from "./invocation.ts"
import { createMetrics, type Metrics } from "./metrics.ts"
import { functionOf, type Row } from "./row.ts"
import { createTimeline } from "./timeline.ts"

export type LinkState = "connecting" | "live" | "reconnecting"

export type Store = {
  /** Calls `listener` after each change, at most once per animation frame. @returns a function that ends it */
  subscribe(listener: () => void): () => void
  readonly state: State
  receive(entries: readonly Entry[]): void
  setServed(served: Served): void
  setOpenConnections(open: number): void
  /** Entries that the page did not receive, because it reads too slowly. */
  addSkipped(count: number): void
  setLink(link: LinkState): void
  setFilter(change: Partial<Filter>): void
  setPaused(isPaused: boolean): void
  clear(): void
  find(key: string): Row | undefined
  rows(): readonly Row[]
}

export type State = {
  served: Served
  openConnections: number
  /** Entries that the page did not receive. */
  skipped: number
  link: LinkState
  filter: Filter
  isPaused: boolean
  /** Entries that wait while the timeline is paused. */
  waiting: number
  /** Rows that the filter shows, oldest first. A new list after each change. */
  shown: readonly Row[]
  total: number
  routes: ReadonlySet<string>
  functions: ReadonlySet<string>
  metrics: Metrics
}

/** How long a frame may work on entries or on a new filter. */
const FRAME_BUDGET_MS = 8
/** A hidden page has no animation frames. */
const HIDDEN_INTERVAL_MS = 500
/** More do not wait while the timeline is paused; the oldest are dropped. */
const MAX_WAITING = 100_000
const DROPPED_ROWS = 5_000

export function createStore(): Store {
  const timeline = createTimeline()
  const listeners = new Set<() => void>()
  let queue: Entry[] = []
  let taken = 0
  let shown: Row[] = []
  /** The sequence of the next row that a new filter is applied to; undefined when it is applied to all. */
  let refilterFrom: number | undefined
  let isScheduled = false
  const routes = new Set<string>()
  const functions = new Set<string>()
  const state: State = {
    served: { outputs: {}, endpoints: {}, region: "", stages: [], functions: [] },
    openConnections: 0,
    skipped: 0,
    link: "connecting",
    filter: emptyFilter,
    isPaused: false,
    waiting: 0,
    shown,
    total: 0,
    routes,
    functions,
    metrics: createMetrics(),
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    if (document.hidden) setTimeout(work, HIDDEN_INTERVAL_MS)
    else requestAnimationFrame(work)
  }

  function work(): void {
    isScheduled = false
    const endsAt = performance.now() + FRAME_BUDGET_MS
    if (!state.isPaused) takeEntries(endsAt)
    refilter(endsAt)
    const rows = timeline.rows()
    const oldest = rows[0]
    // Rows that the timeline has dropped leave the list too.
    if (oldest && (shown[0]?.sequence ?? oldest.sequence) < oldest.sequence - DROPPED_ROWS) {
      shown = shown.filter(({ sequence }) => sequence >= oldest.sequence)
    }
    state.shown = shown
    state.total = rows.length
    state.waiting = queue.length - taken
    for (const listener of listeners) listener()
    if (refilterFrom !== undefined || (!state.isPaused && queue.length > taken)) schedule()
  }

  function takeEntries(endsAt: number): void {
    while (taken < queue.length) {
      const entry = queue[taken++]
      if (entry) take(entry)
      if (taken % 64 === 0 && performance.now() > endsAt) break
    }
    if (taken === queue.length) {
      queue = []
      taken = 0
    } else if (taken > 10_000) {
      queue = queue.slice(taken)
      taken = 0
    }
  }

  function take(entry: Entry): void {
    const row = timeline.add(entry)
    if (entry.kind === "event") {
      state.metrics.add(entry)
      if (entry.routeKey !== undefined) routes.add(entry.routeKey)
    }
    const functionName = functionOf(row)
    if (functionName !== "") functions.add(functionName)
    // A new filter reaches the row later.
    if (refilterFrom !== undefined && row.sequence >= refilterFrom) return
    const isShown = matches(row, state.filter)
    if (isShown === row.isShown) return
    row.isShown = isShown
    if (isShown) insert(row)
    else shown.splice(shown.lastIndexOf(row), 1)
  }

  /** Nearly always at the end. */
  function insert(row: Row): void {
    let at = shown.length
    while (at > 0 && (shown[at - 1]?.sequence ?? 0) > row.sequence) at--
    if (at === shown.length) shown.push(row)
    else shown.splice(at, 0, row)
  }

  function refilter(endsAt: number): void {
    if (refilterFrom === undefined) return
    const rows = timeline.rows()
    const first = rows[0]?.sequence ?? 0
    let count = 0
    for (const row of rows.slice(Math.max(0, refilterFrom - first))) {
      row.isShown = matches(row, state.filter)
      if (row.isShown) shown.push(row)
      if (++count % 256 === 0 && performance.now() > endsAt) {
        refilterFrom = row.sequence + 1
        return
      }
    }
    refilterFrom = undefined
  }

  function startRefilter(): void {
    for (const row of shown) row.isShown = false
    shown = []
    refilterFrom = 0
    schedule()
  }

  return {
    state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    receive(entries) {
      for (const entry of entries) queue.push(entry)
      if (queue.length - taken > MAX_WAITING) {
        queue = queue.slice(queue.length - MAX_WAITING)
        taken = 0
      }
      schedule()
    },
    setServed(served) {
      state.served = served
      nameFunctions(served.functions)
      schedule()
    },
    setOpenConnections(open) {
      state.openConnections = open
      schedule()
    },
    addSkipped(count) {
      state.skipped += count
      schedule()
    },
    setLink(link) {
      state.link = link
      schedule()
    },
    setFilter(change) {
      state.filter = { ...state.filter, ...change }
      startRefilter()
    },
    setPaused(isPaused) {
      state.isPaused = isPaused
      schedule()
    },
    clear() {
      timeline.clear()
      queue = []
      taken = 0
      shown = []
      refilterFrom = undefined
      state.skipped = 0
      routes.clear()
      functions.clear()
      schedule()
    },
    find: timeline.find,
    rows: timeline.rows,
  }
}
