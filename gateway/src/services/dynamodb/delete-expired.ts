// Deletes the expired items of a table, within the process of the stand-in for DynamoDB.
import db from "dynalite/db/index.js"
import { isRecord } from "../../foundation/is-record.ts"
import { ownValue } from "../../foundation/own-value.ts"

export type TableStore = ReturnType<typeof db.create>

type Item = Record<string, unknown>

// AWS: an item that expired more than five years ago is not deleted (ttl-attribute)
const MAX_AGE_SECONDS = 5 * 365 * 86_400
const LAST = "\uffff"

/** The items whose deletion has been begun here: their records name the service. */
export const expiring = new WeakSet<object>()

export async function deleteExpired(
  store: TableStore,
  { tableName, attribute, now }: { tableName: string; attribute: string; now: number },
): Promise<number> {
  const prefix = `item-${tableName}~`
  let count = 0
  for await (const [key, value] of store.db.iterator({ gte: prefix, lt: prefix + LAST })) {
    if (!isExpired(value as unknown as Item, attribute, now)) continue
    if (await deleteItem(store, { tableName, key: key.slice(prefix.length), attribute, now })) count++
  }
  return count
}

/** AWS: the attribute is a number of seconds since the epoch (ttl-attribute) */
function isExpired(item: Item, attribute: string, now: number): boolean {
  const value = ownValue(item, attribute)
  const seconds = isRecord(value) && typeof value.N === "string" ? Number(value.N) : Number.NaN
  return seconds <= now / 1000 && seconds > now / 1000 - MAX_AGE_SECONDS
}

/** The item can change until it is locked. */
function deleteItem(
  store: TableStore,
  { tableName, key, attribute, now }: { tableName: string; key: string; attribute: string; now: number },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    store.getTable(tableName, (failure, table) => {
      if (failure) return reject(failure)
      const items = store.getItemDb(tableName)
      items.lock(key, (release) => {
        const finish = release((error?: Error | null, isDeleted = false) =>
          error ? reject(error) : resolve(isDeleted),
        )
        items.get(key, (error, item) => {
          if (error || !item || !isExpired(item, attribute, now)) return finish(null, false)
          expiring.add(item)
          db.updateIndexes(store, table, item, null, (updated) => {
            if (updated) return finish(updated)
            items.del(key, (deleted) => finish(deleted, !deleted))
          })
        })
      })
    })
  })
}
