// The conversation of one connection: frames in both directions and pushes, with their routes and results.
import { hashOf } from "../state/hash.ts"
import { clockTime, eventOf, isFailed, milliseconds, type Row, titleOf } from "../state/row.ts"
import type { Store } from "../state/store.ts"
import { useStore } from "./use-store.ts"

/** A page with more would be slow; the timeline has all of them. */
const MAX_ROWS = 300

export function Conversation({ store, connectionId }: { store: Store; connectionId: string | undefined }) {
  useStore(store)
  if (connectionId === undefined) return <p class="hint">Waiting for the handshake to be recorded.</p>
  const rows = store.rows().filter(({ entry }) => "connectionId" in entry && entry.connectionId === connectionId)
  const hidden = Math.max(0, rows.length - MAX_ROWS)
  // A frame that was pushed while a message was handled comes before its response.
  const turns = rows
    .slice(-MAX_ROWS)
    .flatMap(turnsOf)
    .toSorted((one, other) => one.time - other.time)
  return (
    <>
      <h3>Conversation</h3>
      {hidden > 0 && <p class="hint">{hidden} earlier events are in the timeline.</p>}
      <ol class="conversation">
        {turns.map((turn) => (
          <TurnItem key={turn.key} turn={turn} />
        ))}
      </ol>
    </>
  )
}

type Turn = {
  key: string
  time: number
  /** Who sent it; `system` for handshakes and disconnects. */
  from: "client" | "server" | "system"
  title: string
  note: string
  text: string | undefined
  failure: string | undefined
  row: Row
}

function turnsOf(row: Row): Turn[] {
  const event = eventOf(row)
  const { entry } = row
  if (entry.kind === "fault") {
    const { effect: note, message: text } = entry
    return [
      {
        key: `${row.sequence}-fault`,
        time: row.time,
        from: "system",
        title: "fault",
        note,
        text,
        failure: undefined,
        row,
      },
    ]
  }
  if (!event) return []
  const { eventType, time, durationMs, failure, frame, responseFrame } = event
  const isCall = eventType === "CONNECTION_API"
  const isFrame = eventType === "MESSAGE" || isCall
  const first: Turn = {
    key: `${row.sequence}-in`,
    time,
    from: isCall ? "server" : isFrame ? "client" : "system",
    title: titleOf(event),
    note: isFrame ? milliseconds(durationMs) : String(event.closeCode ?? event.status ?? ""),
    text: isFrame ? (frame ?? String(event.status ?? "")) : undefined,
    failure,
    row,
  }
  if (responseFrame === undefined) return [first]
  const response = { key: `${row.sequence}-out`, time: time + durationMs, title: "response", note: "" } as const
  return [first, { ...response, from: "server", text: responseFrame, failure: undefined, row }]
}

function TurnItem({ turn: { from, title, time, note, text, failure, row } }: { turn: Turn }) {
  return (
    <li class={from} data-failed={isFailed(row)}>
      <a href={hashOf("timeline", row.key)}>
        <span class="turn-head">
          {title} <time>{clockTime(time)}</time> {note}
        </span>
        {text !== undefined && <code>{text}</code>}
        {failure !== undefined && <span class="turn-failure">{failure}</span>}
      </a>
    </li>
  )
}
