// The REQUEST authorizer of `$connect`: exchanges the ticket in the query for the session that it was issued to.
//
// The event is never logged, because it contains the ticket.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent, Context } from "aws-lambda"
import type { TicketsTable } from "../storage/tickets-table.ts"

export type TicketAuthorizerDependencies = { tickets: Pick<TicketsTable, "redeem">; logger: Logger }

/** AWS: a Deny is 403; an error is 500, and counts as a failure of the function (permissions-authorizer-failure) */
export function createTicketAuthorizer({ tickets, logger }: TicketAuthorizerDependencies) {
  return async (event: APIGatewayRequestAuthorizerEvent, context: Context): Promise<APIGatewayAuthorizerResult> => {
    logger.addContext(context)
    logger.resetKeys()
    logger.appendKeys({ connectionId: event.requestContext.connectionId })
    const session = await tickets.redeem(event.queryStringParameters?.ticket ?? "")
    logger.info(session ? "ticket accepted" : "ticket rejected")
    if (!session) return result("Deny", "unknown", event.methodArn)
    const { userId, expiresAt } = session
    return { ...result("Allow", userId, event.methodArn), context: { sub: userId, exp: expiresAt } }
  }
}

function result(Effect: "Allow" | "Deny", principalId: string, methodArn: string): APIGatewayAuthorizerResult {
  const statement = { Action: "execute-api:Invoke", Effect, Resource: methodArn }
  return { principalId, policyDocument: { Version: "2012-10-17", Statement: [statement] } }
}
