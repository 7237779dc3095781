// Computes the condition keys of DynamoDB for the items of a request.
// AWS: the keys and their values are documented (dynamodb-condition-keys)
import type { RequestContext } from "../../definition/permission.ts"
import type { TableDefinition } from "../../definition/storage.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { ownValue } from "../../foundation/own-value.ts"

/** The input of an operation on one item, or of a query or scan. */
export type ItemRequest = Readonly<Record<string, unknown>>

type Options = {
  /** Undefined for a table that is not in the template, whose keys are not known. */
  definition: TableDefinition | undefined
  /** `TransactWriteItems` */
  enclosing: string | undefined
}

export function itemContext(items: readonly ItemRequest[], { definition, enclosing }: Options): RequestContext {
  return {
    "dynamodb:LeadingKeys": () => listOrAbsent(items.flatMap((item) => leadingKey(item, definition) ?? [])),
    "dynamodb:Attributes": () => listOrAbsent(items.flatMap(attributeNames)),
    "dynamodb:Select": () => items.map(selectOf).find((select) => select !== undefined),
    "dynamodb:ReturnValues": () => textOr(items[0]?.ReturnValues, "NONE"),
    "dynamodb:ReturnConsumedCapacity": () => textOr(items[0]?.ReturnConsumedCapacity, "NONE"),
    "dynamodb:EnclosingOperation": enclosing,
  }
}

function listOrAbsent(values: readonly string[]): string[] | undefined {
  return values.length > 0 ? [...new Set(values)] : undefined
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback
}

/** The value of the partition key: of the item, or the one that a query asks for. */
function leadingKey(item: ItemRequest, definition: TableDefinition | undefined): string | undefined {
  const partitionKey = partitionKeyOf(definition, item.IndexName)
  if (partitionKey === undefined) return undefined
  for (const attributes of [item.Key, item.Item]) {
    if (isRecord(attributes)) return valueText(ownValue(attributes, partitionKey))
  }
  const { KeyConditions } = item
  if (isRecord(KeyConditions)) {
    const condition = ownValue(KeyConditions, partitionKey)
    const values = isRecord(condition) ? condition.AttributeValueList : undefined
    return Array.isArray(values) ? valueText(values[0]) : undefined
  }
  const { KeyConditionExpression: expression, ExpressionAttributeValues: values } = item
  if (typeof expression !== "string" || !isRecord(values)) return undefined
  // A name begins where no other one goes on: otherwise a long one takes quadratic time.
  const equalities = expression.matchAll(/(?<![\w#-])(#?[A-Za-z_][\w-]*)\s*=\s*(:\w+)/g)
  for (const [, name = "", value = ""] of equalities) {
    if (resolveName(item, name) === partitionKey) return valueText(ownValue(values, value))
  }
  return undefined
}

function partitionKeyOf(definition: TableDefinition | undefined, indexName: unknown): string | undefined {
  const { createTable } = definition ?? { createTable: {} as Record<string, unknown> }
  const indexes = [createTable.GlobalSecondaryIndexes, createTable.LocalSecondaryIndexes].flat().filter(isRecord)
  const keyed = indexName === undefined ? createTable : indexes.find((index) => index.IndexName === indexName)
  const schema = Array.isArray(keyed?.KeySchema) ? keyed.KeySchema.filter(isRecord) : []
  const key = schema.find(({ KeyType }) => KeyType === "HASH")?.AttributeName
  return typeof key === "string" ? key : undefined
}

/** `{ "S": "text" }` as text. */
function valueText(value: unknown): string | undefined {
  const [text] = isRecord(value) ? Object.values(value) : []
  return typeof text === "string" ? text : undefined
}

const expressions = [
  "ConditionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "ProjectionExpression",
  "UpdateExpression",
]
const attributeMaps = ["Key", "Item", "Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter"]
const keywords = new Set(["ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET"])

/** The top-level attributes that a request names. */
function attributeNames(item: ItemRequest): string[] {
  const inMaps = attributeMaps.flatMap((name) => (isRecord(item[name]) ? Object.keys(item[name]) : []))
  const toGet = Array.isArray(item.AttributesToGet) ? item.AttributesToGet.map(String) : []
  const inExpressions = expressions.flatMap((name) => namesIn(item, item[name]))
  return [...inMaps, ...toGet, ...inExpressions]
}

function namesIn(item: ItemRequest, expression: unknown): string[] {
  if (typeof expression !== "string") return []
  // Neither a nested attribute, nor a value, nor a function.
  const names = [...expression.matchAll(/(?<![\w.#:])#?[A-Za-z_]\w*(?!\w|\s*\()/g)].map(([name]) => name)
  return names.filter((name) => !keywords.has(name.toUpperCase())).map((name) => resolveName(item, name))
}

/** The attribute of a name in an expression. */
function resolveName({ ExpressionAttributeNames: names }: ItemRequest, name: string): string {
  const attribute = isRecord(names) ? ownValue(names, name) : undefined
  return typeof attribute === "string" ? attribute : name
}

/** AWS?: without Select, a projection counts as specific attributes and its absence as all (dynamodb-select-absent) */
function selectOf(item: ItemRequest): string | undefined {
  if (typeof item.Select === "string") return item.Select
  if (item.Item !== undefined || item.UpdateExpression !== undefined) return undefined
  if (item.ProjectionExpression !== undefined || item.AttributesToGet !== undefined) return "SPECIFIC_ATTRIBUTES"
  return item.IndexName === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES"
}
