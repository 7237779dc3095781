// Prepares a write of the package dynalite without making it: its condition is checked, and what it would write is
// returned.
import db from "dynalite/db/index.js"
import type { DynamoDbError } from "./dynamodb-error.ts"
import {
  type BatchOperation,
  type OperationName,
  runOperation,
  type Store,
  type ValidInput,
} from "./package-operations.ts"

export type PreparedWrite = {
  /** The item before the write. */
  existing: Record<string, unknown> | undefined
  /** Of a write that changes something: the operations, and what is called when they are made or not. */
  batch?: { operations: BatchOperation[]; done(error: Error | null): void }
  /** Why the write would fail. */
  failure?: DynamoDbError
  /** When the write is done. */
  output?: Record<string, unknown>
}

/** The item must be locked, and stay so until the write is made or given up. */
export function prepareWrite(store: Store, name: OperationName, input: ValidInput): Promise<PreparedWrite> {
  return new Promise((resolve) => {
    const prepared: PreparedWrite = { existing: undefined }
    const getItemDb: Store["getItemDb"] = (tableName) => ({
      get: (key, done) =>
        store.getItemDb(tableName).get(key, (error, item) => {
          prepared.existing = item
          done(error, item)
        }),
      lock: (_key, run) => run((done) => done),
      put: (_key, _item, done) => done(null),
      del: (_key, done) => done(null),
    })
    // The package writes an item with its indexes and its record in one batch (see kept-tables.ts).
    const database: Pick<Store["db"], "batch"> = {
      batch(operations, done) {
        prepared.batch = { operations, done }
        resolve(prepared)
      },
    }
    runOperation(name, { ...store, getItemDb, db: database } as Store, input, (error, output) => {
      if (error) prepared.failure = error as DynamoDbError
      else prepared.output = output ?? {}
      resolve(prepared)
    })
  })
}

/** A check of a condition that writes nothing. Never rejects: the writes beside it wait for their end. */
export function checkCondition(store: Store, key: string, input: ValidInput): Promise<PreparedWrite> {
  return new Promise((resolve) => {
    store.getItemDb(input.TableName).get(key, (error, existing) => {
      const failure = error ?? db.checkConditional(input, existing)
      if (failure) resolve({ existing, failure: failure as DynamoDbError })
      else resolve({ existing, output: { ConsumedCapacity: db.addConsumedCapacity(input, false, existing) } })
    })
  })
}
