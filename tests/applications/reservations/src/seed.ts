// The two functions of the provider: one writes the seats, the other one checks that all of them are there.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb"

type ProviderEvent = { RequestType: "Create" | "Update" | "Delete"; ResourceProperties: { Count: string } }

const TableName = process.env.TABLE_NAME
const table = DynamoDBDocumentClient.from(new DynamoDBClient())

export async function onEvent({ RequestType, ResourceProperties: { Count } }: ProviderEvent) {
  const seats = seatsOf(Count)
  if (RequestType !== "Delete") {
    await Promise.all(seats.map((id) => table.send(new PutCommand({ TableName, Item: { id } }))))
  }
  return { PhysicalResourceId: "seats", Data: { Seats: seats.join() } }
}

export async function isComplete({ ResourceProperties: { Count } }: ProviderEvent) {
  const found = await Promise.all(seatsOf(Count).map((id) => table.send(new GetCommand({ TableName, Key: { id } }))))
  return { IsComplete: found.every(({ Item }) => Item) }
}

function seatsOf(count: string): string[] {
  return Array.from({ length: Number(count) }, (_, index) => `seat ${index + 1}`)
}
