// The table of subscriptions: an item has the operation that is executed for each review of a product.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb"

export type Operation = { query: string; variables?: Record<string, unknown>; operationName?: string }
export type Subscription = { connectionId: string; id: string; product: string; operation: Operation }

const TableName = process.env.SUBSCRIPTIONS
const tables = DynamoDBDocumentClient.from(new DynamoDBClient())

/** @throws ConditionalCheckFailedException when the connection has a subscription with this id */
export async function addSubscription(subscription: Subscription): Promise<void> {
  const ConditionExpression = "attribute_not_exists(id)"
  await tables.send(new PutCommand({ TableName, Item: subscription, ConditionExpression }))
}

export async function removeSubscription(connectionId: string, id: string): Promise<void> {
  await tables.send(new DeleteCommand({ TableName, Key: { connectionId, id } }))
}

export async function subscriptionsTo(product: string): Promise<Subscription[]> {
  return find({ IndexName: "by-product", KeyConditionExpression: "product = :value", value: product })
}

export async function subscriptionsOf(connectionId: string): Promise<Subscription[]> {
  return find({ KeyConditionExpression: "connectionId = :value", value: connectionId })
}

async function find({ value, ...input }: { IndexName?: string; KeyConditionExpression: string; value: string }) {
  const { Items } = await tables.send(
    new QueryCommand({ TableName, ...input, ExpressionAttributeValues: { ":value": value } }),
  )
  return (Items ?? []) as Subscription[]
}
