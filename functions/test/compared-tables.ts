// Shows that the tables in memory do what those of DynamoDB do: each request of a test is made to both.
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { expect } from "vitest"
import { MemoryTables } from "./memory-tables.ts"

type Output = { Item?: object; Attributes?: object; Items?: { documentId: string; connectionId: string }[] }

/** @returns a client with the responses of `client`, each of which must be that of new tables in memory, too */
export function comparedWithMemory(client: DynamoDBDocumentClient): DynamoDBDocumentClient {
  const memory = new MemoryTables().client()
  const compared: DynamoDBDocumentClient = Object.create(client)
  compared.send = async (command: never) => {
    const [expected, actual] = await Promise.allSettled([client.send(command), memory.send(command)])
    expect(contentOf(actual)).toEqual(contentOf(expected))
    if (expected.status === "rejected") throw expected.reason
    return expected.value as never
  }
  return compared
}

function contentOf(result: PromiseSettledResult<object>): object {
  if (result.status === "rejected") return { error: result.reason.name }
  const { Item, Attributes, Items } = result.value as Output
  // Tables in memory return rows in the order in which they were written.
  return { Item, Attributes, Items: Items && new Set(Items) }
}
