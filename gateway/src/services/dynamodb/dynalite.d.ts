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
    KeySchema?: { AttributeName: string }[]
    LocalSecondaryIndexes?: Index[]
    GlobalSecondaryIndexes?: Index[]
  }
  type Database = {
    open(): Promise<void>
    get(key: string): Promise<unknown>
    put(key: string, value: unknown): Promise<void>
    del(key: string): Promise<void>
    batch(operations: Operation[], done: (error: Error | null) => void): void
    clear(range: { gte: string; lt: string }): Promise<void>
    iterator(range: { gte: string; lt: string }): AsyncIterable<[string, Table]>
  }
  type Done = (error?: Error | null, isDeleted?: boolean) => void
  type ItemDatabase = {
    lock(key: string, run: (release: (done: Done) => Done) => void): void
    get(key: string, done: (error: Error | null, item?: Record<string, unknown>) => void): void
    del(key: string, done: (error?: Error | null) => void): void
  }
  type Store = {
    db: Database
    getTable(name: string, done: (error: Error | null, table: Table) => void): void
    getItemDb(tableName: string): ItemDatabase
  }

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
