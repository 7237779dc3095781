// The other side of a WebSocket as a test writes it: every connection waits for the test to accept it, speak or let go.
import type { WebSocketPort } from "./reconnecting-socket.ts"

export class ScriptedServer {
  /** Every connection that was ever tried, in order. */
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
    if (!connection) throw new Error("Nobody has tried to connect.")
    return connection
  }
}

type Events = { open: undefined; close: undefined; message: { data: unknown } }

export class ScriptedConnection implements WebSocketPort {
  readonly url: string
  /** What arrived here, as parsed JSON. */
  readonly received: unknown[] = []
  isClosed = false
  readonly #listeners = new Map<string, ((event: { data: unknown }) => void)[]>()

  constructor(url: string) {
    this.url = url
  }

  accept(): void {
    this.#emit("open", undefined)
  }

  say(message: unknown): void {
    this.#emit("message", { data: typeof message === "string" ? message : JSON.stringify(message) })
  }

  letGo(): void {
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
