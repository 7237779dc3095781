// The two tables in memory, behind the client of the SDK: conditions, atomic updates and consistent reads are DynamoDB's.
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { type Item, meets, type Placeholders, updated } from "./expressions.ts"

type Input = Placeholders & {
  TableName: string
  Key: Item
  Item: Item
  ConditionExpression?: string
  UpdateExpression: string
  ReturnValues?: "ALL_NEW"
  KeyConditionExpression: string
  IndexName?: string
  FilterExpression?: string
  RequestItems: Record<string, { DeleteRequest: { Key: Item } }[]>
}

/** Carries out an operation as one request: with delays, and with faults. */
export type Request = <Result>(operation: () => Result) => Promise<Result>

const atOnce: Request = async (operation) => operation()

export const documentsTableName = "documents"
export const watchersTableName = "watchers"

export class MemoryTables {
  readonly documents = new Map<string, Item>()
  readonly watchers = new Map<string, Item>()
  /** The last final item of each document, also when it was deleted since. */
  readonly ends = new Map<string, Item>()
  readonly #dynamodb = new DynamoDBClient({ region: "eu-west-1" })

  /** A client whose requests are made by `request`. */
  client(request = atOnce): DynamoDBDocumentClient {
    const client = DynamoDBDocumentClient.from(this.#dynamodb)
    client.send = (command: { constructor: { name: string }; input: unknown }) =>
      request(() => this.#execute(command.constructor.name, command.input as Input)) as Promise<never>
    return client
  }

  /** What DynamoDB does with rows that have expired. */
  expire(now: number): void {
    for (const [key, row] of this.watchers) if (Number(row.expiresAt) * 1000 <= now) this.watchers.delete(key)
  }

  #execute(command: string, input: Input): unknown {
    switch (command) {
      case "GetCommand":
        return { Item: this.#table(input).get(keyOf(input.Key)) }
      case "PutCommand":
        return this.#put(input)
      case "UpdateCommand":
        return this.#update(input)
      case "DeleteCommand":
        this.#table(input).delete(keyOf(input.Key))
        return {}
      case "BatchWriteCommand":
        for (const { DeleteRequest } of Object.values(input.RequestItems).flat()) {
          this.watchers.delete(keyOf(DeleteRequest.Key))
        }
        return {}
      case "QueryCommand":
        return { Items: this.#query(input) }
      default:
        throw new Error(`${command} is not supported.`)
    }
  }

  #put(input: Input): object {
    const table = this.#table(input)
    const key = keyOf(input.Item)
    check(input, table.get(key))
    table.set(key, input.Item)
    return {}
  }

  #update(input: Input): object {
    const table = this.#table(input)
    const key = keyOf(input.Key)
    const before = table.get(key)
    check(input, before)
    const item = updated(input.UpdateExpression, before ?? input.Key, input)
    table.set(key, item)
    if (item.finishedAt !== undefined) this.ends.set(key, item)
    return input.ReturnValues === undefined ? {} : { Attributes: item }
  }

  #query(input: Input): Item[] {
    const items = [...this.#table(input).values()].filter((item) => {
      return meets(input.KeyConditionExpression, item, input) && meets(input.FilterExpression, item, input)
    })
    // The index has only the keys.
    if (input.IndexName === undefined) return items
    return items.map(({ documentId, connectionId }) => ({ documentId, connectionId }))
  }

  #table({ TableName }: Input): Map<string, Item> {
    return TableName.startsWith(documentsTableName) ? this.documents : this.watchers
  }
}

function check(input: Input, item: Item | undefined): void {
  if (meets(input.ConditionExpression, item, input)) return
  throw new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata: {} })
}

function keyOf({ documentId, connectionId }: Item): string {
  return connectionId === undefined ? String(documentId) : `${documentId}\0${connectionId}`
}
