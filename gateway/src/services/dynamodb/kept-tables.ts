// Writes each item of the stand-in for DynamoDB in one batch with its indexes and its record in the stream. With a folder,
// the database survives a kill: without it, an index could differ from its table, and a table could stay in creation.
import db from "dynalite/db/index.js"
import { unusableFile } from "../data-folder-error.ts"
import type { Item } from "./change-record.ts"
import type { ChangeStreams } from "./change-streams.ts"
import { expiring } from "./delete-expired.ts"

type Store = ReturnType<typeof db.create>
type Operation = Parameters<Store["db"]["batch"]>[0][number]

// Sorts after every character that a name or key has.
const LAST = "\uffff"

/**
 * Before the package opens its database.
 * @returns the store, and a function that repairs what a kill has left undone, once the database is open
 */
export function keepTables(
  folder: string | undefined,
  streams: ChangeStreams,
): { store(): Store; repair(): Promise<void> } {
  const { create } = db
  let store: Store | undefined
  db.create = (options) => {
    store = create(options)
    streams.use(store)
    return store
  }
  db.updateIndexes = writeWithIndexes(streams)
  return {
    store() {
      if (!store) throw new Error("The database is not created yet.")
      return store
    },
    async repair() {
      if (folder === undefined) return
      try {
        await store?.db.open()
        if (store) await finishTables(store)
      } catch (error) {
        // The cause says what is wrong, the error only that it did not open.
        const { cause = error } = error as Error
        throw unusableFile(folder, cause)
      }
    },
  }
}

/**
 * The package writes each index and then the item. All of them in one batch are written or none. The item is the one that
 * the package writes again when this is done. When the disk is full, the request fails here, and not by an error that the
 * package throws.
 */
function writeWithIndexes(streams: ChangeStreams): typeof db.updateIndexes {
  return (store, table, existing, item, done) => {
    const { TableName } = table
    const operations: Operation[] = []
    for (const type of ["local", "global"] as const) {
      const indexes = (type === "local" ? table.LocalSecondaryIndexes : table.GlobalSecondaryIndexes) ?? []
      const { puts, deletes } = db.getIndexActions(indexes, existing, item, table)
      const keyOf = (index: string, key: string) => `index-${type}~${TableName}~${index}~${key}`
      for (const { index, key } of deletes) operations.push({ type: "del", key: keyOf(index, key) })
      for (const { index, key, item: value } of puts) operations.push({ type: "put", key: keyOf(index, key), value })
    }
    const written = item ?? existing
    if (!written) return done()
    const key = `item-${TableName}~${db.createKey(written, table)}`
    operations.push(item ? { type: "put", key, value: item } : { type: "del", key })
    const images = {
      before: (existing ?? undefined) as Item | undefined,
      after: (item ?? undefined) as Item | undefined,
    }
    const change = streams.prepare(TableName, images, existing ? expiring.has(existing) : false)
    store.db.batch([...operations, ...(change?.operations ?? [])], (error) => {
      change?.settle(!error)
      done(error && failure(error))
    })
  }
}

/** What the package responds with. */
function failure({ message }: Error): Error {
  const body = { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message }
  return Object.assign(new Error(message), { statusCode: 500, body })
}

/** A table is active, or gone, only a moment after the request that creates or deletes it. */
async function finishTables({ db: database }: Store): Promise<void> {
  for await (const [key, table] of database.iterator({ gte: "table~", lt: `table~${LAST}` })) {
    const { TableName, TableStatus } = table
    if (TableStatus === "ACTIVE") continue
    if (TableStatus === "DELETING") {
      for (const prefix of [`item-${TableName}~`, `index-local~${TableName}~`, `index-global~${TableName}~`]) {
        await database.clear({ gte: prefix, lt: `${prefix}${LAST}` })
      }
      await database.del(key)
      continue
    }
    for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = "ACTIVE"
    await database.put(key, { ...table, TableStatus: "ACTIVE" })
  }
}
