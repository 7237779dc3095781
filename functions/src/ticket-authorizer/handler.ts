// The Lambda handler of the `$connect` authorizer: creates the client, and connects it to the authorizer.
import { Logger } from "@aws-lambda-powertools/logger"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { ticketAuthorizerEnvironment } from "../environment.ts"
import { routeRequestLimits } from "../request-limits.ts"
import { createTicketsTable } from "../storage/tickets-table.ts"
import { createTicketAuthorizer } from "./authorize-ticket.ts"

const { ticketsTableName } = ticketAuthorizerEnvironment()

export const handler = createTicketAuthorizer({
  tickets: createTicketsTable(
    DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: routeRequestLimits })),
    ticketsTableName,
  ),
  logger: new Logger(),
})
