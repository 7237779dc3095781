// Groups entries into rows that are linked by cause: an event, the invocation behind it, the lines that the invocation
// logged, the calls that it made, and the denials that explain a failure.
import type { DeniedEntry, Entry, EventEntry, EventType, FaultEntry, OutputEntry, ServiceEntry } from "./entry.ts"
import type { Row, RowKind } from "./row.ts"

export type Timeline = {
  /** @returns the row that is new or has changed */
  add(entry: Entry): Row
  rows(): readonly Row[]
  find(key: string): Row | undefined
  clear(): void
}

const MAX_ROWS = 100_000
/** Dropped together, because each time moves the whole list. */
const DROPPED_AT_ONCE = 5_000
/** Denials are few: each is reported once. */
const MAX_DENIALS = 500
/** Faults that wait for the record of their event. */
const MAX_FAULTS = 500

const kinds: Record<EventType, RowKind> = {
  CONNECT: "connect",
  MESSAGE: "message",
  DISCONNECT: "disconnect",
  CONNECTION_API: "call",
  HTTP: "http",
}

export function createTimeline(maxRows = MAX_ROWS): Timeline {
  let rows: Row[] = []
  const byKey = new Map<string, Row>()
  /** Rows by the request id of the invocation. */
  const runs = new Map<string, Row>()
  const denials: DeniedEntry[] = []
  const faults: FaultEntry[] = []
  let nextSequence = 0

  function put(key: string, kind: RowKind, entry: Entry): Row {
    const row: Row = {
      key,
      sequence: nextSequence++,
      time: entry.time,
      kind,
      entry,
      output: [],
      calls: [],
      denials: [],
      faults: [],
      isShown: false,
    }
    rows.push(row)
    byKey.set(key, row)
    if (rows.length > maxRows + DROPPED_AT_ONCE) drop()
    return row
  }

  function drop(): void {
    const dropped = rows.slice(0, rows.length - maxRows)
    rows = rows.slice(rows.length - maxRows)
    for (const row of dropped) {
      byKey.delete(row.key)
      for (const id of requestIdsOf(row)) runs.delete(id)
    }
  }

  function addOutput(entry: OutputEntry): Row {
    const known = runs.get(entry.functionRequestId)
    const row = known ?? put(entry.functionRequestId || `init-${entry.id}`, "run", entry)
    row.output.push(entry)
    if (!known) attachFaults(row, (fault) => fault.functionRequestId === entry.functionRequestId)
    if (!known && entry.functionRequestId !== "") runs.set(entry.functionRequestId, row)
    return row
  }

  function addEvent(entry: EventEntry): Row {
    // A function logs before its event is recorded: the row of the invocation becomes the row of the event.
    const run = entry.functionRequestId === undefined ? undefined : runs.get(entry.functionRequestId)
    const row = run ?? put(entry.requestId, kinds[entry.eventType], entry)
    if (run) {
      run.entry = entry
      run.kind = kinds[entry.eventType]
      run.time = entry.time
      byKey.set(entry.requestId, run)
    } else if (entry.functionRequestId !== undefined) runs.set(entry.functionRequestId, row)
    attachFaults(row, (fault) => concerns(fault, entry))
    link(
      row,
      entry,
      denials.findLast((one) => explains(one, entry)),
    )
    return row
  }

  function addServiceCall(entry: ServiceEntry): Row {
    const row = put(`service-${entry.id}`, "service", entry)
    link(
      row,
      entry,
      denials.findLast((one) => deniesCall(one, entry)),
    )
    return row
  }

  /** A fault is reported before its event is recorded, except that of a frame which was sent. */
  function attachFaults(row: Row, isOfRow: (fault: FaultEntry) => boolean): void {
    for (const fault of faults) if (isOfRow(fault) && !row.faults.includes(fault)) row.faults.push(fault)
  }

  function addFault(entry: FaultEntry): Row {
    faults.push(entry)
    if (faults.length > MAX_FAULTS) faults.shift()
    const event = byKey.get(entry.requestId ?? "") ?? runs.get(entry.functionRequestId ?? "")
    event?.faults.push(entry)
    return put(`fault-${entry.id}`, "fault", entry)
  }

  /** Links a row with the invocation that made the call, and with the denial that explains its failure. */
  function link(row: Row, { callerRequestId }: { callerRequestId?: string }, denial: DeniedEntry | undefined): void {
    const caller = callerRequestId === undefined ? undefined : runs.get(callerRequestId)
    if (caller) {
      row.caller = caller
      caller.calls.push(row)
    }
    if (!denial) return
    row.denials.push(denial)
    caller?.denials.push(denial)
  }

  return {
    add(entry) {
      if (entry.kind === "output") return addOutput(entry)
      if (entry.kind === "event") return addEvent(entry)
      if (entry.kind === "service") return addServiceCall(entry)
      if (entry.kind === "fault") return addFault(entry)
      if (entry.kind === "denied") {
        denials.push(entry)
        if (denials.length > MAX_DENIALS) denials.shift()
      }
      return put(`${entry.kind}-${entry.id}`, entry.kind, entry)
    },
    rows: () => rows,
    find: (key) => byKey.get(key),
    clear() {
      rows = []
      byKey.clear()
      runs.clear()
      denials.length = 0
      faults.length = 0
    },
  }
}

function requestIdsOf({ entry, output }: Row): string[] {
  const own = entry.kind === "event" ? entry.functionRequestId : undefined
  return [own, output[0]?.functionRequestId].filter((id) => id !== undefined)
}

/** Whether a fault was injected into an event, or ended its connection. */
function concerns(fault: FaultEntry, { eventType, connectionId, requestId, functionRequestId }: EventEntry): boolean {
  if (fault.requestId !== undefined && fault.requestId === requestId) return true
  if (fault.functionRequestId !== undefined && fault.functionRequestId === functionRequestId) return true
  const isEnding = fault.effect === "drop" || fault.effect === "close"
  return eventType === "DISCONNECT" && isEnding && fault.connectionId === connectionId
}

/** Whether a denial is the reason of a failed event. */
function explains({ action, resource }: DeniedEntry, entry: EventEntry): boolean {
  if (entry.failure === undefined) return false
  if (action === "lambda:InvokeFunction" || action === "sts:AssumeRole") {
    return (
      /Invalid permissions|assume the provided role/.test(entry.failure) &&
      (entry.integration?.includes(resource) === true || entry.failure.includes(resource))
    )
  }
  // The account in the message is masked.
  return entry.failure.includes(action) && entry.failure.includes(resource.split(":").at(-1) ?? resource)
}

/** Objects of a bucket have one denial, so their keys are not compared. */
function deniesCall({ action, resource }: DeniedEntry, { service, decisions }: ServiceEntry): boolean {
  const owner = (name: string) => (service === "s3" ? name.split("/")[0] : name) ?? name
  return decisions.some((one) => !one.allowed && one.action === action && resource.includes(owner(one.resource)))
}
