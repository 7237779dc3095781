// Says how far documents have been read, whatever the network does: it keeps what is wanted and the newest that is known.
import { type ClientMessage, isFinal, isProgress, type Progress, parseServerMessage } from "@document-insight/protocol"
import { type Clock, systemClock, type Timer } from "./clock.ts"
import { type PageVisibility, PauseWhileHidden, pageVisibility } from "./pause-while-hidden.ts"
import { type ConnectionState, ReconnectingSocket, type ReconnectingSocketOptions } from "./reconnecting-socket.ts"

export type ProgressClientOptions = Omit<ReconnectingSocketOptions, "ping" | "onOpen" | "onText" | "isExpecting"> & {
  visibility?: PageVisibility | undefined
}

export type ProgressListener = (progress: Progress) => void

/** A value that changes, in the shape of React's `useSyncExternalStore`. */
export type Store<T> = { subscribe(listener: () => void): () => void; getSnapshot(): T }

type Watch = {
  readonly listeners: Set<ProgressListener>
  /** Whether something was heard since it was last looked at. */
  heard: boolean
}

// Watching again within this time (a component that is mounted anew) sends nothing. It also keeps a `watch: false` from
// overtaking the `watch` that follows it: API Gateway does not keep the order of messages.
const lingerMs = 1_000

export class ProgressClient {
  readonly connection: Store<ConnectionState>
  readonly #socket: ReconnectingSocket
  readonly #pause: PauseWhileHidden
  readonly #clock: Clock
  readonly #known = new Map<string, Progress>()
  readonly #watches = new Map<string, Watch>()
  #sweep: Timer | undefined

  constructor(options: ProgressClientOptions) {
    this.#clock = options.clock ?? systemClock
    this.#socket = new ReconnectingSocket({
      ...options,
      ping: JSON.stringify({ action: "ping" } satisfies ClientMessage),
      onOpen: () => this.#askForAll(),
      onText: (text) => this.#read(text),
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

  /** Ends the connection; what is watched stays watched and is asked for when opened again. */
  close(): void {
    this.#pause.stop()
    this.#socket.close()
    this.#forgetUnwatched()
  }

  /**
   * Tells `listener` what is known of a document now, and everything newer, until the returned function is called.
   * Each progress it is told has a higher `sequence` than the one before. Nothing follows a final one.
   */
  watch(documentId: string, listener: ProgressListener): () => void {
    const watch = this.#watches.get(documentId) ?? this.#startWatch(documentId)
    const own: ProgressListener = (progress) => listener(progress)
    watch.listeners.add(own)
    const known = this.#known.get(documentId)
    if (known) own(known)
    return () => {
      watch.listeners.delete(own)
      if (watch.listeners.size === 0) this.#sweep ??= this.#clock.after(lingerMs, () => this.#forgetUnwatched())
    }
  }

  /** The newest progress that is known, from whatever source. */
  progressOf(documentId: string): Progress | undefined {
    return this.#known.get(documentId)
  }

  /** Takes a progress that came another way (from `GET /documents/{documentId}`); older than known is ignored. */
  note(progress: Progress): void {
    const known = this.#known.get(progress.documentId)
    if (known && !supersedes(progress, known)) return
    this.#known.set(progress.documentId, progress)
    for (const listener of this.#watches.get(progress.documentId)?.listeners ?? []) listener(progress)
    this.#pause.update()
  }

  #startWatch(documentId: string): Watch {
    const watch: Watch = { listeners: new Set(), heard: true }
    this.#watches.set(documentId, watch)
    this.#ask(documentId)
    this.#pause.update()
    return watch
  }

  #read(text: string): void {
    const message = parseServerMessage(text)
    if (!message) return
    if (isProgress(message)) {
      const watch = this.#watches.get(message.documentId)
      if (watch) watch.heard = true
      this.note(message)
    } else if (message.status === "pong") {
      this.#askForSilent()
    }
  }

  #askForAll(): void {
    for (const documentId of this.#watches.keys()) this.#ask(documentId)
  }

  /** A push can be lost on an open connection, even the last one: who has said nothing for a while is asked again. */
  #askForSilent(): void {
    for (const [documentId, watch] of this.#watches) {
      if (!watch.heard) this.#ask(documentId)
      watch.heard = false
    }
  }

  #ask(documentId: string): void {
    if (!this.#isFinished(documentId)) this.#send({ action: "progress", documentId })
  }

  #forgetUnwatched(): void {
    this.#sweep?.cancel()
    this.#sweep = undefined
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
  // "There is no such document" stands outside the sequence that the document had while it was there.
  if (progress.errorCode === "DOCUMENT_NOT_FOUND") return !isFinal(known)
  return progress.sequence > known.sequence
}
