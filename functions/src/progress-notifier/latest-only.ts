// Sends items in the background, one at a time: while one is being sent, only the newest of the others waits.

/** @param signal is aborted when the item is no longer wanted */
export type SendItem<T> = (item: T, signal: AbortSignal) => Promise<void>

export class LatestOnly<T> {
  readonly #send: SendItem<T>
  readonly #pause: (item: T, signal: AbortSignal) => Promise<void>
  #waiting: { item: T } | undefined
  #running: Promise<void> | undefined
  #sending = new AbortController()
  #pausing = new AbortController()

  /** @param pause runs after an item was sent; the next one waits for it, unless it is flushed */
  constructor(send: SendItem<T>, pause: SendItem<T> = async () => {}) {
    this.#send = send
    this.#pause = pause
  }

  get isIdle(): boolean {
    return this.#running === undefined
  }

  offer(item: T): void {
    this.#waiting = { item }
    this.#running ??= this.#run()
  }

  /** Sends what waits, without a pause. Resolves when nothing is being sent. */
  async flush(): Promise<void> {
    this.#pausing.abort()
    await this.#running
  }

  /** Drops what waits, and aborts what is being sent. Resolves when nothing is being sent. */
  async cancel(): Promise<void> {
    this.#waiting = undefined
    this.#sending.abort()
    await this.flush()
  }

  async #run(): Promise<void> {
    this.#sending = new AbortController()
    this.#pausing = new AbortController()
    try {
      for (let next = this.#take(); next; next = this.#take()) {
        await this.#send(next.item, this.#sending.signal)
        if (!this.#pausing.signal.aborted) await this.#pause(next.item, this.#pausing.signal)
      }
    } finally {
      // In the same step as the last check for what waits: an item that is offered later starts another run.
      this.#running = undefined
    }
  }

  #take(): { item: T } | undefined {
    const next = this.#waiting
    this.#waiting = undefined
    return next
  }
}
