// Replaces the ARNs of tables in a request by their names, which is all that the package knows.
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"

type Input = Record<string, unknown>

/** AWS: the name of a table can be its ARN (dynamodb-table-arn) */
export function withTableNames(input: Input): Input {
  const { RequestItems, TransactItems } = input
  return {
    ...named(input),
    // A batch has its tables as keys.
    ...(isRecord(RequestItems) && {
      RequestItems: recordFrom(Object.entries(RequestItems).map(([name, value]) => [nameOf(name), value] as const)),
    }),
    ...(Array.isArray(TransactItems) && { TransactItems: TransactItems.map(namedActions) }),
  }
}

function namedActions(item: unknown): unknown {
  if (!isRecord(item)) return item
  const actions = Object.entries(item)
  return recordFrom(actions.map(([kind, action]) => [kind, isRecord(action) ? named(action) : action] as const))
}

function named(input: Input): Input {
  return typeof input.TableName === "string" ? { ...input, TableName: nameOf(input.TableName) } : input
}

function nameOf(table: string): string {
  return /^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/([^/]+)$/.exec(table)?.[1] ?? table
}
