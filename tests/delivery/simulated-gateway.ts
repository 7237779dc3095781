// The WebSocket API: runs the routes' function for what clients send, and delivers what is posted to @connections. Links
// lose, duplicate and reorder messages, and end with or without a word.
import type { WebSocketPort } from "../../client/src/reconnecting-socket.ts"
import type { ConnectionHandlerResult } from "../../functions/src/connection-handler/dependencies.ts"
import type { Faults } from "./faults.ts"
import type { SimulatedClock } from "./simulated-clock.ts"

const linkMs = 20
const delayMs = 3_000
// AWS: a connection without messages is closed after ten minutes (limit-idle)
const idleMs = 600_000

type RouteEvent = {
  body?: string
  requestContext: { routeKey: string; connectionId: string; stage: string }
}
/** Undefined when the function died. */
type Invoke = (event: RouteEvent) => Promise<ConnectionHandlerResult | undefined>

export type SimulatedGatewayOptions = {
  clock: SimulatedClock
  faults: Faults
  closesIdleConnections: boolean
  invoke: Invoke
}

type Listeners = { open: () => void; close: () => void; message: (event: { data: unknown }) => void }

export class SimulatedGateway {
  readonly connections = new Map<string, SimulatedSocket>()
  readonly clock: SimulatedClock
  readonly faults: Faults
  readonly closesIdleConnections: boolean
  readonly #invoke: Invoke
  #opened = 0

  constructor({ clock, faults, closesIdleConnections, invoke }: SimulatedGatewayOptions) {
    this.clock = clock
    this.faults = faults
    this.closesIdleConnections = closesIdleConnections
    this.#invoke = invoke
  }

  /** The class that a client uses; `onOpen` is called with each new socket. */
  webSocketFor(onOpen: (socket: SimulatedSocket) => void): new (url: string) => WebSocketPort {
    const gateway = this
    return class extends SimulatedSocket {
      constructor() {
        super(gateway)
        onOpen(this)
      }
    }
  }

  async connect(socket: SimulatedSocket): Promise<void> {
    const connectionId = `c${this.#opened++}=`
    const result = await this.#run("$connect", connectionId)
    if (result?.statusCode !== 200) return socket.end()
    if (socket.isClosed) return
    socket.connectionId = connectionId
    this.connections.set(connectionId, socket)
    socket.touch()
    socket.emit("open")
  }

  async message(connectionId: string, body: string): Promise<void> {
    const socket = this.connections.get(connectionId)
    if (!socket) return
    socket.touch()
    const routeKey = JSON.parse(body).action === "progress" ? "progress" : "$default"
    const result = await this.#run(routeKey, connectionId, body)
    const text = result?.body ?? JSON.stringify({ message: "Internal server error", connectionId })
    this.connections.get(connectionId)?.deliver(text)
  }

  /** @returns the status of a POST to @connections */
  post(connectionId: string, text: string): number {
    const socket = this.connections.get(connectionId)
    if (!socket) return 410
    socket.touch()
    socket.deliver(text)
    return 200
  }

  /** Ends a connection on the server's side. `$disconnect` is best effort. */
  disconnect(connectionId: string, isReported: boolean): void {
    if (!this.connections.delete(connectionId)) return
    if (isReported) void this.#run("$disconnect", connectionId)
  }

  #run(routeKey: string, connectionId: string, body?: string): Promise<ConnectionHandlerResult | undefined> {
    return this.#invoke({
      requestContext: { routeKey, connectionId, stage: "dev" },
      ...(body !== undefined && { body }),
    })
  }
}

export class SimulatedSocket implements WebSocketPort {
  connectionId: string | undefined
  isClosed = false
  /** The link is broken, and neither side knows. */
  isSilent = false
  readonly #gateway: SimulatedGateway
  readonly #listeners: { [Name in keyof Listeners]: Listeners[Name][] } = { open: [], close: [], message: [] }
  #idle: { cancel(): void } | undefined

  constructor(gateway: SimulatedGateway) {
    this.#gateway = gateway
    gateway.clock.after(linkMs, () => void gateway.connect(this))
  }

  addEventListener(name: "open" | "close", listener: () => void): void
  addEventListener(name: "message", listener: (event: { data: unknown }) => void): void
  addEventListener<Name extends keyof Listeners>(name: Name, listener: Listeners[Name]): void {
    this.#listeners[name].push(listener)
  }

  send(text: string): void {
    this.#transfer("message", () => {
      if (this.connectionId !== undefined) void this.#gateway.message(this.connectionId, text)
    })
  }

  /** By the client. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#transfer("message", () => this.#leave(true))
  }

  /** By the gateway or the network. */
  end({ isReported = true } = {}): void {
    this.#leave(isReported)
    if (this.isClosed) return
    this.isClosed = true
    this.#gateway.clock.after(linkMs, () => this.emit("close"))
  }

  deliver(text: string): void {
    this.#transfer("push", () => {
      if (!this.isClosed) this.emit("message", { data: text })
    })
  }

  /** Postpones the end of an idle connection. */
  touch(): void {
    this.#idle?.cancel()
    if (!this.#gateway.closesIdleConnections) return
    this.#idle = this.#gateway.clock.after(idleMs, () => this.end())
  }

  emit<Name extends keyof Listeners>(name: Name, ...event: Parameters<Listeners[Name]>): void {
    for (const listener of this.#listeners[name]) (listener as (...event: unknown[]) => void)(...event)
  }

  #leave(isReported: boolean): void {
    this.#idle?.cancel()
    if (this.connectionId !== undefined) this.#gateway.disconnect(this.connectionId, isReported)
  }

  /** Over the link. A delayed message is overtaken by those after it. */
  #transfer(type: "message" | "push", arrive: () => void): void {
    const { clock, faults } = this.#gateway
    const fault = faults.next(type)
    const times = fault === "duplicate" ? [linkMs, delayMs] : [fault === "delay" ? delayMs : linkMs]
    if (fault === "lose") return
    for (const ms of times) clock.after(ms, () => this.isSilent || arrive())
  }
}
