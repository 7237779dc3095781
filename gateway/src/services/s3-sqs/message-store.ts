// Opens the database of queues and messages, and fixes what the package loses when it is killed.
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { unusableFile } from "../data-folder-error.ts"

/** The part of the package's PersistenceManager that is used here; the package exports neither the class nor its type. */
export type MessageStore = {
  db: DatabaseSync
  updateMessageReady(messageId: string): void
  transaction(run: () => void): void
  loadSqsAndSns(sqsStore: unknown, snsStore: unknown): void
  close(): void
}

/** @throws GatewayError DATA_UNUSABLE */
export function openMessageStore(
  PersistenceManager: new (folder: string) => MessageStore,
  folder: string,
  { sqsStore, snsStore }: { sqsStore: unknown; snsStore: unknown },
): MessageStore {
  try {
    const store = new PersistenceManager(folder)
    const makeVisible = store.db.prepare(
      "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
    )
    // The package also sets the receive count to NULL, which its own table forbids.
    store.updateMessageReady = (messageId) => void makeVisible.run(messageId)
    store.loadSqsAndSns(sqsStore, snsStore)
    return store
  } catch (cause) {
    throw unusableFile(join(folder, "fauxqs.db"), cause)
  }
}

// Global, because the class of the package outlives this module when tests load it again.
const isInTransactions = Symbol.for("gateway: messages are received in transactions")

type Queue = { persistence?: MessageStore; dequeue(...values: unknown[]): unknown; [isInTransactions]?: true }

/**
 * The package moves a message to the dead-letter queue in two steps. In one transaction it is in one of the queues, also
 * when the process is killed in between. Changes a class once.
 */
export function receiveInTransactions({ prototype }: { prototype: Queue }): void {
  if (prototype[isInTransactions]) return
  prototype[isInTransactions] = true
  const { dequeue } = prototype
  prototype.dequeue = function (...values) {
    const { persistence } = this
    if (!persistence) return dequeue.apply(this, values)
    let messages: unknown
    persistence.transaction(() => {
      messages = dequeue.apply(this, values)
    })
    return messages
  }
}
