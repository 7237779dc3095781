// A person who watches a document with the real client, and what they saw.
import { isFinal, type Progress } from "@document-insight/protocol"
import { ProgressClient } from "../../client/src/progress-client.ts"
import type { SimulatedGateway, SimulatedSocket } from "./simulated-gateway.ts"

const never = 1e12

export class Watcher {
  readonly seen: Progress[] = []
  readonly #client: ProgressClient
  readonly #gateway: SimulatedGateway
  readonly #documentId: string
  #socket: SimulatedSocket | undefined
  #stop: (() => void) | undefined

  constructor(
    gateway: SimulatedGateway,
    { documentId, random, asksByItself }: { documentId: string; random: () => number; asksByItself: boolean },
  ) {
    this.#gateway = gateway
    this.#documentId = documentId
    this.#client = new ProgressClient({
      url: "ws://simulated",
      clock: gateway.clock,
      random,
      timings: asksByItself ? {} : { checkAfterMs: never, keepAliveAfterMs: never },
      hints: () => () => {},
      WebSocket: gateway.webSocketFor((socket) => {
        this.#socket = socket
      }),
    })
  }

  get isWatching(): boolean {
    return this.#stop !== undefined
  }

  get isDone(): boolean {
    const last = this.seen.at(-1)
    return !this.isWatching || (last !== undefined && isFinal(last))
  }

  start(): void {
    if (this.#stop) return
    this.#client.open()
    // The known progress is reported again to a new listener.
    this.#stop = this.#client.watch(this.#documentId, (progress) => {
      if (this.seen.at(-1) !== progress) this.seen.push(progress)
    })
  }

  /** Takes a progress that the HTTP API responded with, as the page does. */
  note(progress: Progress): void {
    this.#client.note(progress)
  }

  /** Whether the document was still protected when this watcher last heard of it. Others than the one who enters the password hear of it when they ask again. */
  get lastSawProtected(): boolean {
    return this.seen.at(-1)?.errorCode === "ENCRYPTED"
  }

  leave(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#client.close()
  }

  /** The network ends the connection. */
  drop(isReported: boolean): void {
    this.#socket?.end({ isReported })
  }

  /** The link is lost, and neither side is told. */
  silence(): void {
    const socket = this.#socket
    if (!socket) return
    socket.isSilent = true
    // The gateway finds out when the connection is idle for too long.
    this.#gateway.clock.after(600_000, () => socket.end({ isReported: false }))
  }
}
