// A WebSocket connection: its identity, its last activity, and the two timeouts that close it.
import type { Clock } from "../foundation/clock.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { QueuedTimer, timerQueueOf } from "../foundation/timer-queue.ts"

/** What a connection needs of its socket. */
export type Socket = {
  send(text: string): void
  close(code: number, reason: string): void
  /** Bytes that are not sent yet. */
  bufferedBytes(): number
}

export type ConnectionFacts = {
  connectionId: string
  apiId: string
  stageName: string
  domainName: string
  /** Milliseconds since the epoch. */
  connectedAt: number
  /** `userAgent` is absent when the client sent none. */
  identity: { sourceIp: string; userAgent?: string }
  /** The result of a CUSTOM authorizer: its context as strings, and `principalId`. */
  authorizer?: Readonly<Record<string, string>>
}

export type Ending = { code: number; reason: string }

// AWS: both the idle timeout and the lifetime close with 1001 `Going away` (disconnect-idle, limit-lifetime)
const GOING_AWAY: Ending = { code: 1001, reason: "Going away" }

export type ConnectionOptions = { clock: Clock; quotas: Quotas }

/** There are thousands of them, so each has few fields, and is itself the timer of its timeouts. */
export class Connection extends QueuedTimer {
  readonly facts: ConnectionFacts
  /** Milliseconds since the epoch. AWS: a message in either direction counts (limit-idle-reset-by-post) */
  lastActiveAt: number
  /** Complete messages and their bytes, as far as they are text. */
  messagesIn = 0
  bytesIn = 0
  messagesOut = 0
  bytesOut = 0
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  #whenEnded: ((connection: Connection, ending: Ending) => void) | undefined
  #ending: Ending | undefined
  #isEnded = false

  /** @param options shared by all connections */
  constructor(facts: ConnectionFacts, socket: Socket, options: ConnectionOptions) {
    super()
    this.facts = facts
    this.lastActiveAt = facts.connectedAt
    this.#socket = socket
    this.#options = options
    this.onDue()
  }

  get isOpen(): boolean {
    return this.#ending === undefined && !this.#isEnded
  }

  /** Restarts the idle timeout. */
  touch(): void {
    this.lastActiveAt = this.#options.clock.now()
  }

  /** Counts a message from the client, which restarts the idle timeout. */
  received(bytes: number): void {
    this.messagesIn++
    this.bytesIn += bytes
    this.touch()
  }

  /** When the idle timeout and the lifetime will close it, unless it is used. Milliseconds since the epoch. */
  get limits(): { idleAt: number; lifetimeAt: number } {
    const { idleTimeoutMs, connectionDurationMs } = this.#options.quotas
    return { idleAt: this.lastActiveAt + idleTimeoutMs, lifetimeAt: this.facts.connectedAt + connectionDurationMs }
  }

  /** Sends one text message, unless too much is waiting for a slow client already. */
  send(text: string): "sent" | "gone" | "buffer-full" {
    if (!this.isOpen) return "gone"
    if (this.#socket.bufferedBytes() > this.#options.quotas.maxSendBufferBytes) return "buffer-full"
    this.#socket.send(text)
    this.messagesOut++
    this.bytesOut += Buffer.byteLength(text)
    this.touch()
    return "sent"
  }

  /** Closes the connection from this side. The first close is the one that is reported. */
  close(code: number, reason: string): void {
    if (!this.isOpen) return
    this.#ending = { code, reason }
    timerQueueOf(this.#options.clock).remove(this)
    this.#socket.close(code, reason)
  }

  /** Ends the connection once its socket is closed; later calls do nothing. */
  socketClosed(code: number, reason: string): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#ending ??= { code, reason }
    timerQueueOf(this.#options.clock).remove(this)
    this.#whenEnded?.(this, this.#ending)
  }

  /** Calls `run` when the connection has ended. All connections share one function, which is smaller than a promise each. */
  whenEnded(run: (connection: Connection, ending: Ending) => void): void {
    this.#whenEnded = run
    if (this.#isEnded && this.#ending) run(this, this.#ending)
  }

  /** One timer for both timeouts. Activity does not move it (a message costs one assignment): it checks when it fires. */
  onDue(): void {
    const { idleAt, lifetimeAt } = this.limits
    const endsAt = Math.min(idleAt, lifetimeAt)
    if (endsAt <= this.#options.clock.now()) this.close(GOING_AWAY.code, GOING_AWAY.reason)
    else timerQueueOf(this.#options.clock).add(this, endsAt)
  }
}
