// Charges an order, in the place of a payment service: what costs more than 100 is declined.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge"
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb"

const { BUS, ORDERS } = process.env
const orders = DynamoDBDocumentClient.from(new DynamoDBClient())
const events = new EventBridgeClient()

export async function handler({ detail }) {
  await publish(detail, "pending")
  const outcome = detail.cents > 10_000 ? "declined" : "paid"
  await orders.send(new PutCommand({ TableName: ORDERS, Item: { ...detail, outcome } }))
  await publish(detail, outcome)
}

async function publish({ order, customer }, outcome) {
  const entry = { Source: "payment", DetailType: "payment", Detail: JSON.stringify({ order, customer, outcome }) }
  const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName: BUS }] }))
  if (FailedEntryCount > 0) throw new Error(`the event for order ${order} was not accepted`)
}
