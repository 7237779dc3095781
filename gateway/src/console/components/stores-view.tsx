// Tables, queues and buckets, and what one of them contains. The depths of queues are read every two seconds.
import { hashOf } from "../state/hash.ts"
import { readStoreItem, type StoredQueue, type StoreKind, type Stores, storeItem } from "../state/stored-data.ts"
import { BucketObjects } from "./bucket-objects.tsx"
import { QueueMessages } from "./queue-messages.tsx"
import { TableItems } from "./table-items.tsx"
import { useLoaded } from "./use-loaded.ts"

const REFRESH_MS = 2000

export function StoresView({ selected }: { selected: string | undefined }) {
  const { value: stores, problem, reload } = useLoaded<Stores>("/data", REFRESH_MS)
  const place = readStoreItem(selected)
  if (!stores) return <p class="hint">{problem === "" ? "Reading the data…" : problem}</p>
  const { tables, queues, buckets, canWrite } = stores
  const isEmpty = tables.length + queues.length + buckets.length === 0
  const table = tables.find(({ name }) => place?.kind === "table" && place.name === name)
  const queue = queues.find(({ name }) => place?.kind === "queue" && place.name === name)
  const bucket = buckets.find(({ name }) => place?.kind === "bucket" && place.name === name)
  return (
    <>
      <nav class="stores" aria-label="Tables, queues and buckets">
        {isEmpty && <p class="hint">The template has no tables, queues and buckets.</p>}
        <StoreList title="Tables" kind="table" stores={tables} selected={selected} />
        <StoreList title="Queues" kind="queue" stores={queues} selected={selected} />
        <StoreList title="Buckets" kind="bucket" stores={buckets} selected={selected} />
        {!canWrite && queues.length > 0 && (
          <p class="hint">
            Read only. Start with <code>--console-write</code> to purge and redrive queues.
          </p>
        )}
      </nav>
      <article class="detail contents" aria-label="Contents">
        {table && <TableItems key={table.name} table={table} />}
        {queue && <QueueMessages key={queue.name} queue={queue} canWrite={canWrite} onChange={reload} />}
        {bucket && <BucketObjects key={bucket.name} bucket={bucket} />}
        {!table && !queue && !bucket && (
          <p class="hint">
            {place
              ? `There is no ${place.kind} "${place.name}" in the deployment.`
              : "Select a table, a queue or a bucket to see what it contains."}
          </p>
        )}
      </article>
    </>
  )
}

type ListedStore = { name: string; logicalId: string } & Partial<StoredQueue>

function StoreList({
  title,
  kind,
  stores,
  selected,
}: {
  title: string
  kind: StoreKind
  stores: readonly ListedStore[]
  selected: string | undefined
}) {
  if (stores.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {stores.map((store) => {
          const item = storeItem({ kind, name: store.name })
          return (
            <li key={store.name}>
              <a href={hashOf("data", item)} aria-current={item === selected ? "true" : undefined}>
                <b>{store.logicalId}</b> {kind === "queue" && <Depth queue={store} />} <small>{store.name}</small>
              </a>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Depth({ queue: { visible = 0, inFlight = 0, deadLettersOf = [] } }: { queue: ListedStore }) {
  const isWarning = deadLettersOf.length > 0 && visible + inFlight > 0
  return (
    <span class="badge" data-use={isWarning ? "denied" : visible + inFlight > 0 ? "used" : ""}>
      {visible}
      {inFlight > 0 && ` + ${inFlight} in flight`}
    </span>
  )
}
