// Streams the history and every new entry to the console's page, as server-sent events in batches.
import type { ServerResponse } from "node:http"
import { systemClock } from "../../foundation/clock.ts"
import type { ConsolePorts } from "./console-ports.ts"
import { createSummarizeEntry } from "./summarize-entries.ts"

/** Entries per message, and per turn of the event loop: more would delay the clients of the APIs. */
const BATCH = 50
/** New entries wait this long for others: a write per entry would slow down the gateway. */
const WINDOW_MS = 100
/** After a pause, they wait only this long: a person watches. */
const FIRST_MS = 10

export type StreamPorts = Pick<ConsolePorts, "history" | "endpoints" | "outputs" | "stages" | "deployed"> & {
  openConnections(): number
}

/** Sends the state and the history first, then each new entry, until the page disconnects. */
export function streamEvents(response: ServerResponse, ports: StreamPorts): void {
  const { history } = ports
  // Nothing may happen for hours.
  response.socket?.setTimeout(0)
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" })
  // The history keeps what waits, so a page that reads slowly needs no memory, and misses what the history drops.
  let position = history.entriesFrom(0, 1)[0]?.id ?? history.nextId()
  /** The history is sent whole: a filter searches all of it. */
  const firstNew = history.nextId()
  const summarize = createSummarizeEntry(systemClock)
  let isScheduled = false
  let flushedAt = 0
  let shown: number | undefined

  function send(name: string, data: unknown): boolean {
    // As bytes, because a response measures and encodes a text several times.
    return response.write(Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`))
  }

  function flush(): void {
    const open = ports.openConnections()
    if (open !== shown) send("connections", { open })
    shown = open
    flushedAt = systemClock.now()
    // Entries that are added meanwhile wait for the next window: few of them would be a batch in every turn.
    sendUntil(history.nextId())
  }

  function sendUntil(end: number): void {
    isScheduled = false
    if (response.destroyed) return
    const batch = history.entriesFrom(position, Math.min(BATCH, end - position))
    const [first] = batch
    if (!first) return
    // Of the history, the oldest may be dropped while it is sent.
    const skipped = first.id - Math.max(position, firstNew)
    if (skipped > 0) send("skipped", { count: skipped })
    position = first.id + batch.length
    const isAccepted = send(
      "entries",
      batch.map((entry) => (entry.id < firstNew ? entry : summarize(entry))),
    )
    if (isAccepted && position >= history.nextId()) return
    isScheduled = true
    if (!isAccepted) response.once("drain", flush)
    else if (position < end) systemClock.after(0, () => sendUntil(end))
    else systemClock.after(WINDOW_MS, flush)
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    systemClock.after(Math.max(FIRST_MS, flushedAt + WINDOW_MS - systemClock.now()), flush)
  }

  const { definition } = ports.deployed()
  const { functions } = definition
  const apis = [...definition.webSocketApis, ...definition.httpApis, ...definition.restApis]
  const regions = new Map(apis.map(({ apiId, environment }) => [apiId, environment.region]))
  send("served", {
    outputs: ports.outputs(),
    endpoints: ports.endpoints,
    region: definition.region,
    stages: ports.stages().map((stage) => ({ ...stage, region: regions.get(stage.apiId) ?? definition.region })),
    functions: functions.map(({ functionName, logicalId }) => ({ functionName, logicalId })),
  })
  flush()
  response.on("close", history.subscribe(schedule))
}
