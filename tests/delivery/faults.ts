// The faults of a history: which operation of the whole system fails, counted from its start, and how.

export const faultKinds = [
  "crash-before",
  "crash-after",
  "fail-before",
  "fail-after",
  "delay",
  "lose",
  "duplicate",
  "throttle",
] as const
export type FaultKind = (typeof faultKinds)[number]
export type Fault = { operation: number; kind: FaultKind }

/** `request`: of a function to a service; `push`: of @connections to a client; `message`: of a client; `receive`: of a queue. */
export type OperationType = "request" | "push" | "message" | "receive"

const applicable: Record<OperationType, readonly FaultKind[]> = {
  request: ["crash-before", "crash-after", "fail-before", "fail-after", "delay"],
  push: ["lose", "duplicate", "delay"],
  message: ["lose", "duplicate", "delay"],
  receive: ["duplicate", "throttle", "delay"],
}

export class Faults {
  readonly #planned = new Map<number, FaultKind>()
  readonly #excluded: readonly FaultKind[]
  readonly #injected: Record<string, number> = {}
  #operations = 0

  /** @param excluded kinds that are not injected */
  constructor(faults: readonly Fault[], excluded: readonly FaultKind[] = []) {
    this.#excluded = excluded
    for (const { operation, kind } of faults) this.#planned.set(operation, kind)
  }

  /** How often each fault was injected; a planned one that does not fit its operation is not. */
  get injected(): Readonly<Record<string, number>> {
    return this.#injected
  }

  get operations(): number {
    return this.#operations
  }

  next(type: OperationType): FaultKind | undefined {
    const kind = this.#planned.get(this.#operations++)
    if (kind === undefined || !applicable[type].includes(kind) || this.#excluded.includes(kind)) return undefined
    this.#injected[kind] = (this.#injected[kind] ?? 0) + 1
    return kind
  }
}
