// Keeps the latest records and the log lines of functions in memory, for the console.
import type { DecidingStatement } from "../definition/permission.ts"
import type { EventType, ServiceCallRecord, TransactionRecord } from "../definition/record.ts"
import { requestProblemCodes } from "./failure-reporter.ts"
import { type FunctionLine, type GatewayEvent, logGroupOf } from "./gateway-event.ts"
import { redactSecrets } from "./redact-secrets.ts"

/** Texts are cut to this many characters, because the console only shows them. */
const MAX_TEXT = 8_192
const MAX_ENTRIES = 20_000
/** Characters of all entries, which take one or two bytes each. */
const MAX_CHARACTERS = 8 * 1024 * 1024
/** What an entry takes in addition to its texts. */
const ENTRY_CHARACTERS = 512
/** About what a record has beside the texts of its frames and events: ids, names and addresses. */
const RECORD_CHARACTERS = 256
/** About as long as a line that Lambda writes around an invocation. */
const PLATFORM_LINE_CHARACTERS = 128

/** `time`: when it began, in milliseconds since the epoch. */
export type HistoryEntry = { id: number; time: number } & (
  | {
      kind: "event"
      apiId: string
      stage: string
      eventType: EventType
      routeKey?: string | undefined
      /** Of an HTTP request: `GET` and the path. */
      method?: string | undefined
      path?: string | undefined
      connectionId?: string | undefined
      requestId: string
      status?: string | number | undefined
      /** The address of the integration, and the status that it responded with, where it has one. */
      integration?: string | undefined
      integrationStatus?: string | undefined
      /** All of the event, and the part of the integration. */
      durationMs: number
      latencyMs?: number | undefined
      failure?: string | undefined
      /** Of a message without a route. */
      unmatched?: { key: string | undefined; routes: string[] } | undefined
      /** Of a call to the management API: who signed it, and the request id of the invocation that made it. */
      signer?: string | undefined
      callerRequestId?: string | undefined
      sourceIp?: string | undefined
      userAgent?: string | undefined
      /** Of a disconnect. */
      closeCode?: number | undefined
      closeReason?: string | undefined
      /** The statement that allowed the invocation, or the call. */
      allowedBy?: DecidingStatement | undefined
      /** The context that the authorizer returned. */
      authorizer?: Readonly<Record<string, string>> | undefined
      /** The text frame that arrived, the integration's event and result, the text frame that was sent back. */
      frame?: string | undefined
      event?: string | undefined
      result?: string | undefined
      responseFrame?: string | undefined
      functionRequestId?: string | undefined
    }
  | ({ kind: "service" } & Omit<ServiceCallRecord, "startedAt">)
  | { kind: "output"; functionRequestId: string; logGroup: string; stream: string; text: string }
  | { kind: "denied"; action: string; resource: string; role: string; explanation: string; cure: string }
  | { kind: "problem"; message: string; hint: string }
  | { kind: "reloaded"; what: string; durationMs: number }
  | ({ kind: "fault" } & Omit<Extract<GatewayEvent, { event: "fault" }>, "event">)
  | { kind: "clock"; ms: number; movedMs: number }
)

export type History = {
  addRecord(record: TransactionRecord): void
  addCall(call: ServiceCallRecord): void
  addEvent(event: GatewayEvent): void
  addLine(line: FunctionLine): void
  entries(): readonly HistoryEntry[]
  /** @returns at most `limit` entries from this id on, oldest first, without those that were dropped */
  entriesFrom(id: number, limit: number): HistoryEntry[]
  /** The id of the next entry. Ids have no gaps. */
  nextId(): number
  /**
   * @param listener is called after each new entry
   * @returns a function that ends the subscription
   */
  subscribe(listener: () => void): () => void
}

export function createHistory(now: () => number, { maxEntries = MAX_ENTRIES } = {}): History {
  /** From `first` on: what is kept, oldest first. Before it: what was dropped. */
  const kept: (HistoryEntry | UnreadEntry | undefined)[] = []
  /** The characters of each. */
  const sizes: number[] = []
  let first = 0
  let characters = 0
  const listeners = new Set<() => void>()
  let nextId = 1

  function add(entry: HistoryEntry): void {
    keep(entry, cutTexts(entry))
  }

  function keep(entry: HistoryEntry | UnreadEntry, size: number): void {
    kept.push(entry)
    sizes.push(size)
    characters += size
    while (kept.length - first > maxEntries || characters > MAX_CHARACTERS) {
      characters -= sizes[first] ?? 0
      kept[first++] = undefined
    }
    // Not for each entry, because that would move the whole list each time.
    if (first >= maxEntries) {
      kept.splice(0, first)
      sizes.splice(0, first)
      first = 0
    }
    for (const listener of listeners) listener()
  }

  function entriesFrom(id: number, limit: number): HistoryEntry[] {
    const from = first + Math.max(0, id - (kept[first]?.id ?? id))
    return kept.slice(from, from + limit).flatMap((entry) => (entry ? readEntry(entry) : []))
  }

  return {
    addRecord(record) {
      const entry = new RecordEntry(nextId++, now(), record)
      if (entry.hasLongText) add(entry.build())
      else keep(entry, entry.characters)
    },
    addCall({ startedAt, ...call }) {
      add({ id: nextId++, time: startedAt, kind: "service", ...call })
    },
    addEvent(event) {
      if (event.event === "log" && event.source !== "api-gateway") {
        const { requestId, logGroup, kind: stream, message } = event
        add(outputEntry({ id: nextId++, time: now(), logGroup, requestId, stream, text: message }))
      } else if (event.event === "denied") {
        const { action, resource, role, explanation, cure } = event
        add({ id: nextId++, time: now(), kind: "denied", action, resource, role, explanation, cure })
      } else if (event.event === "problem") {
        // The entry of the request has the failure.
        if (requestProblemCodes.has(event.code)) return
        add({ id: nextId++, time: now(), kind: "problem", message: event.message, hint: event.hint })
      } else if (event.event === "reloaded") {
        add({ id: nextId++, time: now(), kind: "reloaded", what: event.what, durationMs: event.durationMs })
      } else if (event.event === "fault") {
        const { event: kind, ...injection } = event
        add({ id: nextId++, time: now(), kind, ...injection })
      } else if (event.event === "clock") {
        add({ id: nextId++, time: now(), kind: "clock", ms: event.ms, movedMs: event.movedMs })
      }
    },
    addLine(line) {
      const entry = new PlatformEntry(nextId++, now(), line)
      if (line.kind === "platform") keep(entry, ENTRY_CHARACTERS + PLATFORM_LINE_CHARACTERS)
      else add(entry.read())
    },
    entries: () => entriesFrom(0, kept.length),
    entriesFrom,
    nextId: () => nextId,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Built when it is read, because most are dropped unread. */
type UnreadEntry = PlatformEntry | RecordEntry

/** The entry of a record, which no longer changes. */
class RecordEntry {
  readonly id: number
  readonly #endedAt: number
  readonly #record: TransactionRecord

  constructor(id: number, endedAt: number, record: TransactionRecord) {
    this.id = id
    this.#endedAt = endedAt
    this.#record = record
  }

  /** Whether a text is cut. Such an entry is built at once, so that the long text is not kept. */
  get hasLongText(): boolean {
    const { frame, requestBody, responseBody, responseFrame } = this.#record
    const isCut = isLong(frame) || isLong(requestBody) || isLong(responseBody) || isLong(responseFrame)
    return isCut || lengthOfFailure(this.#record) > MAX_TEXT
  }

  /** About how many characters it has, as long as no text is cut. */
  get characters(): number {
    const { frame, requestBody, responseBody, responseFrame } = this.#record
    const texts = lengthOf(frame) + lengthOf(requestBody) + lengthOf(responseBody) + lengthOf(responseFrame)
    return ENTRY_CHARACTERS + RECORD_CHARACTERS + texts + lengthOfFailure(this.#record)
  }

  read(): HistoryEntry {
    const entry = this.build()
    cutTexts(entry)
    return entry
  }

  build(): HistoryEntry {
    const record = this.#record
    const { context, eventType, requestBody } = record
    const failure = failureOf(record)
    const time = Number(context.requestTimeEpoch ?? this.#endedAt)
    return {
      id: this.id,
      time,
      kind: "event",
      apiId: record.apiId,
      stage: record.stage.stageName,
      eventType,
      routeKey: record.routeKey,
      method: textOf(context.httpMethod),
      path: textOf(context.path),
      connectionId: textOf(context.connectionId),
      requestId: String(context.requestId),
      status: context.status,
      integration: record.integrationUri,
      integrationStatus: textOf(context.integrationStatus),
      durationMs: this.#endedAt - time,
      latencyMs: record.integrationLatency,
      failure: failure === undefined ? undefined : [failure].flat().join("\n"),
      frame: record.frame,
      event: requestBody && redactSecrets(eventType, requestBody),
      result: record.responseBody,
      responseFrame: record.responseFrame,
      functionRequestId: record.functionRequestId,
      unmatched: record.unmatched,
      signer: record.signer,
      allowedBy: record.allowedBy,
      callerRequestId: record.callerRequestId,
      sourceIp: textOf(context["identity.sourceIp"]),
      userAgent: textOf(context["identity.userAgent"]),
      closeCode: record.eventType === "DISCONNECT" ? Number(context.disconnectStatusCode) : undefined,
      closeReason: textOf(context.disconnectReason),
      authorizer: record.eventType === "CONNECT" ? record.authorizer : undefined,
    }
  }
}

/** What the log has of a request that failed, or was rejected before it reached its integration. */
function failureOf({ failure, rejection }: TransactionRecord): string | readonly string[] | undefined {
  return failure ?? rejection
}

function lengthOfFailure(record: TransactionRecord): number {
  const failure = failureOf(record)
  return typeof failure === "object" ? failure.reduce((sum, line) => sum + line.length, 0) : lengthOf(failure)
}

function isLong(text: string | undefined): boolean {
  return text !== undefined && text.length > MAX_TEXT
}

function lengthOf(text: string | undefined): number {
  return text === undefined ? 0 : text.length
}

/** The entry of a line that Lambda writes around an invocation. */
class PlatformEntry {
  readonly id: number
  readonly #time: number
  readonly #line: FunctionLine

  constructor(id: number, time: number, line: FunctionLine) {
    this.id = id
    this.#time = time
    this.#line = line
  }

  read(): HistoryEntry {
    const { requestId, functionName, kind: stream, text } = this.#line
    return outputEntry({ id: this.id, time: this.#time, logGroup: logGroupOf(functionName), requestId, stream, text })
  }
}

function readEntry(entry: HistoryEntry | UnreadEntry): HistoryEntry {
  return entry instanceof PlatformEntry || entry instanceof RecordEntry ? entry.read() : entry
}

type Output = { id: number; time: number; logGroup: string; requestId: string; stream: string; text: string }

function outputEntry({ id, time, logGroup, requestId, stream, text }: Output): HistoryEntry {
  return { id, time, kind: "output", functionRequestId: requestId, logGroup, stream, text }
}

function textOf(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

/** Cuts the texts of an entry that are too long. @returns how many characters it has */
function cutTexts(entry: HistoryEntry): number {
  const fields = entry as Record<string, unknown>
  let characters = ENTRY_CHARACTERS
  for (const name in fields) {
    const value = fields[name]
    if (typeof value !== "string") continue
    if (value.length > MAX_TEXT) fields[name] = cut(value)
    characters += Math.min(value.length, MAX_TEXT)
  }
  return characters
}

function cut(text: string): string {
  // Copied, because a slice of a string keeps the whole string in memory.
  const start = Buffer.from(text.slice(0, MAX_TEXT)).toString("utf8")
  return `${start}… (${text.length} characters)`
}
