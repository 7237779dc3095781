// A WebSocket that reconnects: detects a dead link by ping, waits with exponential backoff and full jitter, and
// connects again until it is closed. It queues no messages: its user subscribes again in `onOpen`, so that nothing
// stale is sent.
import { type Clock, systemClock, type Timer } from "./clock.ts"
import { DocumentError } from "./document-error.ts"
import { type NetworkHint, type NetworkHints, pageHints } from "./network-hints.ts"

/**
 * `waiting`: the next attempt is scheduled. `closed`: no connection is wanted. `ended`: none is possible before the user
 * signs in again.
 */
export type ConnectionState = "connecting" | "open" | "waiting" | "closed" | "ended"

/** The subset of the WebSocket API that is used here. Those of browsers and of Node.js both satisfy it. */
export type WebSocketPort = {
  send(text: string): void
  close(code?: number): void
  addEventListener(name: "open" | "close", listener: () => void): void
  addEventListener(name: "message", listener: (event: { data: unknown }) => void): void
}

export type ReconnectingSocketTimings = {
  /** Silence after which a ping keeps an idle connection from being closed. */
  keepAliveAfterMs: number
  /** Silence after which a ping checks the link, while a message is expected (`isExpecting`). */
  checkAfterMs: number
  /** Time after a ping within which any message must arrive; otherwise the connection counts as lost. */
  pongWithinMs: number
  connectWithinMs: number
  /** Upper bound of the wait after the first failure. It doubles with every further failure in a row. */
  firstWaitMs: number
  longestWaitMs: number
  /** A connection that was open this long resets the backoff. */
  stableAfterMs: number
}

// AWS: a connection without messages is closed after ten minutes (limit-idle)
// A ping costs two messages and an invocation, so an idle page sends one only when those ten minutes require it: after
// eight, because browsers run the timers of hidden pages up to a minute late. While a document is in progress, half a
// minute of silence is unusual, and a ping finds a link that was lost without a close (sleep, a change of network).
export const defaultTimings: ReconnectingSocketTimings = {
  keepAliveAfterMs: 8 * 60_000,
  checkAfterMs: 30_000,
  pongWithinMs: 10_000,
  connectWithinMs: 20_000,
  firstWaitMs: 1_000,
  longestWaitMs: 30_000,
  stableAfterMs: 10_000,
}

export type ReconnectingSocketOptions = {
  /**
   * `ws://` or `wss://`, with the stage. A function is called for every connection, because a ticket opens only one; when
   * it rejects, connecting has failed, and with a `DocumentError` of the reason `signed-out` the state is `ended`.
   */
  url: string | (() => Promise<string>)
  /** The text that makes the server respond. */
  ping: string
  /** Runs each time a connection opens. */
  onOpen: () => void
  onText: (text: string) => void
  /** Whether messages are due, so that a long silence means a lost link. By default none are. */
  isExpecting?: (() => boolean) | undefined
  timings?: Partial<ReconnectingSocketTimings> | undefined
  clock?: Clock | undefined
  /** 0 (inclusive) to 1 (exclusive). */
  random?: (() => number) | undefined
  hints?: NetworkHints | undefined
  WebSocket?: (new (url: string) => WebSocketPort) | undefined
}

/** Where the attempts to connect are, to show it to a person. */
export type ConnectionAttempts = {
  /** Failed attempts and lost connections since the last connection that was stable. */
  failures: number
  /** When the next attempt starts, in milliseconds since the epoch; undefined when none is scheduled. */
  nextAttemptAt: number | undefined
}

export class ReconnectingSocket {
  readonly #options: ReconnectingSocketOptions
  readonly #timings: ReconnectingSocketTimings
  readonly #clock: Clock
  readonly #stateListeners = new Set<() => void>()
  #state: ConnectionState = "closed"
  #socket: WebSocketPort | undefined
  /** Identifies the attempt that waits for its address. */
  #attempt: symbol | undefined
  /** The one timer, for the next step in the current state. */
  #timer: Timer | undefined
  #awaitingPong = false // mutants: equivalent, it is set when a connection opens
  #pingAt = 0
  #openedAt: number | undefined
  /** Since the last stable connection. */
  #failures = 0
  #nextAttemptAt: number | undefined
  #stopHints = () => {}

  constructor(options: ReconnectingSocketOptions) {
    this.#options = options
    this.#timings = { ...defaultTimings, ...options.timings }
    this.#clock = options.clock ?? systemClock
  }

  /** Connects in the next tick, so that `open`, `close`, `open` at once (React's StrictMode) makes one connection. */
  open(): void {
    if (this.#state !== "closed" && this.#state !== "ended") return
    this.#failures = 0
    this.#stopHints = (this.#options.hints ?? pageHints)((hint) => this.#onHint(hint))
    this.#setState("connecting")
    this.#schedule(0, () => this.#connect())
  }

  close(): void {
    if (this.#state !== "closed") this.#stop("closed")
  }

  /** Replaces the connection, after a wait as after a lost one. */
  reconnect(): void {
    if (this.#state === "open") this.#connectionLost()
  }

  /** @returns false when no connection is open; the text is not queued. */
  send(text: string): boolean {
    if (this.#state !== "open" || !this.#socket) return false
    this.#socket.send(text)
    // What was sent may have made a message due, and with it an earlier check of the link.
    if (!this.#awaitingPong && this.#clock.now() + this.#longestSilenceMs() < this.#pingAt) this.#armPing()
    return true
  }

  attempts(): ConnectionAttempts {
    return { failures: this.#failures, nextAttemptAt: this.#nextAttemptAt }
  }

  /** Makes the scheduled attempt now. Does nothing when none is scheduled. */
  connectNow(): void {
    if (this.#state === "waiting") this.#connect()
  }

  // Arrow functions, because `useSyncExternalStore` takes them unbound.

  readonly state = (): ConnectionState => this.#state

  readonly onStateChange = (listener: () => void): (() => void) => {
    const own = () => listener()
    this.#stateListeners.add(own)
    return () => this.#stateListeners.delete(own)
  }

  #stop(state: "closed" | "ended"): void {
    this.#stopHints()
    this.#timer?.cancel()
    this.#nextAttemptAt = undefined
    this.#dropSocket()
    this.#setState(state)
  }

  #connect(): void {
    this.#nextAttemptAt = undefined
    this.#setState("connecting")
    this.#schedule(this.#timings.connectWithinMs, () => this.#connectionLost())
    const { url } = this.#options
    if (typeof url === "string") this.#connectTo(url)
    else this.#connectToNext(url)
  }

  #connectToNext(url: () => Promise<string>): void {
    const attempt = Symbol()
    this.#attempt = attempt
    // After the time for connecting, or a close, the address is of no use: its ticket expires.
    const ifCurrent = (run: () => void) => {
      if (this.#attempt === attempt) run()
    }
    url().then(
      (address) => ifCurrent(() => this.#connectTo(address)),
      (error) => {
        const isSignedOut = error instanceof DocumentError && error.reason === "signed-out"
        ifCurrent(() => (isSignedOut ? this.#stop("ended") : this.#connectionLost()))
      },
    )
  }

  #connectTo(url: string): void {
    const WebSocket = this.#options.WebSocket ?? globalThis.WebSocket
    const socket: WebSocketPort = new WebSocket(url)
    this.#socket = socket
    // A dropped socket may still emit events, which must be ignored. `error` needs no listener: `close` always follows.
    const ifCurrent = (run: () => void) => () => {
      if (this.#socket === socket) run()
    }
    socket.addEventListener(
      "open",
      ifCurrent(() => this.#opened()),
    )
    socket.addEventListener(
      "close",
      ifCurrent(() => this.#connectionLost()),
    )
    socket.addEventListener("message", ({ data }) => {
      if (this.#socket === socket && typeof data === "string") this.#receive(data)
    })
  }

  #opened(): void {
    this.#openedAt = this.#clock.now()
    this.#armPing()
    this.#setState("open")
    this.#options.onOpen()
  }

  #receive(text: string): void {
    this.#armPing()
    this.#options.onText(text)
    // The text may have been the last that was expected, or its listener may have closed this connection.
    if (this.#state === "open" && !this.#awaitingPong) this.#armPing()
  }

  #armPing(): void {
    this.#awaitingPong = false
    const longestMs = this.#longestSilenceMs()
    this.#pingAt = this.#clock.now() + longestMs
    this.#schedule(longestMs, () => this.#ping())
  }

  #longestSilenceMs(): number {
    const { checkAfterMs, keepAliveAfterMs } = this.#timings
    return this.#options.isExpecting?.() ? checkAfterMs : keepAliveAfterMs
  }

  #ping(): void {
    if (this.#awaitingPong) return
    this.#awaitingPong = true
    // Armed before sending, because the response re-arms the timer.
    this.#schedule(this.#timings.pongWithinMs, () => this.#connectionLost())
    this.send(this.#options.ping)
  }

  #connectionLost(): void {
    const wasStable = this.#openedAt !== undefined && this.#clock.now() - this.#openedAt >= this.#timings.stableAfterMs
    if (wasStable) this.#failures = 0
    this.#dropSocket()
    const { firstWaitMs, longestWaitMs } = this.#timings
    // Full jitter, so that thousands of pages that lose one server do not reconnect in the same second.
    const longestMs = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#failures)
    this.#failures++
    const waitMs = (this.#options.random ?? Math.random)() * longestMs
    this.#nextAttemptAt = this.#clock.now() + waitMs
    this.#schedule(waitMs, () => this.#connect())
    this.#setState("waiting")
  }

  /** Drops the socket without waiting for its close event, which on a dead link may take minutes. */
  #dropSocket(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#attempt = undefined
    this.#openedAt = undefined
    socket?.close(1000)
  }

  #onHint(hint: NetworkHint): void {
    if (this.#state === "open") this.#ping()
    if (hint === "try-now") this.connectNow()
  }

  #schedule(ms: number, run: () => void): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.after(ms, run)
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}
