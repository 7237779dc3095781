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
    KeySchema: { AttributeName: string; KeyType: string }[]
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
    put(key: string, item: Item, done: (error?: Error | null) => void): void
    del(key: string, done: (error?: Error | null) => void): void
  }
  type Store = {
    db: Database
    /** `checkStatus`: a table that is being created or deleted is not found, and the error does not name the table. */
    getTable(name: string, checkStatus: boolean, done: (error: Error | null, table: Table) => void): void
    getTable(name: string, done: (error: Error | null, table: Table) => void): void
    getItemDb(tableName: string): ItemDatabase
  }

  const db: {
    create(options: object): Store
    createKey(item: Item, table: Table): string
    /** @returns what is wrong */
    validateKey(key: Item, table: Table): Error | null | undefined
    validateItem(item: Item, table: Table): Error | null | undefined
    checkConditional(data: object, existing: Item | undefined): Error | null | undefined
    itemSize(item: Item): number
    addConsumedCapacity(
      data: object,
      isRead: boolean,
      item: Item | undefined,
    ): { CapacityUnits: number; TableName: string } | undefined
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

/** `dynalite/actions/putItem.js` */
declare module "dynalite/actions/*.js" {
  import type db from "dynalite/db/index.js"

  function action(
    store: ReturnType<typeof db.create>,
    data: object,
    done: (error: Error | null | undefined, output?: Record<string, unknown>) => void,
  ): void
  export = action
}

declare module "dynalite/validations/index.js" {
  const validations: {
    /** Changes `data`. @throws Error with a body */
    checkTypes(data: object, types: object): Record<string, unknown>
    /** Adds the parsed expressions to `data`. @throws Error with a body */
    checkValidations(data: object, types: object, custom: unknown, store: object): void
  }
  export = validations
}

/** `dynalite/validations/putItem.js` */
declare module "dynalite/validations/*.js" {
  const validation: { types: object; custom: unknown }
  export = validation
}
