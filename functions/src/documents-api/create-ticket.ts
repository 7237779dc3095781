// POST /tickets: returns a single-use ticket that opens one WebSocket connection within a minute.
import type { CreateTicketResponse } from "@document-insight/protocol"
import type { Session } from "../session.ts"
import type { DocumentsApiDependencies, RouteResult } from "./route-result.ts"

/** The ticket is in the response only: it is never logged, and the table has its hash. */
export async function createTicket(
  session: Session,
  tickets: NonNullable<DocumentsApiDependencies["tickets"]>,
): Promise<RouteResult> {
  const { ticket, expiresAtMs } = await tickets.create(session)
  const body: CreateTicketResponse = { ticket, expiresAt: new Date(expiresAtMs).toISOString() }
  return { statusCode: 201, body }
}
