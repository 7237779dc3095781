// Sends each review of the topic to the subscriptions to its product, as their operations select.
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import { execute, parse } from "graphql"
import type { SNSEvent } from "./events.ts"
import { type Review, schema } from "./schema.ts"
import { removeSubscription, type Subscription, subscriptionsTo } from "./subscriptions.ts"

const { ENDPOINT = "" } = process.env
const management = new ApiGatewayManagementApiClient({ endpoint: ENDPOINT })

export async function handler({ Records }: SNSEvent) {
  for (const { Sns } of Records) {
    const review: Review = JSON.parse(Sns.Message)
    const subscriptions = await subscriptionsTo(review.product)
    await Promise.all(subscriptions.map((subscription) => publish(subscription, review)))
  }
}

async function publish({ connectionId, id, operation }: Subscription, review: Review): Promise<void> {
  const payload = await execute({
    schema,
    document: parse(operation.query),
    rootValue: { reviewAdded: review },
    variableValues: operation.variables,
    operationName: operation.operationName,
  })
  const Data = JSON.stringify({ type: "next", id, payload })
  try {
    await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }))
  } catch (error) {
    if (!(error instanceof GoneException)) throw error
    await removeSubscription(connectionId, id)
  }
}
