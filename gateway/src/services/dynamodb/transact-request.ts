// Reads the actions of TransactWriteItems and TransactGetItems, and rejects requests that are not valid.
import db from "dynalite/db/index.js"
import { isRecord } from "../../foundation/is-record.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { codeOf, type DynamoDbError, dynamoDbError, validationError } from "./dynamodb-error.ts"
import { addressText, type ItemAddress } from "./item-locks.ts"
import {
  type OperationName,
  type Store,
  type Table,
  tableOf,
  type ValidInput,
  validInput,
} from "./package-operations.ts"

export type TransactAction = ItemAddress & {
  kind: "Get" | "Put" | "Update" | "Delete" | "ConditionCheck"
  operation: OperationName
  input: ValidInput
  returnsItemOnFailure: boolean
}

type Kind = { operation: OperationName; required?: string }

export const getKinds: ReadonlyMap<string, Kind> = new Map([["Get", { operation: "GetItem" }]])

export const writeKinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["ConditionCheck", { operation: "DeleteItem", required: "ConditionExpression" }],
  ["Put", { operation: "PutItem" }],
  ["Delete", { operation: "DeleteItem" }],
  ["Update", { operation: "UpdateItem", required: "UpdateExpression" }],
])

// AWS: a transaction has at most 100 actions (dynamodb-transact-count)
const MAX_ACTIONS = 100
const MAX_TOKEN_LENGTH = 36

const capacities = ["INDEXES", "TOTAL", "NONE"]
const metrics = ["SIZE", "NONE"]

/** AWS: every constraint of the request that fails is reported at once, before anything else (dynamodb-transact-validation) */
export function checkRequest(input: Record<string, unknown>): void {
  const problems: string[] = []
  const { ClientRequestToken: token, TransactItems: items } = input
  const report = (value: string, member: string, constraint: string) =>
    problems.push(`Value ${value} at '${member}' failed to satisfy constraint: Member must ${constraint}`)
  if (!Array.isArray(items)) report("null", "transactItems", "not be null")
  else if (items.length === 0) report("'[]'", "transactItems", "have length greater than or equal to 1")
  else if (items.length > MAX_ACTIONS) {
    report(`'[${items.length} actions]'`, "transactItems", `have length less than or equal to ${MAX_ACTIONS}`)
  }
  if (typeof token === "string" && token.length > MAX_TOKEN_LENGTH) {
    report(`'${token}'`, "clientRequestToken", `have length less than or equal to ${MAX_TOKEN_LENGTH}`)
  }
  for (const [name, values] of [
    ["ReturnConsumedCapacity", capacities],
    ["ReturnItemCollectionMetrics", metrics],
  ] as const) {
    const value = input[name]
    if (value === undefined || value === null || values.includes(String(value))) continue
    const member = `${name[0]?.toLowerCase()}${name.slice(1)}`
    report(`'${String(value)}'`, member, `satisfy enum value set: [${values.join(", ")}]`)
  }
  if (problems.length === 0) return
  const count = problems.length === 1 ? "1 validation error" : `${problems.length} validation errors`
  throw validationError(`${count} detected: ${problems.join("; ")}`)
}

/**
 * AWS: expressions that are not valid are reported before tables that do not exist, and these before keys
 * (dynamodb-transact-validation)
 * @throws DynamoDbError
 */
export async function readActions(
  store: Store,
  input: Record<string, unknown>,
  kinds: ReadonlyMap<string, Kind>,
): Promise<TransactAction[]> {
  const items = input.TransactItems as unknown[]
  const parsed = items.map((item, index) => parseAction(store, item, { kinds, index, request: input }))
  const tables = await Promise.all(parsed.map((action) => tableOf(store, action.input.TableName)))
  for (const [index, action] of parsed.entries()) checkEmptyKey(action, tables[index] as Table)
  const failures = parsed.map((action, index) => keyFailure(action, tables[index] as Table))
  if (failures.some(Boolean)) throw canceled(failures.map((failure) => (failure ? { failure } : {})))
  const actions = parsed.map((action, index): TransactAction => {
    const tableName = action.input.TableName
    return { ...action, tableName, key: db.createKey(itemOrKey(action), tables[index] as Table) }
  })
  const addresses = new Set(actions.map(addressText))
  if (addresses.size === actions.length) return actions
  // AWS: an item is the target of one action at most (dynamodb-transact-duplicate)
  throw validationError("Transaction request cannot include multiple operations on one item")
}

type Parsed = Omit<TransactAction, keyof ItemAddress>

function parseAction(
  store: Store,
  item: unknown,
  { kinds, index, request }: { kinds: ReadonlyMap<string, Kind>; index: number; request: Record<string, unknown> },
): Parsed {
  const entries = isRecord(item) ? Object.entries(item).filter(([, value]) => value !== null) : []
  const [[name = "", action] = []] = entries
  const kind = kinds.get(name)
  if (entries.length !== 1 || !kind || !isRecord(action)) {
    const names = [...kinds.keys()]
    const listed = names.length === 1 ? names.join() : `one of ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`
    throw validationError(`TransactItems can only contain ${listed}`)
  }
  const { required } = kind
  if (required !== undefined && action[required] === undefined) {
    const member = `transactItems.${index + 1}.member.${lowerFirst(name)}.${lowerFirst(required)}`
    const message = `Value null at '${member}' failed to satisfy constraint: Member must not be null`
    throw validationError(`1 validation error detected: ${message}`)
  }
  const { ReturnConsumedCapacity } = request
  const input = validInput(kind.operation, { ...action, ReturnConsumedCapacity, ReturnValues: undefined }, store)
  // Reads of a transaction are consistent.
  if (name === "Get") input.ConsistentRead = true
  const returnsItemOnFailure = action.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
  return { kind: name as TransactAction["kind"], operation: kind.operation, input, returnsItemOnFailure }
}

function lowerFirst(text: string): string {
  return `${text[0]?.toLowerCase()}${text.slice(1)}`
}

function itemOrKey({ input }: Parsed): Record<string, Record<string, unknown>> {
  return (input.Item ?? input.Key) as Record<string, Record<string, unknown>>
}

/** AWS: an empty key rejects the request, and does not cancel the transaction (dynamodb-transact-key) */
function checkEmptyKey(action: Parsed, table: Table): void {
  const attributes = itemOrKey(action)
  for (const { AttributeName: name } of table.KeySchema) {
    const value = ownValue(attributes, name)
    const type = value?.S === "" ? "string" : value?.B === "" ? "binary" : undefined
    if (type === undefined) continue
    const rule = `The AttributeValue for a key attribute cannot contain an empty ${type} value`
    throw validationError(`One or more parameter values are not valid. ${rule}. Key: ${name}`)
  }
}

function keyFailure(action: Parsed, table: Table): DynamoDbError | undefined {
  const { Item, Key } = action.input
  const failure = Item ? db.validateItem(Item, table) : db.validateKey(Key as object, table)
  return (failure ?? undefined) as DynamoDbError | undefined
}

/** Why an action failed; the item as it is, if the action asks for it. */
export type Cancellation = { failure?: DynamoDbError; item?: Record<string, unknown> | undefined }

/** AWS: the reasons are listed for all actions in their order (dynamodb-transact-reasons) */
export function canceled(actions: readonly Cancellation[]): DynamoDbError {
  const reasons = actions.map(({ failure, item }) => {
    if (!failure) return { Code: "None" }
    const Code = codeOf(failure) === "ConditionalCheckFailedException" ? "ConditionalCheckFailed" : "ValidationError"
    return { Code, Message: failure.message, ...(item && { Item: item }) }
  })
  const codes = reasons.map(({ Code }) => Code).join(", ")
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  return dynamoDbError("TransactionCanceledException", message, { CancellationReasons: reasons, Message: message })
}
