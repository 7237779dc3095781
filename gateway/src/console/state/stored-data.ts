// What tables, queues and buckets contain, as the gateway sends it, and the item in the address that selects one of them.
import type { Resource } from "./deployment.ts"

export type StoredTable = Resource & { name: string; keys: string[] }

export type StoredQueue = Resource & {
  name: string
  /** Absent with a problem. */
  visible?: number
  inFlight?: number
  delayed?: number
  problem?: string
  deadLetterQueue?: string
  /** The queues whose dead letters it has. */
  deadLettersOf: string[]
}

export type StoredBucket = Resource & { name: string }

export type Stores = { canWrite: boolean; tables: StoredTable[]; queues: StoredQueue[]; buckets: StoredBucket[] }

export type ItemPage = { items: { key: string; item: Record<string, unknown> }[]; scanned: number; next?: string }

export type StoredMessage = {
  messageId: string
  state: "visible" | "in flight" | "delayed"
  body: string
  sentAt: number
  receiveCount: number
  groupId?: string
  attributes: Record<string, string>
}

export type ObjectPage = { objects: { key: string; size: number; modifiedAt: number }[]; next?: string }

export type StoreKind = "table" | "queue" | "bucket"

export type StorePlace = { kind: StoreKind; name: string }

/** `queue:uploads` */
export function storeItem({ kind, name }: StorePlace): string {
  return `${kind}:${name}`
}

export function readStoreItem(item: string | undefined): StorePlace | undefined {
  const [, kind, name] = /^(table|queue|bucket):(.+)$/.exec(item ?? "") ?? []
  return kind === undefined || name === undefined ? undefined : { kind: kind as StoreKind, name }
}

/** What an item has besides its key, for one line. */
export function noteOfItem(item: Record<string, unknown>, keys: readonly string[]): string {
  return Object.entries(item)
    .filter(([name]) => !keys.includes(name))
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("  ")
    .slice(0, 300)
}
