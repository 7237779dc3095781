// The documents table: what a document is, how far it has been read, and who may write that at the moment.
//
// Every change is one conditional UpdateItem that adds one to `sequence`, so a sequence never repeats, whatever is
// delivered twice or retried. Two attributes guard it: `finishedAt` is set with a final progress, which is never left;
// the lease (`leaseOwner`, `leaseExpiresAt`) lets one invocation at a time work on a document.
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb"
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb"
import { type DocumentErrorCode, type Insights, isFinal, type Progress } from "@document-insight/protocol"

/** Documents are forgotten after a week: DynamoDB deletes the row, the bucket's lifecycle the file. */
export const retentionSeconds = 7 * 24 * 3600

export type StoredDocument = {
  documentId: string
  fileName: string
  contentType: string
  progress: Progress
  insights: Insights | null
}

/** The next progress of a document, less what the table adds: id, sequence and time. */
export type ProgressChange =
  | { status: "processing_started" }
  | { status: "progress"; pagesProcessed: number; totalPages: number; percentComplete: number }
  | { status: "processing_complete"; totalPages: number; insights: Insights }
  | { status: "error"; errorCode: DocumentErrorCode; message: string; recoverable: boolean }

/** Who works on a document, and until when (epoch milliseconds): no longer than the invocation itself can live. */
export type Lease = { owner: string; expiresAtMs: number }

export type LeaseOutcome =
  | { outcome: "leased"; document: StoredDocument }
  | { outcome: "leased-by-another" }
  | { outcome: "finished"; document: StoredDocument }
  | { outcome: "not-found" }

const documentIsOpen = "attribute_exists(documentId) AND attribute_not_exists(finishedAt)"
const leaseIsFree = "attribute_not_exists(leaseOwner) OR leaseExpiresAt < :now"
const leaseIsOurs = "leaseOwner = :owner"

export type DocumentsTable = ReturnType<typeof createDocumentsTable>

export function createDocumentsTable(client: DynamoDBDocumentClient, tableName: string, now = Date.now) {
  /** Stores a new document that waits for its upload. Its sequence starts at 1, so it outranks a "not found" of 0. */
  async function create(document: Pick<StoredDocument, "documentId" | "fileName" | "contentType">): Promise<void> {
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: {
          ...document,
          expiresAt: Math.floor(now() / 1000) + retentionSeconds,
          status: "waiting",
          sequence: 1,
          pagesProcessed: 0,
          totalPages: 0,
          percentComplete: 0,
          timestamp: new Date(now()).toISOString(),
        },
        ConditionExpression: "attribute_not_exists(documentId)",
      }),
    )
  }

  /** The document as it stands, read consistently; undefined when there is none or its time is over. */
  async function find(documentId: string): Promise<StoredDocument | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: { documentId }, ConsistentRead: true }),
    )
    // TTL deletes within days, not at once, so what has expired may still be there.
    if (!Item || Item.expiresAt * 1000 <= now()) return undefined
    return toDocument(Item)
  }

  async function remove(documentId: string): Promise<void> {
    await client.send(new DeleteCommand({ TableName: tableName, Key: { documentId } }))
  }

  /** Takes the lease and starts the document (`processing_started`) in one step. */
  async function start(documentId: string, lease: Lease): Promise<LeaseOutcome> {
    const change: ProgressChange = { status: "processing_started" }
    // Also when the lease is already ours: the SDK repeats a request whose answer was lost.
    const holder = {
      expression: `(${leaseIsFree} OR ${leaseIsOurs})`,
      values: { ":now": now(), ":owner": lease.owner },
    }
    const document = await update(documentId, change, holder, lease)
    if (document) return { outcome: "leased", document }
    const current = await find(documentId)
    if (!current) return { outcome: "not-found" }
    return isFinal(current.progress) ? { outcome: "finished", document: current } : { outcome: "leased-by-another" }
  }

  /** Records a change under the lease; undefined when the document is no longer ours: deleted, finished or taken over. */
  async function record(documentId: string, lease: Lease, change: ProgressChange): Promise<Progress | undefined> {
    const holder = { expression: leaseIsOurs, values: { ":owner": lease.owner } }
    return (await update(documentId, change, holder))?.progress
  }

  /** Ends a document that nobody works on; undefined when it is finished, gone, or leased by a living invocation. */
  async function abandon(documentId: string, errorCode: DocumentErrorCode, message: string) {
    const change: ProgressChange = { status: "error", errorCode, message, recoverable: false }
    const holder = { expression: `(${leaseIsFree})`, values: { ":now": now() } }
    return (await update(documentId, change, holder))?.progress
  }

  async function update(
    documentId: string,
    change: ProgressChange,
    holder: { expression: string; values: Record<string, unknown> },
    lease?: Lease,
  ): Promise<StoredDocument | undefined> {
    const timestamp = new Date(now()).toISOString()
    const set = { ...attributesOf(change), timestamp, ...leaseAttributes(lease), ...finish(change, timestamp) }
    const remove =
      change.status === "error" ? ["leaseOwner", "leaseExpiresAt"] : ["errorCode", "message", "recoverable"]
    const names = [...Object.keys(set), ...remove, "sequence"]
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { documentId },
          UpdateExpression: [
            `SET ${Object.keys(set)
              .map((name) => `#${name} = :${name}`)
              .join(", ")}`,
            `REMOVE ${remove.map((name) => `#${name}`).join(", ")}`,
            "ADD #sequence :one",
          ].join(" "),
          ConditionExpression: `${documentIsOpen} AND ${holder.expression}`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
            ...holder.values,
            ":one": 1,
          },
          ReturnValues: "ALL_NEW",
        }),
      )
      return Attributes && toDocument(Attributes)
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined
      throw error
    }
  }

  return { create, find, remove, start, record, abandon }
}

function attributesOf(change: ProgressChange): Record<string, unknown> {
  switch (change.status) {
    case "processing_started":
      return { ...change, pagesProcessed: 0, totalPages: 0, percentComplete: 0 }
    case "processing_complete":
      return { ...change, pagesProcessed: change.totalPages, percentComplete: 100 }
    default:
      return change
  }
}

function leaseAttributes(lease: Lease | undefined): Record<string, unknown> {
  return lease ? { leaseOwner: lease.owner, leaseExpiresAt: lease.expiresAtMs } : {}
}

function finish(change: ProgressChange, timestamp: string): Record<string, unknown> {
  return isFinal({ recoverable: false, ...change }) ? { finishedAt: timestamp } : {}
}

function toDocument(item: Record<string, unknown>): StoredDocument {
  const { documentId, fileName, contentType, insights } = item as StoredDocument
  const { status, sequence, pagesProcessed, totalPages, percentComplete, timestamp } = item as Progress
  const { errorCode, message, recoverable } = item as Progress
  return {
    documentId,
    fileName,
    contentType,
    progress: {
      status,
      documentId,
      sequence,
      pagesProcessed,
      totalPages,
      percentComplete,
      timestamp,
      ...(status === "error" && { errorCode, message, recoverable }),
    } as Progress,
    insights: insights ?? null,
  }
}
