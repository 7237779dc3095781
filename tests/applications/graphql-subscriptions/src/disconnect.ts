import type { APIGatewayProxyEvent } from "./events.ts"
import { removeSubscription, subscriptionsOf } from "./subscriptions.ts"

export async function handler({ requestContext: { connectionId } }: APIGatewayProxyEvent) {
  const subscriptions = await subscriptionsOf(connectionId)
  await Promise.all(subscriptions.map(({ id }) => removeSubscription(connectionId, id)))
  console.log(`removed ${subscriptions.length} subscriptions`)
  return { statusCode: 200 }
}
