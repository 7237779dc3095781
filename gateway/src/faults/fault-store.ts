// Keeps the faults that are set, finds those of an event, and counts and reports every injection.
import type { ActiveFault, Fault, FaultSubject } from "../definition/fault.ts"
import type { Clock, Timer } from "../foundation/clock.ts"
import { describeFault, describeInjection } from "./describe-fault.ts"
import { type FaultNames, readFault } from "./read-fault.ts"

/** Where a fault is injected. */
export type FaultPoint = "message" | "push" | "management" | "invocation" | "disconnect"

/** The report of one injection. */
export type Injection = Omit<FaultSubject, "functionNames"> & {
  faultId: string
  effect: Fault["effect"]
  functionName: string | undefined
  /** What it did, as a sentence. */
  message: string
}

export type FaultStoreOptions = {
  clock: Clock
  names: FaultNames
  onInjected(injection: Injection): void
  /** From 0 to 1, exclusive. */
  random?: () => number
}

type Entry = { fault: ActiveFault; timer: Timer | undefined }

/** More would slow down every event. */
const MAX_FAULTS = 100

export class FaultStore {
  /** A field and not a getter, because every event reads it. */
  isSet = false
  readonly #options: FaultStoreOptions
  readonly #random: () => number
  readonly #entries = new Map<string, Entry>()
  #nextId = 1

  constructor(options: FaultStoreOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
  }

  /**
   * Sets a fault until it is removed, is used up or expires.
   * @throws Error with a sentence that says what is wrong with it
   */
  add(input: Fault): ActiveFault {
    const { clock, names } = this.#options
    const read = readFault(input, names)
    if (this.#entries.size >= MAX_FAULTS) throw new Error(`${MAX_FAULTS} faults are set. Remove some of them first.`)
    const faultId = `fault-${this.#nextId++}`
    const { expiresAfterMs } = read
    const fault: ActiveFault = { ...read, faultId, description: describeFault(read), injections: 0 }
    if (expiresAfterMs !== undefined) fault.expiresAt = clock.now() + expiresAfterMs
    const timer = expiresAfterMs === undefined ? undefined : clock.after(expiresAfterMs, () => this.remove(faultId))
    this.#entries.set(faultId, { fault, timer })
    this.isSet = true
    return fault
  }

  /** @returns whether it was set */
  remove(faultId: string): boolean {
    this.#entries.get(faultId)?.timer?.cancel()
    const wasSet = this.#entries.delete(faultId)
    this.isSet = this.#entries.size > 0
    return wasSet
  }

  clear(): void {
    for (const faultId of this.list().map((fault) => fault.faultId)) this.remove(faultId)
  }

  list(): ActiveFault[] {
    return [...this.#entries.values()].map(({ fault }) => ({ ...fault }))
  }

  /** The faults of an event in the order in which they were set. Each is counted and reported when it is reached. */
  *take(point: FaultPoint, subject: FaultSubject): Generator<Fault, void, void> {
    for (const { fault } of [...this.#entries.values()]) {
      if (pointOf(fault) !== point || !concerns(fault, subject)) continue
      if (fault.probability !== undefined && this.#random() >= fault.probability) continue
      if (!this.#entries.has(fault.faultId)) continue
      this.report(fault, subject)
      fault.injections++
      if (fault.injections === fault.count) this.remove(fault.faultId)
      yield fault
    }
  }

  /** Reports an injection. */
  report(fault: ActiveFault, { functionNames, ...subject }: FaultSubject): void {
    const message = `Injected by ${fault.faultId}: ${describeInjection(fault)}`
    const { faultId, effect } = fault
    this.#options.onInjected({ ...subject, faultId, effect, functionName: functionNames?.[0], message })
  }

  /** Whether a fault with a probability happens this time. */
  happens({ probability }: Fault): boolean {
    return probability === undefined || this.#random() < probability
  }
}

function pointOf(fault: Fault): FaultPoint | "now" {
  switch (fault.effect) {
    case "drop":
    case "close":
    case "delay":
      return fault.on ?? "message"
    case "duplicate":
      return "push"
    case "gone":
    case "limit-exceeded":
      return "management"
    case "skip-disconnect":
      return "disconnect"
    default:
      return "invocation"
  }
}

function concerns({ connectionId, routeKey, functionName }: Fault, subject: FaultSubject): boolean {
  if (connectionId !== undefined && connectionId !== subject.connectionId) return false
  if (routeKey !== undefined && routeKey !== subject.routeKey) return false
  return functionName === undefined || subject.functionNames?.includes(functionName) === true
}
