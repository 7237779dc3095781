// Reloads when files change. Changes in quick succession lead to one reload. A reload that fails is reported, and the
// next one that succeeds is reported as recovered.
import { join } from "node:path"
import { type Clock, systemClock } from "../foundation/clock.ts"
import type { Gateway } from "../index.ts"
import { problemOf } from "./reporter.ts"
import { type TreeWatcher, watchTree } from "./watch-tree.ts"

export type Watcher = {
  /** Replaces the paths that are watched. */
  watch(paths: readonly string[]): void
  /** Reloads after the reloads in progress, without a change: one before the start of the watcher may have been missed. */
  reload(): Promise<void>
  /** Stops watching, and waits for the reload in progress. */
  close(): Promise<void>
}

export type WatchOptions = {
  /** Files, and folders with everything below them. */
  paths: readonly string[]
  /**
   * @param changed the paths that were written, created or removed since the last call; empty when they are unknown
   * @returns what was replaced, in words; undefined when the change makes no difference
   */
  reload(changed: readonly string[]): Promise<string | undefined>
  report: Gateway["report"]
  /** Milliseconds without a change after which the change is complete. */
  quietMs?: number
  clock?: Clock
}

/** Long enough for the many files of a build to be one change. */
const QUIET_MS = 80

export function watchSource({ paths, reload, report, quietMs = QUIET_MS, clock = systemClock }: WatchOptions): Watcher {
  const trees = new Map<string, TreeWatcher>()
  let changed = new Set<string>()
  let firstChangeAt = 0
  let timer: ReturnType<Clock["after"]> | undefined
  let running: Promise<void> = Promise.resolve()
  let isBroken = false
  let isClosed = false
  let isFailureReported = false

  watchPaths(paths)

  function watchPaths(all: readonly string[]): void {
    const wanted = all.filter((path) => !all.some((other) => path.startsWith(join(other, "/"))))
    for (const [path, tree] of trees) {
      if (wanted.includes(path)) continue
      tree.close()
      trees.delete(path)
    }
    for (const path of wanted) if (!trees.has(path)) trees.set(path, watchTree(path, { onChange, onFailure }))
  }

  function onChange(path: string): void {
    if (changed.size === 0) firstChangeAt = clock.now()
    changed.add(path)
    timer?.cancel()
    timer = clock.after(quietMs, () => {
      running = running.then(() => (changed.size > 0 && !isClosed ? reloadChanged() : undefined))
    })
  }

  /** Only the first one: over the limit of the system, every further folder fails. */
  function onFailure({ code, message }: NodeJS.ErrnoException): void {
    if (isFailureReported) return
    isFailureReported = true
    const hint =
      code === "ENOSPC"
        ? "Raise the limit of the system: sudo sysctl fs.inotify.max_user_watches=524288"
        : "Start the command again after such a change."
    report({ event: "problem", code: "WARNING", message: `Some changes do not lead to a reload: ${message}.`, hint })
  }

  async function reloadChanged(): Promise<void> {
    const batch = [...changed]
    const startedAt = batch.length > 0 ? firstChangeAt : clock.now()
    changed = new Set()
    try {
      const what = await reload(batch)
      if (what === undefined && !isBroken) return
      const durationMs = clock.now() - startedAt
      report({ event: "reloaded", what: what ?? "the previous version", durationMs, recovered: isBroken })
      isBroken = false
    } catch (error) {
      isBroken = true
      const { code, message, hint } = problemOf(error)
      report({ event: "problem", code, message, hint: `${hint} The previous version is still served.`.trim() })
    }
  }

  return {
    watch(all) {
      // The reload in progress ends with this call, also when it began before the close.
      if (!isClosed) watchPaths(all)
    },
    reload() {
      running = running.then(reloadChanged)
      return running
    },
    async close() {
      isClosed = true
      watchPaths([])
      timer?.cancel()
      await running
    },
  }
}
