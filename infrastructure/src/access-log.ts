// The format of the access logs: one line of JSON per event.

// Every value is quoted, numbers too: API Gateway replaces the variables textually, and writes `-` for an absent one.
// AWS: one line with $context.requestId; the API model allows 1,024 characters, the quota page 3 KB. The format stays
// below the smaller (system-access-log-format)

/** One line per $connect, message, $disconnect and call of @connections. */
export const webSocketAccessLogFormat = jsonLine({
  requestId: "requestId",
  requestTime: "requestTime",
  eventType: "eventType",
  routeKey: "routeKey",
  stage: "stage",
  status: "status",
  connectionId: "connectionId",
  connectedAt: "connectedAt",
  messageId: "messageId",
  sourceIp: "identity.sourceIp",
  userAgent: "identity.userAgent",
  integrationStatus: "integration.status",
  integrationLatency: "integrationLatency",
  integrationError: "integration.error",
  authorizerStatus: "authorizer.status",
  principalId: "authorizer.principalId",
  error: "error.message",
  errorType: "error.responseType",
  validationError: "error.validationErrorString",
  // AWS?: documented for the DISCONNECT event, but not as access log variables; an unknown one renders as `-`
  // (system-access-log-variables)
  disconnectStatusCode: "disconnectStatusCode",
  disconnectReason: "disconnectReason",
})

/**
 * One line per request of the HTTP API. Without `$context.path`: it contains the document's id, which is all that is
 * needed to read or delete the document. The route key has `{documentId}` in its place.
 */
export const httpAccessLogFormat = jsonLine({
  requestId: "requestId",
  requestTime: "requestTime",
  routeKey: "routeKey",
  stage: "stage",
  status: "status",
  sourceIp: "identity.sourceIp",
  userAgent: "identity.userAgent",
  responseLength: "responseLength",
  responseLatency: "responseLatency",
  integrationStatus: "integration.status",
  integrationLatency: "integrationLatency",
  integrationError: "integrationErrorMessage",
  error: "error.message",
  errorType: "error.responseType",
})

function jsonLine(fields: Record<string, string>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(fields).map(([key, name]) => [key, `$context.${name}`])))
}
