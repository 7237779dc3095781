// Lists the permissions that a request to DynamoDB needs.
import type { NeededPermission } from "../../definition/permission.ts"
import type { TableDefinition } from "../../definition/storage.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { type ItemRequest, itemContext } from "./item-context.ts"
import { statementsOf } from "./partiql-statements.ts"

export type DynamoDbRequest = {
  /** `PutItem` */
  operation: string
  input: Record<string, unknown>
}

/**
 * A request without the name of its table needs none: the service rejects it as invalid.
 * AWS: an operation has a permission of the same name on its table (dynamodb-permissions-actions)
 * @param tables of the template, for the names of their keys
 */
export function neededPermissions(request: DynamoDbRequest, tables: readonly TableDefinition[]): NeededPermission[] {
  const { operation, input } = request
  const on = (action: string, tableName: unknown, items: ItemRequest[], enclosing?: string): NeededPermission[] => {
    if (typeof tableName !== "string") return []
    const index = items.find(({ IndexName }) => typeof IndexName === "string")?.IndexName
    const table = tableName.startsWith("arn:") ? tableName : `table/${tableName}`
    // AWS: a query or scan of an index needs the permission on the index (dynamodb-permissions-index)
    const resource = index === undefined ? table : `${table}/index/${String(index)}`
    const definition = tables.find(({ createTable }) => createTable.TableName === tableName.split("/").at(-1))
    return [{ action: `dynamodb:${action}`, resource, context: itemContext(items, { definition, enclosing }) }]
  }
  switch (operation) {
    case "BatchGetItem":
      return tablesOf(input).flatMap(([name, keys]) => on(operation, name, getRequests(keys)))
    case "BatchWriteItem":
      return tablesOf(input).flatMap(([name, writes]) => on(operation, name, writeRequests(writes)))
    // AWS: the permissions of a transaction are those of its operations (dynamodb-permissions-transactions)
    case "TransactGetItems":
    case "TransactWriteItems":
      return recordsIn(input.TransactItems).flatMap((item) =>
        Object.entries(item).flatMap(([kind, one]) => {
          const action = transactActions.get(kind)
          return action !== undefined && isRecord(one) ? on(action, one.TableName, [one], operation) : []
        }),
      )
    case "ExecuteStatement":
    case "BatchExecuteStatement":
    case "ExecuteTransaction":
      return statementsOf(input).flatMap(({ action, tableName, indexName }) =>
        on(action, tableName, indexName === undefined ? [] : [{ IndexName: indexName }], operation),
      )
    default:
      if (withoutTable.test(operation)) return onOther(operation, input)
      return on(operation, input.TableName, [input])
  }
}

const transactActions: ReadonlyMap<string, string> = new Map([
  ["Get", "GetItem"],
  ["Put", "PutItem"],
  ["Update", "UpdateItem"],
  ["Delete", "DeleteItem"],
  ["ConditionCheck", "ConditionCheckItem"],
])

const withoutTable =
  /^List(?!Backups)|^Describe(Limits|Endpoints|Stream|Backup|Export|Import)|Resource|Record|ShardIterator/

/** Operations that name no table. */
function onOther(operation: string, input: Record<string, unknown>): NeededPermission[] {
  const { ResourceArn, StreamArn, ShardIterator } = input
  // AWS: an iterator begins with the ARN of its stream (dynamodb-streams-iterator)
  const ofIterator = typeof ShardIterator === "string" ? ShardIterator.split("|")[0] : undefined
  const arn = [ResourceArn, StreamArn, ofIterator].find((one) => typeof one === "string")
  // AWS: tables are listed with a permission on all of them (dynamodb-list-tables)
  const all = operation === "ListTables" ? "table/*" : "*"
  return [{ action: `dynamodb:${operation}`, resource: typeof arn === "string" ? arn : all }]
}

/** The tables of a batch request, and what it does with each. */
function tablesOf({ RequestItems }: Record<string, unknown>): [name: string, requests: unknown][] {
  return isRecord(RequestItems) ? Object.entries(RequestItems) : []
}

function getRequests(requests: unknown): ItemRequest[] {
  if (!isRecord(requests)) return []
  const { Keys, ...rest } = requests
  return recordsIn(Keys).map((Key) => ({ ...rest, Key }))
}

function writeRequests(requests: unknown): ItemRequest[] {
  return recordsIn(requests).flatMap(({ PutRequest, DeleteRequest }) => [PutRequest, DeleteRequest].filter(isRecord))
}

function recordsIn(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isRecord) : []
}
