// Watches documents over one reconnecting WebSocket: keeps the set of watched documents and the newest progress of
// each, and asks again after every reconnect.
import { type ClientMessage, isFinal, isProgress, type Progress, parseServerMessage } from "@document-insight/protocol"
import { type Clock, systemClock, type Timer } from "./clock.ts"
import { type PageVisibility, PauseWhileHidden, pageVisibility } from "./pause-while-hidden.ts"
import {
  type ConnectionAttempts,
  type ConnectionState,
  ReconnectingSocket,
  type ReconnectingSocketOptions,
} from "./reconnecting-socket.ts"

export type ProgressClientOptions = Omit<ReconnectingSocketOptions, "ping" | "onOpen" | "onText" | "isExpecting"> & {
  visibility?: PageVisibility | undefined
  /** The secret of the shared link that a document of another user was opened with. */
  shareTokenOf?: ((documentId: string) => string | undefined) | undefined
}

export type ProgressListener = (progress: Progress) => void

/** A value with change notifications, in the shape that React's `useSyncExternalStore` takes. */
export type Store<T> = { subscribe(listener: () => void): () => void; getSnapshot(): T }

type Watch = {
  readonly listeners: Set<ProgressListener>
  /** Whether a message arrived since the last pong. */
  hasNews: boolean
}

// Watching again within this time (a component that is mounted again) sends nothing. It also keeps a `watch: false`
// from overtaking the `watch` that follows it, because API Gateway does not preserve the order of messages.
const unwatchDelayMs = 1_000

export class ProgressClient {
  readonly connection: Store<ConnectionState>
  readonly #socket: ReconnectingSocket
  readonly #pause: PauseWhileHidden
  readonly #clock: Clock
  readonly #shareTokenOf: (documentId: string) => string | undefined
  readonly #known = new Map<string, Progress>()
  readonly #watches = new Map<string, Watch>()
  #unwatchTimer: Timer | undefined
  #lastMessageAt: number | undefined

  constructor(options: ProgressClientOptions) {
    this.#clock = options.clock ?? systemClock
    this.#shareTokenOf = options.shareTokenOf ?? (() => undefined)
    this.#socket = new ReconnectingSocket({
      ...options,
      ping: JSON.stringify({ action: "ping" } satisfies ClientMessage),
      onOpen: () => this.#requestAll(),
      onText: (text) => this.#receive(text),
      isExpecting: () => this.#isAnyInProgress(),
    })
    this.#pause = new PauseWhileHidden({
      visibility: options.visibility ?? pageVisibility,
      clock: this.#clock,
      isNeeded: () => this.#isAnyInProgress(),
      pause: () => this.#socket.close(),
      resume: () => this.#socket.open(),
    })
    this.connection = { subscribe: this.#socket.onStateChange, getSnapshot: this.#socket.state }
  }

  /** Connects. A page that stays hidden with no document in progress disconnects until one of the two changes. */
  open(): void {
    this.#socket.open()
    this.#pause.start()
  }

  /** Closes the connection. Watched documents stay watched, and are requested again after `open`. */
  close(): void {
    this.#pause.stop()
    this.#socket.close()
    this.#removeUnwatched()
  }

  /** How often connecting has failed, and when it is tried again. It changes with the state of `connection`. */
  attempts(): ConnectionAttempts {
    return this.#socket.attempts()
  }

  /** Makes the scheduled attempt to connect now. Does nothing when none is scheduled. */
  connectNow(): void {
    this.#socket.connectNow()
  }

  /** When the server last sent anything, in milliseconds since the epoch. */
  get lastMessageAt(): number | undefined {
    return this.#lastMessageAt
  }

  /**
   * Notifies `listener` of the known progress of a document and of every newer one, until the returned function is
   * called. Each progress has a higher `sequence` than the one before. None follows a final one, except that of a
   * document that was given its password.
   */
  watch(documentId: string, listener: ProgressListener): () => void {
    const watch = this.#watches.get(documentId) ?? this.#startWatch(documentId)
    const own: ProgressListener = (progress) => listener(progress)
    watch.listeners.add(own)
    const known = this.#known.get(documentId)
    if (known) own(known)
    return () => {
      watch.listeners.delete(own)
      if (watch.listeners.size === 0)
        this.#unwatchTimer ??= this.#clock.after(unwatchDelayMs, () => this.#removeUnwatched())
    }
  }

  /** The newest known progress, from any source. */
  progressOf(documentId: string): Progress | undefined {
    return this.#known.get(documentId)
  }

  /** Takes a progress from another source (`GET /documents/{documentId}`). One that is older than the known is ignored. */
  note(progress: Progress): void {
    const { documentId } = progress
    const known = this.#known.get(documentId)
    if (!this.#take(progress)) return
    // The server notifies no watcher of a document that has ended. Its end may be between the two, so that it never
    // arrives, or is older than what is known now.
    if (known && this.#watches.has(documentId)) this.#request(documentId)
  }

  /** @returns whether the progress is newer than the known one */
  #take(progress: Progress): boolean {
    const known = this.#known.get(progress.documentId)
    if (known && !supersedes(progress, known)) return false
    this.#known.set(progress.documentId, progress)
    for (const listener of this.#watches.get(progress.documentId)?.listeners ?? []) listener(progress)
    this.#pause.update()
    return true
  }

  #startWatch(documentId: string): Watch {
    const watch: Watch = { listeners: new Set(), hasNews: true }
    this.#watches.set(documentId, watch)
    this.#request(documentId)
    this.#pause.update()
    return watch
  }

  #receive(text: string): void {
    this.#lastMessageAt = this.#clock.now()
    const message = parseServerMessage(text)
    if (!message) return
    if (isProgress(message)) {
      const watch = this.#watches.get(message.documentId)
      if (watch) watch.hasNews = true
      this.#take(message)
    } else if (message.status === "pong") {
      this.#requestSilent()
    } else if (message.status === "error" && message.errorCode === "SESSION_EXPIRED") {
      // The token was renewed meanwhile: a connection with a new ticket has the new session.
      this.#socket.reconnect()
    }
  }

  #requestAll(): void {
    for (const documentId of this.#watches.keys()) this.#request(documentId)
  }

  /** A push can be lost on an open connection, even the last one: requests documents without news since the last pong. */
  #requestSilent(): void {
    for (const [documentId, watch] of this.#watches) {
      if (!watch.hasNews) this.#request(documentId)
      watch.hasNews = false
    }
  }

  #request(documentId: string): void {
    if (this.#isFinished(documentId)) return
    const shareToken = this.#shareTokenOf(documentId)
    this.#send({ action: "progress", documentId, ...(shareToken !== undefined && { shareToken }) })
  }

  #removeUnwatched(): void {
    this.#unwatchTimer?.cancel()
    this.#unwatchTimer = undefined
    for (const [documentId, watch] of this.#watches) {
      if (watch.listeners.size > 0) continue
      this.#watches.delete(documentId)
      if (!this.#isFinished(documentId)) this.#send({ action: "progress", documentId, watch: false })
    }
    this.#pause.update()
  }

  #isAnyInProgress(): boolean {
    return [...this.#watches.keys()].some((documentId) => !this.#isFinished(documentId))
  }

  #isFinished(documentId: string): boolean {
    const known = this.#known.get(documentId)
    return known !== undefined && isFinal(known)
  }

  #send(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message))
  }
}

function supersedes(progress: Progress, known: Progress): boolean {
  // DOCUMENT_NOT_FOUND has no place in the sequence that the document had while it existed.
  if (progress.errorCode === "DOCUMENT_NOT_FOUND") return !isFinal(known)
  return progress.sequence > known.sequence
}
