// Closes the connections whose session has ended. Their clients connect again with new tickets, if they are signed in.
import type { Logger } from "@aws-lambda-powertools/logger"
import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
} from "@aws-sdk/client-apigatewaymanagementapi"
import type { WatchersTable } from "../storage/watchers-table.ts"

/** The rest is closed with the next push, because these connections are still watchers then. */
const closedPerPush = 100

export type EndSessionsOptions = {
  client: Pick<ApiGatewayManagementApiClient, "send">
  watchers: Pick<WatchersTable, "forgetConnection">
  logger: Pick<Logger, "warn">
}

/** It never fails. */
export type EndSessions = (connectionIds: readonly string[]) => Promise<void>

export function createEndSessions({ client, watchers, logger }: EndSessionsOptions): EndSessions {
  return async (connectionIds) => {
    await Promise.all(connectionIds.slice(0, closedPerPush).map(endSession))
  }

  async function endSession(connectionId: string): Promise<void> {
    try {
      await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId })).catch(ignoreGone)
      await watchers.forgetConnection(connectionId)
    } catch (error) {
      logger.warn("connection of an ended session not closed", { watcher: connectionId, error })
    }
  }
}

// AWS: a connection that is gone is 410, whose body may not name the error (system-gone)
function ignoreGone(error: unknown): void {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  if (!(error instanceof GoneException) && status !== 410) throw error
}
