// Reloads when files change. A burst of changes is one reload; one that fails leaves what was served before and says
// why, and the next good one says that it is back.
import { join } from "node:path"
import { type Clock, type Gateway, systemClock } from "../index.ts"
import { problemOf } from "./reporter.ts"
import { type TreeWatcher, watchTree } from "./watch-tree.ts"

export type Watcher = {
  /** Watches these paths from now on. */
  watch(paths: readonly string[]): void
  /** Reloads now, after those that run: what changed before the watching began may have been missed. */
  look(): Promise<void>
  /** Ends the watching, and waits for a reload that runs. */
  close(): Promise<void>
}

export type WatchOptions = {
  /** Files, and folders with everything below them. */
  paths: readonly string[]
  /**
   * @param changed every path that was written, made or removed since the last call; none: any of them may have been
   * @returns what is being served anew, in words; undefined when the change makes no difference
   */
  reload(changed: readonly string[]): Promise<string | undefined>
  report: Gateway["report"]
  /** How long no file may change before the change counts as complete. */
  quietMs?: number
  clock?: Clock
}

/** Long enough that a build's many files count as one change. */
const QUIET_MS = 80

export function watchSource({ paths, reload, report, quietMs = QUIET_MS, clock = systemClock }: WatchOptions): Watcher {
  const trees = new Map<string, TreeWatcher>()
  let changed = new Set<string>()
  let firstChangeAt = 0
  let timer: ReturnType<Clock["after"]> | undefined
  let running: Promise<void> = Promise.resolve()
  let isBroken = false

  watchPaths(paths)

  function watchPaths(all: readonly string[]): void {
    const wanted = all.filter((path) => !all.some((other) => path.startsWith(join(other, "/"))))
    for (const [path, tree] of trees) {
      if (wanted.includes(path)) continue
      tree.close()
      trees.delete(path)
    }
    for (const path of wanted) if (!trees.has(path)) trees.set(path, watchTree(path, onChange))
  }

  function onChange(path: string): void {
    if (changed.size === 0) firstChangeAt = clock.now()
    changed.add(path)
    timer?.cancel()
    timer = clock.after(quietMs, () => {
      running = running.then(() => (changed.size > 0 ? react() : undefined))
    })
  }

  async function react(): Promise<void> {
    const batch = [...changed]
    const startedAt = batch.length > 0 ? firstChangeAt : clock.now()
    changed = new Set()
    try {
      const what = await reload(batch)
      if (what === undefined && !isBroken) return
      const durationMs = clock.now() - startedAt
      report({ event: "reloaded", what: what ?? "what was served before", durationMs, recovered: isBroken })
      isBroken = false
    } catch (error) {
      isBroken = true
      const { code, message, hint } = problemOf(error)
      report({ event: "problem", code, message, hint: `${hint} What was served before is still served.`.trim() })
    }
  }

  return {
    watch: watchPaths,
    look() {
      running = running.then(react)
      return running
    },
    async close() {
      watchPaths([])
      timer?.cancel()
      await running
    },
  }
}
