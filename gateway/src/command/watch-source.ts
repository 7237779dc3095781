// Reloads when files change. A burst of changes is one reload, and a failed one leaves what was served before.
import { type FSWatcher, watch } from "node:fs"
import { type Clock, systemClock, type Timer } from "../foundation/clock.ts"
import type { Reporter } from "./reporter.ts"

/** Long enough that a build's many files count as one change. */
const QUIET_MS = 80

export type Watcher = { close(): void }

/** @param paths folders (watched with everything below them) or files */
export function watchSource(
  paths: string | readonly string[],
  reload: () => Promise<void>,
  reporter: Pick<Reporter, "failure">,
  clock: Clock = systemClock,
): Watcher {
  let timer: Timer | undefined
  let running: Promise<void> = Promise.resolve()
  const onChange = () => {
    timer?.cancel()
    timer = clock.after(QUIET_MS, () => {
      running = running.then(reload).catch((error: unknown) => reporter.failure(error))
    })
  }
  const watchers: FSWatcher[] = [paths].flat().map((path) => watch(path, { recursive: true }, onChange))
  return {
    close() {
      timer?.cancel()
      for (const watcher of watchers) watcher.close()
    },
  }
}
