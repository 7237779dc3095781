// One connection: its limits, where it comes from, and its conversation. It can be closed and called.
import { type OpenConnection, postJson } from "../state/api.ts"
import { bytes, duration } from "../state/format.ts"
import { clockTime } from "../state/row.ts"
import type { Store } from "../state/store.ts"
import { CloseForm } from "./close-form.tsx"
import type { Composer } from "./composer-state.ts"
import { Conversation } from "./conversation.tsx"
import { Facts } from "./facts.tsx"
import { ManagementForm } from "./management-form.tsx"
import { Payload } from "./payload.tsx"
import { ReplayConnection } from "./replay-connection.tsx"

export function ConnectionDetail({
  store,
  composer,
  connectionId,
  connection,
  now,
  reload,
}: {
  store: Store
  composer: Composer
  connectionId: string
  /** Undefined when it is closed. */
  connection: OpenConnection | undefined
  now: number
  reload(): void
}) {
  const close = async (code: number, reason: string) => {
    await postJson("/connections/close", { connectionId, code, reason })
    reload()
  }
  return (
    <>
      <header class="detail-head">
        <h2>
          <code>{connectionId}</code>
        </h2>
        <span class="status" data-outcome={connection ? "ok" : "closed"}>
          {connection ? "open" : "closed"}
        </span>
        {connection && <CloseForm label="Close" onClose={close} />}
        {connection && <DropButton connectionId={connectionId} onDropped={reload} />}
        <ReplayConnection store={store} composer={composer} connectionId={connectionId} />
      </header>
      {connection && (
        <>
          <Limit label="Idle timeout" end={connection.idleAt} begin={connection.lastActiveAt} now={now} />
          <Limit label="Lifetime" end={connection.lifetimeAt} begin={connection.connectedAt} now={now} />
          <Facts
            values={[
              ["connected at", clockTime(connection.connectedAt)],
              ["age", duration(now - connection.connectedAt)],
              ["stage", connection.stageName],
              ["source", [connection.sourceIp, connection.userAgent].filter(Boolean).join("  ")],
              ["received", traffic(connection.messagesIn, connection.bytesIn)],
              ["sent", traffic(connection.messagesOut, connection.bytesOut)],
            ]}
          />
          <Payload title="Authorizer context" text={connection.authorizer && JSON.stringify(connection.authorizer)} />
          <ManagementForm connection={connection} />
        </>
      )}
      <Conversation store={store} connectionId={connectionId} />
    </>
  )
}

function Limit({ label, begin, end, now }: { label: string; begin: number; end: number; now: number }) {
  const used = Math.min(1, Math.max(0, (now - begin) / (end - begin)))
  return (
    <div class="limit">
      <span>{label}</span>
      <meter aria-label={label} value={used} high={0.8} />
      <span>{duration(end - now)} left</span>
    </div>
  )
}

function traffic(messages: number, size: number): string {
  return `${messages} ${messages === 1 ? "message" : "messages"}, ${bytes(size)}`
}

/** As a failing network does. */
function DropButton({ connectionId, onDropped }: { connectionId: string; onDropped(): void }) {
  const drop = () => {
    // A connection that has closed meanwhile is shown as closed.
    postJson("/faults", { effect: "drop", on: "now", connectionId }).then(onDropped, onDropped)
  }
  return (
    <button
      type="button"
      class="danger"
      title="Ends it without a close frame, as a failing network does"
      onClick={drop}
    >
      Drop
    </button>
  )
}
