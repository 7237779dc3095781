// The session of a request or a connection: who is signed in, and until when.
import type { APIGatewayProxyEventV2, APIGatewayProxyWebsocketEventV2 } from "aws-lambda"

export type Session = {
  /** The `sub` of the user's tokens, which never changes. */
  userId: string
  /** When the access token expires, in epoch seconds. */
  expiresAt: number
}

/**
 * The session of an HTTP request, whose token the JWT authorizer verified.
 * @throws Error when there is none: the route has no authorizer, and must not be served without one.
 */
export function sessionOfRequest(event: APIGatewayProxyEventV2): Session {
  const { authorizer } = event.requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } }
  return sessionIn(authorizer?.jwt?.claims, "request")
}

/**
 * The session of a connection, which the ticket authorizer passed on when it was opened.
 * @throws Error when there is none, as above.
 */
export function sessionOfConnection(event: APIGatewayProxyWebsocketEventV2): Session {
  const { authorizer } = event.requestContext as { authorizer?: Record<string, unknown> }
  return sessionIn(authorizer, "connection")
}

/** API Gateway passes claims and context on as strings. */
function sessionIn(claims: Record<string, unknown> | undefined, what: string): Session {
  const userId = claims?.sub
  const expiresAt = Number(claims?.exp)
  if (typeof userId === "string" && userId !== "" && Number.isFinite(expiresAt)) return { userId, expiresAt }
  throw new Error(`The ${what} has no session, although sign-in is required. Check the authorizer of its route.`)
}
