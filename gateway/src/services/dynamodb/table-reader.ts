// Reads the items of tables for the console.
import type { ItemPage, StoredData } from "../../definition/stored-data.ts"
import { isRecord } from "../../foundation/is-record.ts"
import type { StandInSocket } from "../stand-in/private-request.ts"
import { itemFilter } from "./item-filter.ts"
import { type Item, plainItem } from "./plain-item.ts"
import { sendToTables } from "./send-to-tables.ts"

/** Of a page. */
const MAX_ITEMS = 100
const ITEMS_PER_SCAN = 500
/** A filter that matches few items ends a page early, so that the user sees something. */
const MAX_SCANNED = 10_000

export type TableReader = Pick<StoredData, "items">

type Description = { Table: { KeySchema: { AttributeName: string }[] } }
type Scanned = { Items: Item[]; LastEvaluatedKey?: Item }

export function createTableReader(standIn: () => Promise<StandInSocket>): TableReader {
  async function keyNamesOf(TableName: string): Promise<string[]> {
    const { Table } = await sendToTables<Description>(await standIn(), "DescribeTable", { TableName })
    return Table.KeySchema.map(({ AttributeName }) => AttributeName)
  }

  return {
    async items(TableName, { filter, next }) {
      const names = await keyNamesOf(TableName)
      const matches = itemFilter(filter)
      const page: ItemPage = { items: [], scanned: 0 }
      let ExclusiveStartKey = next === undefined ? undefined : readKey(next)
      do {
        const Limit = filter === "" ? MAX_ITEMS : ITEMS_PER_SCAN
        const { Items, LastEvaluatedKey } = await sendToTables<Scanned>(await standIn(), "Scan", {
          TableName,
          Limit,
          ExclusiveStartKey,
        })
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
      if (ExclusiveStartKey) page.next = JSON.stringify(ExclusiveStartKey)
      return page
    },
  }
}

function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))
}

/** DynamoDB rejects a key that is not one of the table. */
function readKey(text: string): Item {
  const key: unknown = JSON.parse(text)
  if (!isRecord(key)) throw new Error("The position in the table is invalid.")
  return key as Item
}
