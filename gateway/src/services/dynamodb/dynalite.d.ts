// The types of dynalite that the gateway uses: the package has none.
declare module "dynalite" {
  import type { Server } from "node:http"

  function dynalite(options: {
    /** Folder of the database; in memory unless set. */
    path?: string
    createTableMs?: number
    deleteTableMs?: number
    updateTableMs?: number
  }): Server
  export = dynalite
}

declare module "dynalite/db/index.js" {
  type Item = object
  type Operation = { type: "put"; key: string; value: unknown } | { type: "del"; key: string }
  type Index = { IndexName: string; IndexStatus?: string }
  type Table = {
    TableName: string
    TableStatus: string
    LocalSecondaryIndexes?: Index[]
    GlobalSecondaryIndexes?: Index[]
  }
  type Database = {
    open(): Promise<void>
    put(key: string, value: unknown): Promise<void>
    del(key: string): Promise<void>
    batch(operations: Operation[], done: (error: Error | null) => void): void
    clear(range: { gte: string; lt: string }): Promise<void>
    iterator(range: { gte: string; lt: string }): AsyncIterable<[string, Table]>
  }
  type Store = { db: Database }

  const db: {
    create(options: object): Store
    createKey(item: Item, table: Table): string
    getIndexActions(
      indexes: Index[],
      existing: Item | null | undefined,
      item: Item | null | undefined,
      table: Table,
    ): { puts: { index: string; key: string; item: Item }[]; deletes: { index: string; key: string }[] }
    updateIndexes(
      store: Store,
      table: Table,
      existing: Item | null | undefined,
      item: Item | null | undefined,
      done: (error?: Error | null) => void,
    ): void
  }
  export = db
}
