// Closes the connection of a page that has been hidden for long, and opens it again when the page is visible.
import type { Clock, Timer } from "./clock.ts"

/** Calls `run` with the page's visibility, now and on every change, until the returned function is called. */
export type PageVisibility = (run: (isVisible: boolean) => void) => () => void

/** The visibility of the page; nothing where there is no page (Node, workers), which therefore never pauses. */
export const pageVisibility: PageVisibility = (run) => {
  const { document } = globalThis as { document?: VisibilityTarget }
  if (!document) return () => {}
  const report = () => run(document.visibilityState === "visible")
  document.addEventListener("visibilitychange", report)
  report()
  return () => document.removeEventListener("visibilitychange", report)
}

type VisibilityTarget = {
  visibilityState: string
  addEventListener(name: string, listener: () => void): void
  removeEventListener(name: string, listener: () => void): void
}

// Long enough for a look at another tab, shorter than the time after which an idle connection is kept alive by pings.
export const pauseAfterHiddenMs = 5 * 60_000

export type PauseWhileHiddenOptions = {
  visibility: PageVisibility
  clock: Clock
  /** Whether the connection is needed although the page is hidden. `update` is called whenever this may have changed. */
  isNeeded: () => boolean
  pause: () => void
  resume: () => void
}

export class PauseWhileHidden {
  readonly #options: PauseWhileHiddenOptions
  #timer: Timer | undefined
  #isHiddenForLong = false
  #isPaused = false
  #stopVisibility = () => {}

  constructor(options: PauseWhileHiddenOptions) {
    this.#options = options
  }

  start(): void {
    this.stop()
    this.#stopVisibility = this.#options.visibility((isVisible) => this.#changed(isVisible))
  }

  /** Leaves the connection as it is. */
  stop(): void {
    this.#stopVisibility()
    this.#stopVisibility = () => {}
    this.#timer?.cancel()
    this.#timer = undefined
    this.#isHiddenForLong = false
    this.#isPaused = false
  }

  /** Pauses or resumes if the connection is needed no longer, or needed again. */
  update(): void {
    const shouldPause = this.#isHiddenForLong && !this.#options.isNeeded()
    if (shouldPause === this.#isPaused) return
    this.#isPaused = shouldPause
    if (shouldPause) this.#options.pause()
    else this.#options.resume()
  }

  #changed(isVisible: boolean): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (isVisible) {
      this.#isHiddenForLong = false
      this.update()
      return
    }
    this.#timer = this.#options.clock.after(pauseAfterHiddenMs, () => {
      this.#timer = undefined
      this.#isHiddenForLong = true
      this.update()
    })
  }
}
