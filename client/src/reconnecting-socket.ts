// One WebSocket that comes back: it notices a dead link, waits with jitter, and connects again until it is closed.
// It keeps no messages for later: who uses it says again what it wants in `onOpen`, so nothing stale is ever sent.
import { type Clock, systemClock, type Timer } from "./clock.ts"
import { type NetworkHint, type NetworkHints, pageHints } from "./network-hints.ts"

/** `connecting`: an attempt is under way. `waiting`: the next attempt has a time. `closed`: not wanted. */
export type ConnectionState = "connecting" | "open" | "waiting" | "closed"

/** What is used of a WebSocket: browsers' and Node's own both fit. */
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
  /** How long that sign may take before the link counts as dead. */
  pongWithinMs: number
  connectWithinMs: number
  /** The first wait is at most this long; the longest possible wait doubles with every failure. */
  firstWaitMs: number
  longestWaitMs: number
  /** A connection that lived this long was a success: the waits start small again. */
  stableAfterMs: number
}

// AWS: a connection without messages for 10 minutes is closed, every connection after 2 hours. [API Gateway quotas]
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
  /** `ws://` or `wss://`, with the stage. */
  url: string
  /** The text that makes the other side answer. */
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

export class ReconnectingSocket {
  readonly #options: ReconnectingSocketOptions
  readonly #timings: ReconnectingSocketTimings
  readonly #clock: Clock
  readonly #stateListeners = new Set<() => void>()
  #state: ConnectionState = "closed"
  #socket: WebSocketPort | undefined
  /** There is one timer, for whatever happens next in the current state. */
  #timer: Timer | undefined
  #awaitingPong = false
  #pingAt = 0
  #openedAt: number | undefined
  #failures = 0
  #stopHints = () => {}

  constructor(options: ReconnectingSocketOptions) {
    this.#options = options
    this.#timings = { ...defaultTimings, ...options.timings }
    this.#clock = options.clock ?? systemClock
  }

  /** Connects at the next turn, so that open, close, open at once (React's StrictMode) makes one connection, not two. */
  open(): void {
    if (this.#state !== "closed") return
    this.#failures = 0
    this.#stopHints = (this.#options.hints ?? pageHints)((hint) => this.#take(hint))
    this.#enter("connecting")
    this.#next(0, () => this.#connect())
  }

  close(): void {
    if (this.#state === "closed") return
    this.#stopHints()
    this.#timer?.cancel()
    this.#abandon()
    this.#enter("closed")
  }

  /** @returns false when there is no open connection: the text is not kept. */
  send(text: string): boolean {
    if (this.#state !== "open" || !this.#socket) return false
    this.#socket.send(text)
    // What was sent may have made a message due, and with it an earlier check of the link.
    if (!this.#awaitingPong && this.#clock.now() + this.#longestSilenceMs() < this.#pingAt) this.#waitForSilence()
    return true
  }

  // Arrow functions, so that they can be handed to `useSyncExternalStore` as they are.

  readonly state = (): ConnectionState => this.#state

  readonly onStateChange = (listener: () => void): (() => void) => {
    const own = () => listener()
    this.#stateListeners.add(own)
    return () => this.#stateListeners.delete(own)
  }

  #connect(): void {
    this.#enter("connecting")
    this.#next(this.#timings.connectWithinMs, () => this.#lost())
    const WebSocket = this.#options.WebSocket ?? globalThis.WebSocket
    const socket: WebSocketPort = new WebSocket(this.#options.url)
    this.#socket = socket
    // An abandoned socket may still speak: only the current one is listened to. `error` is always followed by `close`.
    const ifCurrent = (run: () => void) => () => {
      if (this.#socket === socket) run()
    }
    socket.addEventListener(
      "open",
      ifCurrent(() => this.#opened()),
    )
    socket.addEventListener(
      "close",
      ifCurrent(() => this.#lost()),
    )
    socket.addEventListener("message", ({ data }) => {
      if (this.#socket === socket && typeof data === "string") this.#heard(data)
    })
  }

  #opened(): void {
    this.#openedAt = this.#clock.now()
    this.#waitForSilence()
    this.#enter("open")
    this.#options.onOpen()
  }

  #heard(text: string): void {
    this.#waitForSilence()
    this.#options.onText(text)
    // The text may have been the last that was expected, or its listener may have closed this connection.
    if (this.#state === "open" && !this.#awaitingPong) this.#waitForSilence()
  }

  #waitForSilence(): void {
    this.#awaitingPong = false
    const longestMs = this.#longestSilenceMs()
    this.#pingAt = this.#clock.now() + longestMs
    this.#next(longestMs, () => this.#ping())
  }

  #longestSilenceMs(): number {
    const { checkAfterMs, keepAliveAfterMs } = this.#timings
    return this.#options.isExpecting?.() ? checkAfterMs : keepAliveAfterMs
  }

  #ping(): void {
    if (this.#awaitingPong) return
    this.#awaitingPong = true
    // Set before sending: the answer may re-arm it.
    this.#next(this.#timings.pongWithinMs, () => this.#lost())
    this.send(this.#options.ping)
  }

  #lost(): void {
    const wasStable = this.#openedAt !== undefined && this.#clock.now() - this.#openedAt >= this.#timings.stableAfterMs
    this.#failures = wasStable ? 0 : this.#failures + 1
    this.#abandon()
    const { firstWaitMs, longestWaitMs } = this.#timings
    // Full jitter: thousands of pages that lose one server must not come back in the same second.
    const longestMs = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#failures)
    this.#next((this.#options.random ?? Math.random)() * longestMs, () => this.#connect())
    this.#enter("waiting")
  }

  /** Lets the socket go without waiting for its close event, which on a dead link may take minutes. */
  #abandon(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#openedAt = undefined
    this.#awaitingPong = false
    socket?.close(1000)
  }

  #take(hint: NetworkHint): void {
    if (this.#state === "open") this.#ping()
    if (this.#state === "waiting" && hint === "try-now") this.#connect()
  }

  #next(ms: number, run: () => void): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.after(ms, run)
  }

  #enter(state: ConnectionState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}
