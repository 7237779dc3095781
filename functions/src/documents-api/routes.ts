// Dispatches the HTTP API's routes, and converts what they return to responses (payload format 2.0).
import { shareTokenHeader } from "@document-insight/protocol"
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda"
import { sessionOfRequest } from "../session.ts"
import { createDocument } from "./create-document.ts"
import { createTicket } from "./create-ticket.ts"
import { deleteDocument } from "./delete-document.ts"
import { readDocument } from "./read-document.ts"
import { readPage } from "./read-page.ts"
import type { DocumentsApiDependencies, RouteResult } from "./route-result.ts"
import { searchDocument } from "./search-document.ts"
import { revokeShare, shareDocument } from "./share-document.ts"
import { unlockDocument } from "./unlock-document.ts"

export function createDocumentsApi(dependencies: DocumentsApiDependencies) {
  const { logger } = dependencies
  return async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    logger.addContext(context)
    logger.resetKeys()
    logger.appendKeys({ routeKey: event.routeKey, ...event.pathParameters })
    try {
      return toResponse(await dispatch(event, dependencies))
    } catch (error) {
      logger.error("request failed", error as Error)
      return toResponse({ statusCode: 500, body: { message: "Something went wrong on our side. Try again." } })
    }
  }
}

async function dispatch(event: APIGatewayProxyEventV2, dependencies: DocumentsApiDependencies): Promise<RouteResult> {
  const { tickets } = dependencies
  const documentId = event.pathParameters?.documentId ?? ""
  const session = tickets && sessionOfRequest(event)
  const request = { documentId, session, shareToken: event.headers?.[shareTokenHeader] }
  switch (event.routeKey) {
    case "POST /documents":
      return createDocument(bodyOf(event), session, dependencies)
    case "GET /documents/{documentId}":
      return readDocument(request, dependencies)
    case "GET /documents/{documentId}/pages/{page}":
      // mutants: equivalent, the route always has a page
      return readPage({ ...request, page: event.pathParameters?.page ?? "" }, dependencies)
    case "POST /documents/{documentId}/password":
      return unlockDocument({ documentId, session, body: bodyOf(event) }, dependencies)
    case "GET /documents/{documentId}/search": {
      const { q: query = "", from } = event.queryStringParameters ?? {}
      return searchDocument({ ...request, query, from }, dependencies)
    }
    case "DELETE /documents/{documentId}":
      return deleteDocument(documentId, session, dependencies)
  }
  if (tickets && session) {
    switch (event.routeKey) {
      case "POST /tickets":
        return createTicket(session, tickets)
      case "POST /documents/{documentId}/share":
        return shareDocument(documentId, session, dependencies)
      case "DELETE /documents/{documentId}/share":
        return revokeShare(documentId, session, dependencies)
    }
  }
  return { statusCode: 404, body: { message: `There is no ${event.routeKey} in this API.` } }
}

function bodyOf(event: APIGatewayProxyEventV2): string {
  const body = event.body ?? ""
  return event.isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body
}

function toResponse(result: RouteResult): APIGatewayProxyStructuredResultV2 {
  const headers = { "cache-control": "no-store" }
  if (result.statusCode === 204) return { statusCode: 204, headers }
  return {
    statusCode: result.statusCode,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(result.body),
  }
}
