// Keeps what was removed for some seconds, so that the removal can be undone.

/** Runs `run` once after `ms` milliseconds, unless the returned function is called. */
export type Schedule = (ms: number, run: () => void) => () => void

export const undoMs = 10_000

export class PendingRemoval<Item> {
  readonly #schedule: Schedule
  readonly #finish: (items: readonly Item[]) => void
  readonly #listeners = new Set<() => void>()
  #items: readonly Item[] = []
  #cancelTimer = () => {}

  /** @param finish is called with the items when their removal can no longer be undone */
  constructor(schedule: Schedule | undefined, finish: (items: readonly Item[]) => void) {
    this.#schedule = schedule ?? afterTimeout
    this.#finish = finish
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): readonly Item[] => this.#items

  /** The removal before this one can then no longer be undone. */
  put(items: readonly Item[]): void {
    this.flush()
    this.#set(items)
    this.release()
  }

  /** @returns what was removed, for the caller to put back */
  take(): readonly Item[] {
    this.#cancelTimer()
    const items = this.#items
    this.#set([])
    return items
  }

  /** Stops the time, while a person reads the notice or has the focus on it. */
  readonly hold = (): void => this.#cancelTimer()

  /** Starts the time again. */
  readonly release = (): void => {
    this.#cancelTimer()
    if (this.#items.length > 0) this.#cancelTimer = this.#schedule(undoMs, () => this.flush())
  }

  /** Makes the removal final now. */
  readonly flush = (): void => {
    const items = this.take()
    if (items.length > 0) this.#finish(items)
  }

  #set(items: readonly Item[]): void {
    if (this.#items.length === 0 && items.length === 0) return
    this.#items = items
    for (const listener of this.#listeners) listener()
  }
}

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
