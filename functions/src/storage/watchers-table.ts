// The watchers table: which connections watch which documents.
//
// The watchers of a document are in one partition, until the document has so many that one partition could not serve
// them; from then on, new watchers are spread over further partitions (`watchersAreSpread` of the document).
import { createHash } from "node:crypto"
import {
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  paginateQuery,
} from "@aws-sdk/lib-dynamodb"

// A row that outlives its connection is removed by TTL. AWS: a connection lasts at most two hours (limit-lifetime)
export const watchSeconds = 2 * 3600 + 300

/** Beside the first partition of a document. AWS: one partition writes at most 1,000 items per second (system-partition-writes) */
const spreadPartitions = 16

// AWS: one request writes at most 25 items (system-batch-write)
const writesPerRequest = 25
const requestsAtOnce = 8

type WatcherKey = { documentId: string; connectionId: string }

export type Watcher = WatcherKey & {
  /** When the session of the connection ends, in epoch seconds; only with sign-in. */
  sessionExpiresAt?: number | undefined
  /** Watches by the document's shared link. */
  isShared?: boolean | undefined
}

/** Connections of one partition; `partition` is a value of the table's partition key. */
export type WatcherPage = {
  partition: string
  connectionIds: string[]
  /** Connections whose session has ended: nothing is pushed to them any more. */
  endedConnectionIds?: string[]
}

type WatchersQuery = {
  IndexName?: string
  KeyConditionExpression: string
  FilterExpression?: string
  ConsistentRead?: boolean
}

/** A document whose watchers are read or written. */
export type WatchedDocument = { documentId: string; watchersAreSpread: boolean }

export type WatchersTable = ReturnType<typeof createWatchersTable>

export function createWatchersTable(client: DynamoDBDocumentClient, tableName: string, now = Date.now) {
  /** `watchersAreSpread` may be outdated: the first partition is always read. */
  async function watch(watcher: Watcher, watchersAreSpread = false): Promise<void> {
    const { documentId, connectionId, sessionExpiresAt, isShared } = watcher
    const partition = watchersAreSpread ? spreadPartition(documentId, connectionId) : firstPartition(documentId)
    const Item = {
      documentId: partition,
      connectionId,
      expiresAt: Math.floor(now() / 1000) + watchSeconds,
      ...(sessionExpiresAt !== undefined && { sessionExpiresAt }),
      ...(isShared && { isShared }),
    }
    await client.send(new PutCommand({ TableName: tableName, Item }))
  }

  /** Deletes from both partitions that the watcher can be in. */
  async function unwatch({ documentId, connectionId }: WatcherKey): Promise<void> {
    const partitions = [firstPartition(documentId), spreadPartition(documentId, connectionId)]
    await Promise.all(partitions.map((partition) => deleteRow({ documentId: partition, connectionId })))
  }

  /**
   * The connections that watch a document. The read is consistent because a watcher writes its row before it reads the
   * document, and a progress is stored before this is asked: so each progress reaches the watcher one way or the other.
   */
  async function connectionsWatching(document: WatchedDocument): Promise<WatcherPage[]> {
    const pages = await Promise.all(partitionsOf(document).map(connectionsIn))
    return pages.filter(({ connectionIds, endedConnectionIds }) => connectionIds.length > 0 || endedConnectionIds)
  }

  async function connectionsIn(partition: string): Promise<WatcherPage> {
    const nowSeconds = Math.floor(now() / 1000)
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        KeyConditionExpression: "documentId = :documentId",
        FilterExpression: "expiresAt > :now",
        ExpressionAttributeValues: { ":documentId": partition, ":now": nowSeconds },
        ConsistentRead: true,
      },
    )
    const connectionIds: string[] = []
    const ended: string[] = []
    for await (const page of pages) {
      for (const { connectionId, sessionExpiresAt = Number.POSITIVE_INFINITY } of page.Items ?? []) {
        const list = sessionExpiresAt > nowSeconds ? connectionIds : ended
        list.push(connectionId)
      }
    }
    return { partition, connectionIds, ...(ended.length > 0 && { endedConnectionIds: ended }) }
  }

  /** Removes watchers that received the end of their document. What is not removed is removed by TTL. */
  async function unwatchAll({ partition, connectionIds }: WatcherPage): Promise<void> {
    await removeAll(connectionIds.map((connectionId) => ({ documentId: partition, connectionId })))
  }

  /** Removes all that a connection watches. The index lags behind the table; what it misses is removed by TTL. */
  async function forgetConnection(connectionId: string): Promise<number> {
    const rows = await keys({ IndexName: "by-connection", KeyConditionExpression: "connectionId = :id" }, connectionId)
    await Promise.all(rows.map(deleteRow))
    return rows.length
  }

  async function forgetDocument(document: WatchedDocument): Promise<void> {
    const query = { KeyConditionExpression: "documentId = :id" }
    const rows = await Promise.all(partitionsOf(document).map((partition) => keys(query, partition)))
    await removeAll(rows.flat())
  }

  /** Removes the watchers of a document that used its shared link. */
  async function forgetShared(document: WatchedDocument): Promise<void> {
    // Consistent, because a watcher that is missed would watch on after its link was revoked.
    const query = {
      KeyConditionExpression: "documentId = :id",
      FilterExpression: "attribute_exists(isShared)",
      ConsistentRead: true,
    }
    const rows = await Promise.all(partitionsOf(document).map((partition) => keys(query, partition)))
    await removeAll(rows.flat())
  }

  async function keys(query: WatchersQuery, id: string): Promise<WatcherKey[]> {
    const pages = paginateQuery(
      { client },
      { TableName: tableName, ...query, ExpressionAttributeValues: { ":id": id } },
    )
    const found: WatcherKey[] = []
    for await (const page of pages) {
      for (const item of page.Items ?? []) {
        found.push({ documentId: item.documentId, connectionId: item.connectionId })
      }
    }
    return found
  }

  async function deleteRow(key: WatcherKey): Promise<void> {
    await client.send(new DeleteCommand({ TableName: tableName, Key: key }))
  }

  async function removeAll(rows: WatcherKey[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(rows.length / writesPerRequest) }, (_, index) =>
      rows.slice(index * writesPerRequest, (index + 1) * writesPerRequest),
    )
    async function removeInTurn(): Promise<void> {
      for (let batch = batches.pop(); batch; batch = batches.pop()) await removeBatch(batch)
    }
    await Promise.all(Array.from({ length: Math.min(requestsAtOnce, batches.length) }, removeInTurn))
  }

  async function removeBatch(rows: WatcherKey[]): Promise<void> {
    const [only] = rows
    if (only && rows.length === 1) return deleteRow(only)
    const requests = rows.map((Key) => ({ DeleteRequest: { Key } }))
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }))
    // A partition that throttles a batch may accept single requests, which the SDK repeats.
    const left = (UnprocessedItems?.[tableName] ?? []).map(({ DeleteRequest }) => DeleteRequest?.Key as WatcherKey)
    for (const key of left) await deleteRow(key)
  }

  return { watch, unwatch, unwatchAll, connectionsWatching, forgetConnection, forgetDocument, forgetShared }
}

function partitionsOf({ documentId, watchersAreSpread }: WatchedDocument): string[] {
  const first = firstPartition(documentId)
  const others = Array.from({ length: watchersAreSpread ? spreadPartitions : 0 }, (_, index) => `${first}#${index}`)
  return [first, ...others]
}

/** A client may send any text as a document's id: a doubled `#` keeps ids apart from the keys of further partitions. */
function firstPartition(documentId: string): string {
  return documentId.replaceAll("#", "##")
}

function spreadPartition(documentId: string, connectionId: string): string {
  const [byte = 0] = createHash("sha256").update(connectionId).digest()
  return `${firstPartition(documentId)}#${byte % spreadPartitions}`
}
