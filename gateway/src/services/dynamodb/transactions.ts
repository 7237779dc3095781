// TransactWriteItems and TransactGetItems, within the process of the stand-in for DynamoDB: the package dynalite has
// neither. All items are locked, every write is prepared, and then all are made in one batch or none.
import db from "dynalite/db/index.js"
import { systemClock } from "../../foundation/clock.ts"
import { isDynamoDbError, validationError } from "./dynamodb-error.ts"
import { lockItems } from "./item-locks.ts"
import { runOperation, type Store } from "./package-operations.ts"
import { checkCondition, type PreparedWrite, prepareWrite } from "./prepared-write.ts"
import { createRequestTokens } from "./request-tokens.ts"
import { canceled, checkRequest, getKinds, readActions, type TransactAction, writeKinds } from "./transact-request.ts"

type Input = Record<string, unknown>
type Output = Record<string, unknown>

export type Transactions = {
  /** @throws DynamoDbError */
  write(input: Input): Promise<Output>
  /** @throws DynamoDbError */
  get(input: Input): Promise<Output>
}

// AWS: the items of a transaction have at most 4 MB together (dynamodb-transact-size)
const MAX_BYTES = 4 * 1024 ** 2

export function createTransactions(store: Store): Transactions {
  const tokens = createRequestTokens(store, systemClock)

  /** Differs: a conflict waits until the other request is done, where AWS cancels one (dynamodb-transact-conflict) */
  async function withLocks<Result>(actions: readonly TransactAction[], run: () => Promise<Result>): Promise<Result> {
    const release = await lockItems(store, actions)
    try {
      return await run()
    } finally {
      release()
    }
  }

  async function write(input: Input): Promise<Output> {
    checkRequest(input)
    const { ClientRequestToken: token, ...request } = input
    const actions = await readActions(store, request, writeKinds)
    // AWS: a transaction that is sent again with its token is not made again (dynamodb-transact-token)
    const hasToken = typeof token === "string" && token !== ""
    const use = hasToken ? await tokens.begin(token, request) : undefined
    if (hasToken && !use) return {}
    let isMade = false
    try {
      const output = await withLocks(actions, async () => {
        const prepared = await Promise.all(actions.map((action) => prepare(store, action)))
        await make(store, actions, { prepared, more: use?.operations() ?? [] })
        return outputOf(prepared)
      })
      isMade = true
      return output
    } finally {
      use?.end(isMade)
    }
  }

  async function get(input: Input): Promise<Output> {
    checkRequest(input)
    const actions = await readActions(store, input, getKinds)
    const outputs = await withLocks(actions, () => Promise.all(actions.map((action) => read(store, action))))
    checkSize(outputs.map(({ Item }) => Item as object | undefined))
    const Responses = outputs.map(({ Item }) => (Item ? { Item } : {}))
    return { Responses, ...consumedCapacity(outputs) }
  }

  return { write, get }
}

function prepare(store: Store, { kind, operation, key, input }: TransactAction): Promise<PreparedWrite> {
  return kind === "ConditionCheck" ? checkCondition(store, key, input) : prepareWrite(store, operation, input)
}

/** @throws DynamoDbError when one of them fails: then none is made */
async function make(
  store: Store,
  actions: readonly TransactAction[],
  { prepared, more }: { prepared: readonly PreparedWrite[]; more: Parameters<Store["db"]["batch"]>[0] },
): Promise<void> {
  const batches = prepared.flatMap(({ batch }) => batch ?? [])
  const finish = (error: Error | null) => {
    for (const { done } of batches) done(error)
  }
  try {
    checkPrepared(actions, prepared)
    const operations = batches.flatMap((batch) => batch.operations)
    checkSize(
      operations.map((one) => (one.type === "put" && one.key.startsWith("item-") ? Object(one.value) : undefined)),
    )
    await new Promise<void>((resolve, reject) => {
      store.db.batch([...operations, ...more], (error) => (error ? reject(error) : resolve()))
    })
  } catch (error) {
    finish(error as Error)
    throw error
  }
  finish(null)
}

function checkPrepared(actions: readonly TransactAction[], prepared: readonly PreparedWrite[]): void {
  const failures = prepared.flatMap(({ failure }) => failure ?? [])
  // Of the database, and not of the request.
  const internal = failures.find((failure) => !isDynamoDbError(failure) || failure.statusCode >= 500)
  if (internal) throw internal
  if (failures.length === 0) return
  throw canceled(
    prepared.map(({ failure, existing }, index) => {
      if (!failure) return {}
      return { failure, item: actions[index]?.returnsItemOnFailure ? existing : undefined }
    }),
  )
}

function read(store: Store, { operation, input }: TransactAction): Promise<Output> {
  return new Promise((resolve, reject) => {
    runOperation(operation, store, input, (error, output = {}) => (error ? reject(error) : resolve(output)))
  })
}

/** AWS?: a transaction that is too large is a ValidationException (dynamodb-transact-size-error) */
function checkSize(items: readonly (object | undefined)[]): void {
  const bytes = items.reduce((sum, item) => sum + (item ? db.itemSize(item) : 0), 0)
  if (bytes <= MAX_BYTES) return
  throw validationError(`The items of the transaction have ${bytes} bytes; at most ${MAX_BYTES} are allowed`)
}

function outputOf(prepared: readonly PreparedWrite[]): Output {
  return consumedCapacity(prepared.map(({ output = {} }) => output))
}

/** AWS: each action is done twice, to prepare it and to make it (dynamodb-transact-capacity) */
function consumedCapacity(outputs: readonly Output[]): Output {
  const units = new Map<string, number>()
  for (const { ConsumedCapacity } of outputs) {
    if (!ConsumedCapacity) continue
    const { TableName, CapacityUnits } = ConsumedCapacity as { TableName: string; CapacityUnits: number }
    units.set(TableName, (units.get(TableName) ?? 0) + 2 * CapacityUnits)
  }
  if (units.size === 0) return {}
  return { ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })) }
}
