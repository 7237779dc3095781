// The server side of a WebSocket under a test's control: the test accepts each connection, sends messages and closes it.
import type { WebSocketPort } from "../src/reconnecting-socket.ts"

export class ScriptedServer {
  /** Every connection attempt, in order. */
  readonly connections: ScriptedConnection[] = []
  readonly WebSocket: new (
    url: string,
  ) => WebSocketPort

  constructor() {
    const { connections } = this
    this.WebSocket = class extends ScriptedConnection {
      constructor(url: string) {
        super(url)
        connections.push(this)
      }
    }
  }

  get newest(): ScriptedConnection {
    const connection = this.connections.at(-1)
    if (!connection) throw new Error("No connection was attempted.")
    return connection
  }
}

type Events = { open: undefined; close: undefined; message: { data: unknown } }

export class ScriptedConnection implements WebSocketPort {
  readonly url: string
  /** The messages that the client sent, as parsed JSON. */
  readonly received: unknown[] = []
  isClosed = false
  readonly #listeners = new Map<string, ((event: { data: unknown }) => void)[]>()

  constructor(url: string) {
    this.url = url
  }

  accept(): void {
    this.#emit("open", undefined)
  }

  push(message: unknown): void {
    this.#emit("message", { data: typeof message === "string" ? message : JSON.stringify(message) })
  }

  drop(): void {
    this.isClosed = true
    this.#emit("close", undefined)
  }

  send(text: string): void {
    this.received.push(JSON.parse(text))
  }

  close(): void {
    this.isClosed = true
  }

  addEventListener(name: "open" | "close", listener: () => void): void
  addEventListener(name: "message", listener: (event: { data: unknown }) => void): void
  addEventListener(name: string, listener: (event: { data: unknown }) => void): void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener])
  }

  #emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(event ?? { data: undefined })
  }
}
