// Injects faults into frames, calls of the management API, invocations and `$disconnect`.
import type { ActiveFault, Fault, FaultSubject, InvocationFault, InvocationFaults } from "../definition/fault.ts"
import type { Clock, Timer } from "../foundation/clock.ts"
import { FaultStore, type FaultStoreOptions } from "./fault-store.ts"

/** What a fault needs of a connection. */
export type FaultedConnection = {
  readonly facts: { readonly connectionId: string }
  readonly isOpen: boolean
  send(text: string): unknown
  close(code: number, reason: string): void
}

export type FaultsOptions = Omit<FaultStoreOptions, "names"> & {
  /** Of the deployment. */
  names: Omit<FaultStoreOptions["names"], "isOpen">
  connections(): Iterable<FaultedConnection>
}

/** What a socket without a close frame is reported as. AWS: 1006 with this reason (disconnect-network-lost) */
const LOST = { code: 1006, reason: "Connection closed abnormally" }

const reasons = new Map([
  [1001, "Going away"],
  [1011, "Internal server error"],
  [1012, "Service restart"],
])

export class Faults implements InvocationFaults {
  readonly #store: FaultStore
  readonly #clock: Clock
  readonly #connections: () => Iterable<FaultedConnection>
  readonly #waiting = new Map<() => void, Timer>()
  #isClosed = false

  constructor(options: FaultsOptions) {
    const { clock, connections } = options
    const isOpen = (connectionId: string) =>
      [...connections()].some((one) => one.isOpen && one.facts.connectionId === connectionId)
    this.#store = new FaultStore({ ...options, names: { ...options.names, isOpen } })
    this.#clock = clock
    this.#connections = connections
  }

  get isSet(): boolean {
    return this.#store.isSet
  }

  /**
   * Sets a fault. One that happens `now` is injected and not kept.
   * @throws Error with a sentence that says what is wrong with it
   */
  add(input: Fault): ActiveFault {
    const fault = this.#store.add(input)
    if ((fault.effect !== "drop" && fault.effect !== "close") || fault.on !== "now") return { ...fault }
    this.#store.remove(fault.faultId)
    for (const connection of [...this.#connections()]) {
      const { connectionId } = connection.facts
      const isChosen = fault.connectionId === undefined || fault.connectionId === connectionId
      if (!connection.isOpen || !isChosen || !this.#store.happens(fault)) continue
      this.#store.report(fault, { connectionId })
      fault.injections++
      end(connection, fault)
    }
    return { ...fault }
  }

  /** @returns whether it was set */
  remove(faultId: string): boolean {
    return this.#store.remove(faultId)
  }

  clear(): void {
    this.#store.clear()
  }

  list(): ActiveFault[] {
    return this.#store.list()
  }

  /** Injects faults into a message that has arrived. @returns whether it is still handled */
  async receive(connection: FaultedConnection, subject: FaultSubject): Promise<boolean> {
    for (const fault of this.#store.take("message", subject)) {
      if (fault.effect === "delay") await this.wait(fault.delayMs)
      else if (fault.effect === "drop" || fault.effect === "close") {
        end(connection, fault)
        return false
      }
    }
    return true
  }

  /**
   * Injects faults into a frame for the client.
   * @returns whether there was a fault: then the frame is sent by it, or is lost
   */
  push(connection: FaultedConnection, subject: FaultSubject, text: string): boolean {
    if (!connection.isOpen) return false
    let delayMs = 0
    let copies = 1
    let ending: Fault | undefined
    for (const fault of this.#store.take("push", subject)) {
      if (fault.effect === "delay") delayMs += fault.delayMs
      else if (fault.effect === "duplicate") copies++
      else {
        ending = fault
        break
      }
    }
    if (delayMs === 0 && copies === 1 && !ending) return false
    const deliver = () => {
      if (ending) end(connection, ending)
      else for (let copy = 0; copy < copies; copy++) connection.send(text)
    }
    if (delayMs === 0) deliver()
    else void this.wait(delayMs).then(deliver)
    return true
  }

  /** @returns the status with which `@connections` responds instead of doing what it is asked */
  managementStatus(subject: FaultSubject): 410 | 429 | undefined {
    for (const fault of this.#store.take("management", subject)) return fault.effect === "gone" ? 410 : 429
    return undefined
  }

  /** @returns whether `$disconnect` does not run */
  skipsDisconnect(subject: FaultSubject): boolean {
    return this.#store.take("disconnect", subject).next().done !== true
  }

  *ofInvocation(subject: FaultSubject): Generator<InvocationFault> {
    for (const fault of this.#store.take("invocation", subject)) yield fault as InvocationFault
  }

  wait(ms: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const finish = () => {
        this.#waiting.delete(finish)
        resolve()
      }
      this.#waiting.set(finish, this.#clock.after(ms, finish))
    })
  }

  /** Removes every fault, and ends every delay: the close of the gateway waits for none. */
  close(): void {
    this.#isClosed = true
    this.clear()
    for (const [finish, timer] of [...this.#waiting]) {
      timer.cancel()
      finish()
    }
  }
}

function end(connection: FaultedConnection, fault: Fault): void {
  if (fault.effect === "close") connection.close(fault.code, reasons.get(fault.code) ?? "")
  else connection.close(LOST.code, LOST.reason)
}
