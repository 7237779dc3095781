// The documents table: a document's metadata, its progress, its attempts, and the lease of the invocation that reads it.
//
// Every change of the progress is one conditional UpdateItem that adds one to `sequence`, so a sequence never repeats,
// even when a request is delivered twice. Two attributes guard it: `finishedAt` is set with a final progress, after
// which nothing changes (but see `reopen`); the lease (`leaseOwner`, `leaseExpiresAt`) lets one invocation at a time work on a document.
// `attempts` counts the leases taken: a document is given up by this count, because a message's receive count also
// grows when nothing was tried (a throttled invocation, a lease held by another).
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb"
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandOutput,
} from "@aws-sdk/lib-dynamodb"
import { type DocumentErrorCode, type Insights, isFinal, type Progress } from "@document-insight/protocol"

/** Documents are kept for a week: then DynamoDB deletes the row, and the bucket's lifecycle rule the file. */
export const retentionSeconds = 7 * 24 * 3600

export type StoredDocument = {
  documentId: string
  fileName: string
  contentType: string
  /** The user who created it; undefined when it was created without sign-in. */
  ownerId?: string
  /** The hash of the secret in its shared link, if it has one. */
  shareHash?: string
  progress: Progress
  insights: Insights | null
  /** The first page of each block of its text; undefined until it is complete, and for one that was read before texts were kept. */
  firstPages?: number[]
  /** Whether new watchers are spread over partitions: there were too many for one. */
  watchersAreSpread: boolean
}

/** The next progress of a document, without what the table adds: id, sequence and time. */
export type ProgressChange =
  | { status: "processing_started" }
  | { status: "progress"; pagesProcessed: number; totalPages: number; percentComplete: number }
  | { status: "processing_complete"; totalPages: number; insights: Insights; firstPages: number[] }
  | { status: "error"; errorCode: DocumentErrorCode; message: string; recoverable: boolean }

/** Which invocation works on a document, and until when (epoch milliseconds) unless it renews the lease. */
export type Lease = { owner: string; expiresAtMs: number }

export type LeaseOutcome =
  | { outcome: "leased"; document: StoredDocument; attempts: number }
  | { outcome: "leased-by-another" }
  | { outcome: "attempts-exhausted" }
  | { outcome: "finished"; document: StoredDocument }
  | { outcome: "not-found" }

/** Why a document ends without insights. */
export type EndReason = { errorCode: DocumentErrorCode; message: string }

/** What has to hold for a document to be ended from outside its attempt; "open" ends whatever has not ended. */
export type EndCondition = "unleased" | "waiting" | "open"

type Condition = { expression: string; values: Record<string, unknown> }

const documentIsOpen = "attribute_exists(documentId) AND attribute_not_exists(finishedAt)"
const leaseIsFree = "(attribute_not_exists(leaseOwner) OR leaseExpiresAt < :now)"
const leaseIsOurs = "leaseOwner = :owner"

export type DocumentsTable = ReturnType<typeof createDocumentsTable>

export function createDocumentsTable(client: DynamoDBDocumentClient, tableName: string, now = Date.now) {
  /** Stores a new document that waits for its upload. Its sequence starts at 1, above the 0 of a "not found". */
  async function create(
    document: Pick<StoredDocument, "documentId" | "fileName" | "contentType" | "ownerId">,
  ): Promise<void> {
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

  /** The document, read consistently; undefined when there is none or it has expired. */
  async function find(documentId: string): Promise<StoredDocument | undefined> {
    const item = await findItem(documentId)
    return item && toDocument(item)
  }

  async function findItem(documentId: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: { documentId }, ConsistentRead: true }),
    )
    // TTL deletes expired items within days, so they may still be there.
    if (!Item || Item.expiresAt * 1000 <= now()) return undefined
    return Item
  }

  /** Replaces the shared link of a document, or removes it; undefined when the document is gone or not the owner's. */
  async function share(
    documentId: string,
    ownerId: string,
    shareHash: string | undefined,
  ): Promise<StoredDocument | undefined> {
    const command = new UpdateCommand({
      TableName: tableName,
      Key: { documentId },
      UpdateExpression: shareHash === undefined ? "REMOVE shareHash" : "SET shareHash = :hash",
      ConditionExpression: "ownerId = :owner",
      ExpressionAttributeValues: { ":owner": ownerId, ...(shareHash !== undefined && { ":hash": shareHash }) },
      ReturnValues: "ALL_NEW",
    })
    const item = (await sendUnlessConditionFails(command))?.Attributes
    return item && toDocument(item)
  }

  async function remove(documentId: string): Promise<void> {
    await client.send(new DeleteCommand({ TableName: tableName, Key: { documentId } }))
  }

  /** Takes the lease, counts the attempt and starts the document (`processing_started`) in one step. */
  async function start(documentId: string, lease: Lease, maxAttempts: number): Promise<LeaseOutcome> {
    const item = await update(
      documentId,
      { status: "processing_started" },
      {
        condition: {
          expression: `${leaseIsFree} AND (attribute_not_exists(attempts) OR attempts < :maxAttempts)`,
          values: { ":now": now(), ":maxAttempts": maxAttempts },
        },
        set: { leaseOwner: lease.owner, leaseExpiresAt: lease.expiresAtMs },
        increment: ["attempts"],
      },
    )
    if (item) return leased(item)
    const current = await findItem(documentId)
    if (!current) return { outcome: "not-found" }
    if (current.finishedAt !== undefined) return { outcome: "finished", document: toDocument(current) }
    // The SDK repeats a request whose response was lost: the first one took the lease.
    if (current.leaseOwner === lease.owner) return leased(current)
    const isLeased = current.leaseOwner !== undefined && Number(current.leaseExpiresAt) >= now()
    return { outcome: isLeased ? "leased-by-another" : "attempts-exhausted" }
  }

  /** Extends the lease; false when the document is no longer ours: deleted, finished or taken over. */
  async function renew(documentId: string, lease: Lease): Promise<boolean> {
    const command = new UpdateCommand({
      TableName: tableName,
      Key: { documentId },
      UpdateExpression: "SET leaseExpiresAt = :expiresAt",
      ConditionExpression: `${documentIsOpen} AND ${leaseIsOurs}`,
      ExpressionAttributeValues: { ":expiresAt": lease.expiresAtMs, ":owner": lease.owner },
    })
    return (await sendUnlessConditionFails(command)) !== undefined
  }

  /** Records a change under the lease; undefined when the document is no longer ours: deleted, finished or taken over. */
  async function record(documentId: string, lease: Lease, change: ProgressChange): Promise<StoredDocument | undefined> {
    const item = await update(documentId, change, {
      condition: { expression: leaseIsOurs, values: { ":owner": lease.owner } },
    })
    return item && toDocument(item)
  }

  /** Ends a document from outside an attempt; undefined when it is gone, finished, or does not meet the condition. */
  async function end(documentId: string, reason: EndReason, when: EndCondition): Promise<StoredDocument | undefined> {
    const change: ProgressChange = { status: "error", ...reason, recoverable: false }
    const item = await update(documentId, change, { condition: endCondition(when) })
    return item && toDocument(item)
  }

  /**
   * Lets a document that ended as ENCRYPTED be read again, with all of its attempts; undefined when it did not, or is open
   * again already. It is the only end that is taken back.
   */
  async function reopen(documentId: string): Promise<StoredDocument | undefined> {
    const command = new UpdateCommand({
      TableName: tableName,
      Key: { documentId },
      UpdateExpression:
        "SET #status = :waiting, #timestamp = :now " +
        "REMOVE finishedAt, errorCode, #message, recoverable, attempts, leaseOwner, leaseExpiresAt ADD #sequence :one",
      ConditionExpression: "attribute_exists(finishedAt) AND errorCode = :encrypted",
      ExpressionAttributeNames: {
        "#status": "status",
        "#timestamp": "timestamp",
        "#message": "message",
        "#sequence": "sequence",
      },
      ExpressionAttributeValues: {
        ":waiting": "waiting",
        ":now": new Date(now()).toISOString(),
        ":one": 1,
        ":encrypted": "ENCRYPTED",
      },
      ReturnValues: "ALL_NEW",
    })
    const item = (await sendUnlessConditionFails(command))?.Attributes
    return item && toDocument(item)
  }

  /** From now on, new watchers are spread. It is not a change of the progress; an ended document stays as it is. */
  async function spreadWatchers(documentId: string): Promise<void> {
    const command = new UpdateCommand({
      TableName: tableName,
      Key: { documentId },
      UpdateExpression: "SET watchersAreSpread = :true",
      ConditionExpression: documentIsOpen,
      ExpressionAttributeValues: { ":true": true },
    })
    await sendUnlessConditionFails(command)
  }

  function endCondition(when: EndCondition): Condition | undefined {
    switch (when) {
      case "unleased":
        return { expression: leaseIsFree, values: { ":now": now() } }
      case "waiting":
        return { expression: "#status = :waiting", values: { ":waiting": "waiting" } }
      case "open":
        return undefined
    }
  }

  async function update(
    documentId: string,
    change: ProgressChange,
    options: { condition?: Condition | undefined; set?: Record<string, unknown>; increment?: string[] },
  ): Promise<Record<string, unknown> | undefined> {
    const { condition } = options
    const timestamp = new Date(now()).toISOString()
    const set = { ...attributesOf(change), timestamp, ...options.set, ...finish(change, timestamp) }
    const remove =
      change.status === "error" ? ["leaseOwner", "leaseExpiresAt"] : ["errorCode", "message", "recoverable"]
    const increment = ["sequence", ...(options.increment ?? [])]
    const assign = Object.keys(set).map((name) => `#${name} = :${name}`)
    const command = new UpdateCommand({
      TableName: tableName,
      Key: { documentId },
      UpdateExpression: [
        `SET ${assign.join(", ")}`,
        `REMOVE ${remove.map((name) => `#${name}`).join(", ")}`,
        `ADD ${increment.map((name) => `#${name} :one`).join(", ")}`,
      ].join(" "),
      ConditionExpression: [documentIsOpen, ...(condition ? [condition.expression] : [])].join(" AND "),
      ExpressionAttributeNames: Object.fromEntries(
        [...Object.keys(set), ...remove, ...increment].map((name) => [`#${name}`, name]),
      ),
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
        ...condition?.values,
        ":one": 1,
      },
      ReturnValues: "ALL_NEW",
    })
    return (await sendUnlessConditionFails(command))?.Attributes
  }

  async function sendUnlessConditionFails(command: UpdateCommand): Promise<UpdateCommandOutput | undefined> {
    try {
      return await client.send(command)
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined
      throw error
    }
  }

  return { create, find, share, remove, start, renew, record, end, reopen, spreadWatchers }
}

function leased(item: Record<string, unknown>): LeaseOutcome {
  return { outcome: "leased", document: toDocument(item), attempts: Number(item.attempts) }
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

function finish(change: ProgressChange, timestamp: string): Record<string, unknown> {
  return isFinal({ recoverable: false, ...change }) ? { finishedAt: timestamp } : {}
}

function toDocument(item: Record<string, unknown>): StoredDocument {
  const { documentId, fileName, contentType, ownerId, shareHash, insights, firstPages } = item as StoredDocument
  const { status, sequence, pagesProcessed, totalPages, percentComplete, timestamp } = item as Progress
  const { errorCode, message, recoverable } = item as Progress
  return {
    documentId,
    fileName,
    contentType,
    ...(ownerId !== undefined && { ownerId }),
    ...(shareHash !== undefined && { shareHash }),
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
    ...(firstPages && { firstPages }),
    watchersAreSpread: item.watchersAreSpread === true,
  }
}
