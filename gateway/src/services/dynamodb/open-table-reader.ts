// Reads the items of tables for the console.
import { type AttributeValue, DescribeTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb"
import type { ItemPage, StoredData } from "../../definition/stored-data.ts"
import { isRecord } from "../../foundation/is-record.ts"
import type { ClientOptions } from "../client-options.ts"
import { itemFilter } from "./item-filter.ts"
import { plainItem } from "./plain-item.ts"

/** Of a page. */
const MAX_ITEMS = 100
const ITEMS_PER_SCAN = 500
/** A filter that matches few items ends a page early, so that the user sees something. */
const MAX_SCANNED = 10_000

export type TableReader = Pick<StoredData, "items"> & { close(): void }

type Key = Record<string, AttributeValue>

export function openTableReader(options: ClientOptions): TableReader {
  const client = new DynamoDBClient(options)

  async function keyNamesOf(TableName: string): Promise<string[]> {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    return (Table?.KeySchema ?? []).flatMap(({ AttributeName }) => AttributeName ?? [])
  }

  return {
    async items(TableName, { filter, next }) {
      const names = await keyNamesOf(TableName)
      const matches = itemFilter(filter)
      const page: ItemPage = { items: [], scanned: 0 }
      let ExclusiveStartKey = next === undefined ? undefined : readKey(next)
      do {
        const Limit = filter === "" ? MAX_ITEMS : ITEMS_PER_SCAN
        const { Items = [], LastEvaluatedKey } = await client.send(
          new ScanCommand({ TableName, Limit, ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
        )
        ExclusiveStartKey = LastEvaluatedKey
        for (const attributes of Items) {
          page.scanned++
          const item = plainItem(attributes)
          if (!matches(item)) continue
          page.items.push({ key: names.map((name) => String(item[name])).join(" / "), item })
          if (page.items.length < MAX_ITEMS) continue
          // The rest of what was read belongs to the next page.
          if (attributes !== Items.at(-1)) ExclusiveStartKey = pick(attributes, names)
          break
        }
      } while (ExclusiveStartKey && page.items.length < MAX_ITEMS && page.scanned < MAX_SCANNED)
      if (ExclusiveStartKey) page.next = writeKey(ExclusiveStartKey)
      return page
    },
    close: () => client.destroy(),
  }
}

function pick(attributes: Key, names: readonly string[]): Key {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)))
}

/** A key has texts, numbers and bytes; JSON has no bytes. */
function writeKey(key: Key): string {
  return JSON.stringify(
    Object.entries(key).map(([name, { S, N, B }]) => [name, B ? { B: Buffer.from(B).toString("base64") } : { S, N }]),
  )
}

function readKey(text: string): Key {
  const pairs: unknown = JSON.parse(text)
  if (!Array.isArray(pairs)) throw new Error("The position in the table is invalid.")
  return Object.fromEntries(
    pairs.map(([name, value]: [string, unknown]) => {
      if (!isRecord(value)) throw new Error("The position in the table is invalid.")
      const { S, N, B } = value as Record<string, string>
      if (B !== undefined) return [name, { B: Buffer.from(B, "base64") }]
      return [name, N === undefined ? { S: String(S) } : { N }]
    }),
  )
}
