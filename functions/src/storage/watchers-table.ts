// The watchers table: which connections watch which documents.
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb"

// A row that outlives its connection is removed by TTL. AWS: a connection lasts at most two hours (limit-lifetime)
const watchSeconds = 2 * 3600 + 300

const deletesAtOnce = 25

type WatcherKey = { documentId: string; connectionId: string }

export type WatchersTable = ReturnType<typeof createWatchersTable>

export function createWatchersTable(client: DynamoDBDocumentClient, tableName: string, now = Date.now) {
  async function watch(watcher: WatcherKey): Promise<void> {
    const expiresAt = Math.floor(now() / 1000) + watchSeconds
    await client.send(new PutCommand({ TableName: tableName, Item: { ...watcher, expiresAt } }))
  }

  async function unwatch({ documentId, connectionId }: WatcherKey): Promise<void> {
    await client.send(new DeleteCommand({ TableName: tableName, Key: { documentId, connectionId } }))
  }

  /**
   * The connections that watch a document. The read is consistent because a watcher writes its row before it reads the
   * document, and a progress is stored before this is asked: so each progress reaches the watcher one way or the other.
   */
  async function connectionsWatching(documentId: string): Promise<string[]> {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        KeyConditionExpression: "documentId = :documentId",
        FilterExpression: "expiresAt > :now",
        ExpressionAttributeValues: { ":documentId": documentId, ":now": Math.floor(now() / 1000) },
        ConsistentRead: true,
      },
    )
    const connectionIds: string[] = []
    for await (const page of pages) connectionIds.push(...(page.Items ?? []).map((item) => item.connectionId))
    return connectionIds
  }

  /** Removes all that a connection watches. The index lags behind the table; what it misses is removed by TTL. */
  async function forgetConnection(connectionId: string): Promise<number> {
    const rows = await keys({ IndexName: "by-connection", KeyConditionExpression: "connectionId = :id" }, connectionId)
    await removeAll(rows)
    return rows.length
  }

  async function forgetDocument(documentId: string): Promise<void> {
    await removeAll(await keys({ KeyConditionExpression: "documentId = :id" }, documentId))
  }

  async function keys(
    query: { IndexName?: string; KeyConditionExpression: string },
    id: string,
  ): Promise<WatcherKey[]> {
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

  async function removeAll(rows: WatcherKey[]): Promise<void> {
    for (let start = 0; start < rows.length; start += deletesAtOnce) {
      await Promise.all(rows.slice(start, start + deletesAtOnce).map(unwatch))
    }
  }

  return { watch, unwatch, connectionsWatching, forgetConnection, forgetDocument }
}
