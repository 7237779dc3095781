// The messages of a queue, which stay as they are. With --console-write a queue can be purged, and dead letters redriven.
import { useState } from "preact/hooks"
import { postJson } from "../state/api.ts"
import { pretty } from "../state/format.ts"
import { hashOf } from "../state/hash.ts"
import { clockTime } from "../state/row.ts"
import { type StoredMessage, type StoredQueue, storeItem } from "../state/stored-data.ts"
import { Facts } from "./facts.tsx"
import { Fold } from "./fold.tsx"
import { Origin } from "./origin.tsx"
import { useLoaded } from "./use-loaded.ts"

const REFRESH_MS = 2000

export function QueueMessages({
  queue,
  canWrite,
  onChange,
}: {
  queue: StoredQueue
  canWrite: boolean
  onChange(): void
}) {
  const { name, deadLetterQueue, deadLettersOf } = queue
  const path = `/data/messages?${new URLSearchParams({ name })}`
  const { value, problem, reload } = useLoaded<{ messages: StoredMessage[] }>(path, REFRESH_MS)
  const [outcome, setOutcome] = useState("")

  async function change(path: string, body: object, describe: (result: { moved?: number }) => string): Promise<void> {
    try {
      setOutcome(describe(await postJson<{ moved?: number }>(path, body)))
    } catch (error) {
      setOutcome((error as Error).message)
    }
    reload()
    onChange()
  }

  return (
    <>
      <header class="detail-head">
        <h2>{queue.logicalId}</h2>
        <Origin {...queue} />
        {canWrite && (
          <div class="actions">
            {deadLettersOf.map((target) => (
              <button
                key={target}
                type="button"
                onClick={() => change("/data/redrive", { name, target }, ({ moved }) => `${moved} moved to ${target}.`)}
              >
                Redrive to {target}
              </button>
            ))}
            <Purge onPurge={() => change("/data/purge", { name }, () => "The queue was purged.")} />
          </div>
        )}
      </header>
      {queue.problem !== undefined && <p class="failure">{queue.problem}</p>}
      {problem !== "" && <p class="failure">{problem}</p>}
      <p role="status">{outcome}</p>
      <Facts
        values={[
          ["visible", queue.visible],
          ["in flight", queue.inFlight],
          ["delayed", queue.delayed],
          [
            "dead letters go to",
            deadLetterQueue === undefined ? undefined : <QueueLink key="d" name={deadLetterQueue} />,
          ],
          [
            "dead letters of",
            deadLettersOf.length === 0 ? undefined : deadLettersOf.map((one) => <QueueLink key={one} name={one} />),
          ],
        ]}
      />
      {value?.messages.length === 0 && <p class="hint">The queue is empty.</p>}
      <ul class="entries" aria-label="Messages">
        {value?.messages.map((message) => (
          <MessageItem key={message.messageId} message={message} />
        ))}
      </ul>
    </>
  )
}

function QueueLink({ name }: { name: string }) {
  return <a href={hashOf("data", storeItem({ kind: "queue", name }))}>{name}</a>
}

/** Two clicks, because a purge cannot be undone. */
function Purge({ onPurge }: { onPurge(): void }) {
  const [isAsking, setAsking] = useState(false)
  if (!isAsking) {
    return (
      <button type="button" class="danger" onClick={() => setAsking(true)}>
        Purge
      </button>
    )
  }
  return (
    <>
      <button
        type="button"
        class="danger"
        onClick={() => {
          setAsking(false)
          onPurge()
        }}
      >
        Delete all messages
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        Cancel
      </button>
    </>
  )
}

function MessageItem({ message }: { message: StoredMessage }) {
  const { messageId, state, body, sentAt, receiveCount, groupId, attributes } = message
  return (
    <li>
      <Fold
        summary={
          <>
            <span class="badge" data-use={state === "in flight" ? "unused" : ""}>
              {state}
            </span>{" "}
            <time>{clockTime(sentAt)}</time> <span>{body.slice(0, 300)}</span>
          </>
        }
      >
        {() => (
          <>
            <Facts
              values={[
                ["message id", messageId],
                ["received", receiveCount === 1 ? "once" : `${receiveCount} times`],
                ["group", groupId],
                ...Object.entries(attributes),
              ]}
            />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it. */}
            <pre tabIndex={0}>{pretty(body)}</pre>
          </>
        )}
      </Fold>
    </li>
  )
}
