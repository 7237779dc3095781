// Groups entries into rows: an event of the API, the invocation behind it, and the lines that the invocation logged.

export type Entry = { id: number; time: number } & (
  | {
      kind: "event"
      apiId: string
      stage: string
      eventType: "CONNECT" | "MESSAGE" | "DISCONNECT" | "CONNECTION_API" | "HTTP"
      routeKey?: string
      /** Of an HTTP request. */
      method?: string
      path?: string
      connectionId?: string
      requestId: string
      status?: string | number
      integration?: string
      integrationStatus?: string
      latencyMs?: number
      failure?: string
      frame?: string
      event?: string
      result?: string
      responseFrame?: string
      functionRequestId?: string
    }
  | OutputEntry
  | { kind: "denied"; action: string; resource: string; role: string; explanation: string; cure: string }
  | { kind: "problem"; message: string; hint: string }
  | { kind: "reloaded"; what: string; durationMs: number }
)
type OutputEntry = { kind: "output"; functionRequestId: string; logGroup: string; stream: string; text: string }

export type EventEntry = Entry & { kind: "event" }
export type Output = Entry & { kind: "output" }

/** One line of the list. An invocation without an event of the API (from a queue or a bucket) is a separate row. */
export type Row = {
  key: string
  time: number
  kind: "event" | "run" | "denied" | "problem" | "reloaded"
  entry: Entry
  output: Output[]
}

export type Timeline = {
  /** @returns the row that is new or has changed, and the row that was merged into it */
  add(entry: Entry): { changed: Row; removed?: Row }
  rows(): readonly Row[]
  clear(): void
}

export function createTimeline(): Timeline {
  const rows = new Map<string, Row>()
  /** Rows by the request id of the invocation. */
  const runs = new Map<string, Row>()

  function put(row: Row): Row {
    rows.set(row.key, row)
    return row
  }

  function addOutput(entry: Output): Row {
    const known = runs.get(entry.functionRequestId)
    if (known) {
      known.output.push(entry)
      return known
    }
    const row = put({ key: `run-${entry.id}`, time: entry.time, kind: "run", entry, output: [entry] })
    if (entry.functionRequestId !== "") runs.set(entry.functionRequestId, row)
    return row
  }

  // A function logs before its event is recorded: the row of the invocation is merged into the row of the event.
  function addEvent(entry: EventEntry): { changed: Row; removed?: Row } {
    const run = entry.functionRequestId === undefined ? undefined : runs.get(entry.functionRequestId)
    const changed = put({ key: `event-${entry.id}`, time: entry.time, kind: "event", entry, output: run?.output ?? [] })
    if (entry.functionRequestId !== undefined) runs.set(entry.functionRequestId, changed)
    if (!run) return { changed }
    rows.delete(run.key)
    return { changed, removed: run }
  }

  return {
    add(entry) {
      if (entry.kind === "output") return { changed: addOutput(entry) }
      if (entry.kind === "event") return addEvent(entry)
      return {
        changed: put({ key: `${entry.kind}-${entry.id}`, time: entry.time, kind: entry.kind, entry, output: [] }),
      }
    },
    rows: () => [...rows.values()],
    clear() {
      rows.clear()
      runs.clear()
    },
  }
}

const errorPattern = /\bERROR\b|Task timed out|Runtime\.|Invoke Error|Uncaught|Unhandled/

/** Whether the row is a failure or a denial. */
export function isError({ kind, entry, output }: Row): boolean {
  if (kind === "denied" || kind === "problem") return true
  if (entry.kind === "event" && (entry.failure !== undefined || Number(entry.status) >= 400)) return true
  return output.some(({ stream, text }) => stream !== "platform" && errorPattern.test(text))
}

/** The searchable text, in lower case. */
export function textOf({ entry, output }: Row): string {
  return [JSON.stringify(entry), ...output.map(({ text }) => text)].join("\n").toLowerCase()
}
