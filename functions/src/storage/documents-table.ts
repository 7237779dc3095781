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
import type { DocumentErrorCode } from "@document-insight/protocol"
import {
  type Checkpoint,
  type ContinuedChange,
  itemChange,
  type ProgressChange,
  type StoredDocument,
  toDocument,
} from "./document-item.ts"

/** Documents are kept for a week: then DynamoDB deletes the row, and the bucket's lifecycle rule the file. */
export const retentionSeconds = 7 * 24 * 3600

/** Which invocation works on a document, and until when (epoch milliseconds) unless it renews the lease. */
export type Lease = { owner: string; expiresAtMs: number }

export type LeaseOutcome =
  | { outcome: "leased"; document: StoredDocument; attempts: number }
  | { outcome: "leased-by-another" }
  | { outcome: "attempts-exhausted" }
  | { outcome: "finished"; document: StoredDocument }
  | { outcome: "not-found" }

/** What a paused document has reached, and what it continues from. */
export type PausedProgress = {
  pagesProcessed: number
  totalPages: number
  percentComplete: number
  checkpoint: Checkpoint
}

/** Why a document ends without insights. */
export type EndReason = { errorCode: DocumentErrorCode; message: string }

/** When a document may be ended from outside its attempt; "open" ends every document that has not ended. */
export type EndCondition = "unleased" | "waiting" | "open"

/**
 * The owner of the lease between two invocations of a document. Any attempt may take it over. It only prevents the end of a
 * document that waits in the queue: a second message about the same upload may be given up meanwhile.
 */
const pausedOwner = "paused"
const pausedMs = 3_600_000

/** Of a document that waits for its upload. */
export const firstSequence = 1

type Condition = { expression: string; values: Record<string, unknown> }

const documentIsOpen = "attribute_exists(documentId) AND attribute_not_exists(finishedAt)"
const leaseIsFree = "(attribute_not_exists(leaseOwner) OR leaseExpiresAt < :now)"
const mayBeStarted = `(${leaseIsFree} OR leaseOwner = :paused)`
const leaseIsOurs = "leaseOwner = :owner"

export type DocumentsTable = ReturnType<typeof createDocumentsTable>

export function createDocumentsTable(client: DynamoDBDocumentClient, tableName: string, now = Date.now) {
  /**
   * Stores a new document that waits for its upload. Its sequence starts at 1, above the 0 of a "not found".
   *
   * @param document has an id that was never used: one that exists was stored by a request whose response was lost, which
   * the SDK repeats
   */
  async function create(
    document: Pick<StoredDocument, "documentId" | "fileName" | "contentType" | "ownerId">,
  ): Promise<void> {
    const command = new PutCommand({
      TableName: tableName,
      Item: {
        ...document,
        expiresAt: Math.floor(now() / 1000) + retentionSeconds,
        status: "waiting",
        sequence: firstSequence,
        pagesProcessed: 0,
        totalPages: 0,
        percentComplete: 0,
        timestamp: new Date(now()).toISOString(),
      },
      ConditionExpression: "attribute_not_exists(documentId)",
    })
    await unlessConditionFails(client.send(command))
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

  /**
   * Takes the lease, counts the attempt and starts the document in one step: with `processing_started`, or from its
   * checkpoint with the progress that it has.
   */
  async function start(documentId: string, lease: Lease, maxAttempts: number): Promise<LeaseOutcome> {
    for (let tries = 0; tries < 3; tries += 1) {
      const outcome = await tryToStart(documentId, lease, maxAttempts)
      if (outcome) return outcome
    }
    return { outcome: "leased-by-another" }
  }

  /** @returns undefined when the document changed between the refusal of the lease and the question why */
  async function tryToStart(documentId: string, lease: Lease, maxAttempts: number): Promise<LeaseOutcome | undefined> {
    const take = (change: ProgressChange | ContinuedChange, condition: string) =>
      update(documentId, change, {
        condition: {
          expression: `${condition} AND ${mayBeStarted} AND (attribute_not_exists(attempts) OR attempts < :maxAttempts)`,
          values: { ":now": now(), ":maxAttempts": maxAttempts, ":paused": pausedOwner },
        },
        set: { leaseOwner: lease.owner, leaseExpiresAt: lease.expiresAtMs },
        increment: ["attempts"],
      })
    const item =
      (await take({ status: "processing_started" }, "attribute_not_exists(checkpoint)")) ??
      // Few documents have one, so the others do not pay for a question.
      (await take({ status: "progress" }, "attribute_exists(checkpoint)"))
    if (item) return leased(item)
    const current = await findItem(documentId)
    if (!current) return { outcome: "not-found" }
    if (current.finishedAt !== undefined) return { outcome: "finished", document: toDocument(current) }
    // The SDK repeats a request whose response was lost: the first one took the lease.
    if (current.leaseOwner === lease.owner) return leased(current)
    const { leaseOwner = pausedOwner } = current
    const isLeased = leaseOwner !== pausedOwner && Number(current.leaseExpiresAt) >= now()
    if (isLeased) return { outcome: "leased-by-another" }
    // One that could be started was reopened meanwhile, or its lease has expired.
    return Number(current.attempts ?? 0) < maxAttempts ? undefined : { outcome: "attempts-exhausted" }
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

  /**
   * Ends an invocation whose document continues in another one: releases the lease, and forgets the attempts, since this
   * one made progress. Undefined when the document is no longer ours: deleted, finished or taken over.
   */
  async function pause(
    documentId: string,
    lease: Lease,
    { checkpoint, ...progress }: PausedProgress,
  ): Promise<StoredDocument | undefined> {
    const item = await update(
      documentId,
      { status: "progress", ...progress },
      {
        condition: { expression: leaseIsOurs, values: { ":owner": lease.owner } },
        set: { checkpoint, attempts: 0, leaseOwner: pausedOwner, leaseExpiresAt: now() + pausedMs },
      },
    )
    return item && toDocument(item)
  }

  /** Ends a document from outside an attempt; undefined when it is gone, finished, or does not meet the condition. */
  async function end(documentId: string, reason: EndReason, when: EndCondition): Promise<StoredDocument | undefined> {
    const change: ProgressChange = { status: "error", ...reason, recoverable: false }
    const item = await update(documentId, change, { condition: endCondition(when) })
    return item && toDocument(item)
  }

  /**
   * Lets a document that ended as ENCRYPTED with this sequence be read again, with all of its attempts; undefined when it
   * did not. It is the only end that is taken back.
   */
  async function reopen(documentId: string, sequence: number): Promise<StoredDocument | undefined> {
    const command = new UpdateCommand({
      TableName: tableName,
      Key: { documentId },
      UpdateExpression:
        "SET #status = :waiting, #timestamp = :now " +
        "REMOVE finishedAt, errorCode, #message, recoverable, attempts, leaseOwner, leaseExpiresAt ADD #sequence :one",
      ConditionExpression: "attribute_exists(finishedAt) AND errorCode = :encrypted AND #sequence = :sequence",
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
        ":sequence": sequence,
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
    change: ProgressChange | ContinuedChange,
    options: { condition?: Condition | undefined; set?: Record<string, unknown>; increment?: string[] },
  ): Promise<Record<string, unknown> | undefined> {
    const { condition } = options
    const { set: attributes, remove } = itemChange(change, new Date(now()).toISOString())
    const set = { ...attributes, ...options.set }
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

  function sendUnlessConditionFails(command: UpdateCommand): Promise<UpdateCommandOutput | undefined> {
    return unlessConditionFails(client.send(command))
  }

  return { create, find, share, remove, start, renew, record, pause, end, reopen, spreadWatchers }
}

async function unlessConditionFails<Output>(request: Promise<Output>): Promise<Output | undefined> {
  try {
    return await request
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined
    throw error
  }
}

function leased(item: Record<string, unknown>): LeaseOutcome {
  return { outcome: "leased", document: toDocument(item), attempts: Number(item.attempts) }
}
