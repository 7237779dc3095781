// Bounds what slow clients keep in memory: what waits to be read by them, and the parts of messages that they have not
// completed. A client without progress is dropped, the one that waits longest first.
import type { Clock, Timer } from "../foundation/clock.ts"

export type SlowClient = {
  /** Bytes that it keeps in memory, 0 when it has caught up. A `progress` that differs from the last one is progress. */
  measure(): { bytes: number; progress: number }
  /** Ends its connection without waiting for the client. */
  drop(reason: string): void
}

export type SlowClientsOptions = {
  clock: Clock
  /** Of all clients together. */
  maxBytes: number
  /** How long a client may be without progress. */
  timeoutMs: number
}

type Watched = { bytes: number; progress: number; since: number }

const CHECK_MS = 1000

export class SlowClients {
  readonly #options: SlowClientsOptions
  readonly #watched = new Map<SlowClient, Watched>()
  #bytes = 0
  #timer: Timer | undefined

  constructor(options: SlowClientsOptions) {
    this.#options = options
  }

  /** Bytes of all watched clients, as last measured. */
  get bytes(): number {
    return this.#bytes
  }

  /** Watches a client until it has caught up. Call it again whenever the client keeps more. */
  watch(client: SlowClient): void {
    this.#measure(client)
    if (this.#bytes > this.#options.maxBytes) this.#makeRoom()
    if (this.#watched.size > 0) this.#timer ??= this.#options.clock.after(CHECK_MS, () => this.#check())
  }

  #measure(client: SlowClient): void {
    const before = this.#watched.get(client)
    const { bytes, progress } = client.measure()
    this.#bytes += bytes - (before?.bytes ?? 0)
    if (bytes === 0) this.#watched.delete(client)
    else if (before) {
      if (before.progress !== progress) before.since = this.#options.clock.now()
      before.bytes = bytes
      before.progress = progress
    } else this.#watched.set(client, { bytes, progress, since: this.#options.clock.now() })
  }

  #check(): void {
    this.#timer = undefined
    const { clock, timeoutMs } = this.#options
    for (const client of [...this.#watched.keys()]) {
      this.#measure(client)
      const { since } = this.#watched.get(client) ?? {}
      if (since !== undefined && clock.now() - since >= timeoutMs) {
        this.#drop(client, `It made no progress within ${timeoutMs / 1000} seconds.`)
      }
    }
    if (this.#watched.size > 0) this.#timer ??= clock.after(CHECK_MS, () => this.#check())
  }

  #makeRoom(): void {
    for (const client of [...this.#watched.keys()]) this.#measure(client)
    const longestFirst = [...this.#watched].sort(([, a], [, b]) => a.since - b.since)
    for (const [client] of longestFirst) {
      if (this.#bytes <= this.#options.maxBytes) return
      this.#drop(client, "All slow clients together keep too much in memory, and it waits longest.")
    }
  }

  #drop(client: SlowClient, reason: string): void {
    this.#bytes -= this.#watched.get(client)?.bytes ?? 0
    this.#watched.delete(client)
    client.drop(reason)
  }
}
