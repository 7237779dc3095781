// The Lambda handler of the queue of pushes: creates the clients, and connects them to the handling of a batch.
import { Logger } from "@aws-lambda-powertools/logger"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { SQSClient } from "@aws-sdk/client-sqs"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { systemClock } from "../clock.ts"
import { progressNotifierEnvironment } from "../environment.ts"
import { queueRequestLimits } from "../request-limits.ts"
import { createQueue } from "../storage/queue.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"
import { createConnectionsClient } from "./connections-client.ts"
import { createPushHandler } from "./handle-pushes.ts"
import { createPostToWatchers } from "./post-to-watchers.ts"
import { removingLater } from "./pushes.ts"
import { createRateLimit } from "./rate-limit.ts"

const environment = progressNotifierEnvironment()
const logger = new Logger()
const requestHandler = queueRequestLimits
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }))
const watchers = createWatchersTable(tables, environment.watchersTableName)
const pushes = createQueue(new SQSClient({ useQueueUrlAsEndpoint: false, requestHandler }), environment.pushQueueUrl)

export const handler = createPushHandler({
  postToWatchers: createPostToWatchers({
    connections: createConnectionsClient(environment.callbackUrl),
    watchers: removingLater(watchers, pushes),
    rateLimit: createRateLimit(environment.postsPerSecond, systemClock),
    logger,
    clock: systemClock,
  }),
  pushes,
  watchers,
  logger,
  clock: systemClock,
})
