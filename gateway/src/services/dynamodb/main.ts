// The process of the stand-in for DynamoDB.
import { dynamoDbPackages, loadOptional } from "../optional-packages.ts"
import { runStandIn } from "../stand-in/run-stand-in.ts"

void runStandIn(async (settings) => {
  const { startDynamoDb } = await loadOptional(() => import("./stand-in.ts"), dynamoDbPackages)
  return startDynamoDb(settings)
})
