// The notifier of a deployed function that changes documents, created from its environment variables.
import type { Logger } from "@aws-lambda-powertools/logger"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import type { SQSClient } from "@aws-sdk/client-sqs"
import { systemClock } from "../clock.ts"
import type { NotifierEnvironment } from "../environment.ts"
import type { DocumentsTable } from "../storage/documents-table.ts"
import { createQueue } from "../storage/queue.ts"
import type { WatchersTable } from "../storage/watchers-table.ts"
import { createConnectionsClient } from "./connections-client.ts"
import { createEndSessions } from "./end-sessions.ts"
import { createPostToWatchers } from "./post-to-watchers.ts"
import { createProgressNotifier, type ProgressNotifier } from "./progress-notifier.ts"
import { createRateLimit } from "./rate-limit.ts"

export type DeployedNotifierOptions = {
  environment: NotifierEnvironment
  documents: DocumentsTable
  watchers: WatchersTable
  sqs: SQSClient
  logger: Logger
}

export function createDeployedNotifier(options: DeployedNotifierOptions): ProgressNotifier {
  const { environment, documents, watchers, sqs, logger } = options
  const postToWatchers = createPostToWatchers({
    connections: createConnectionsClient(environment.callbackUrl),
    watchers,
    rateLimit: createRateLimit(environment.postsPerSecond, systemClock),
    logger,
    clock: systemClock,
  })
  const management = new ApiGatewayManagementApiClient({
    endpoint: environment.callbackUrl,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
  })
  return createProgressNotifier({
    postToWatchers,
    endSessions: createEndSessions({ client: management, watchers, logger }),
    watchers,
    documents,
    pushes: createQueue(sqs, environment.pushQueueUrl),
    sharedPostsPerSecond: environment.sharedPostsPerSecond,
    logger,
    clock: systemClock,
  })
}
