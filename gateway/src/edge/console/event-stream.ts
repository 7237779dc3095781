// Streams the history and every new entry to the console's page, as server-sent events in batches.
import type { ServerResponse } from "node:http"
import { systemClock } from "../../foundation/clock.ts"
import type { ConsolePorts } from "./console-ports.ts"

/** Entries per message, and per turn of the event loop: more would delay the clients of the APIs. */
const BATCH = 50
/** New entries wait this long for others: a write per entry would slow down the gateway. */
const BATCH_MS = 10
/** Entries that were sent leave the list in groups, because each time moves the whole list. */
const MAX_SENT = 10_000
/** A page that does not read would fill the memory; it reconnects and receives the history again. */
const MAX_WAITING_CHARACTERS = 8 * 1024 * 1024

export type StreamPorts = Pick<ConsolePorts, "history" | "endpoints" | "outputs" | "stages" | "deployed"> & {
  openConnections(): number
}

/** Sends the state and the history first, then each new entry, until the page disconnects. */
export function streamEvents(response: ServerResponse, ports: StreamPorts): void {
  // Nothing may happen for hours.
  response.socket?.setTimeout(0)
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" })
  /** From `first` on: what was not sent. The history is in the memory anyway, so it has no characters here. */
  const waiting = ports.history.entries().map((entry) => ({ entry, characters: 0 }))
  let first = 0
  let waitingCharacters = 0
  let isScheduled = false
  let shown = -1

  function send(name: string, data: unknown): boolean {
    return response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  function flush(): void {
    isScheduled = false
    if (response.destroyed) return
    const open = ports.openConnections()
    if (open !== shown) send("connections", { open })
    shown = open
    if (first < waiting.length) {
      const batch = waiting.slice(first, first + BATCH)
      const isAccepted = send(
        "entries",
        batch.map(({ entry }) => entry),
      )
      first += batch.length
      for (const { characters } of batch) waitingCharacters -= characters
      if (first >= MAX_SENT) {
        waiting.splice(0, first)
        first = 0
      }
      isScheduled = true
      if (!isAccepted) response.once("drain", flush)
      else if (first < waiting.length) systemClock.after(0, flush)
      else isScheduled = false
      if (first < waiting.length) return
    }
    waiting.length = 0
    first = 0
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    systemClock.after(BATCH_MS, flush)
  }

  const { functions } = ports.deployed().definition
  send("served", {
    outputs: ports.outputs(),
    endpoints: ports.endpoints,
    stages: ports.stages(),
    functions: functions.map(({ functionName, logicalId }) => ({ functionName, logicalId })),
  })
  flush()
  const stop = ports.history.subscribe((entry, characters) => {
    waiting.push({ entry, characters })
    waitingCharacters += characters
    if (waitingCharacters > MAX_WAITING_CHARACTERS) response.destroy()
    else schedule()
  })
  response.on("close", stop)
}
