// What one line of each API's access log says.

// Values are quoted, numbers too: API Gateway writes the text into the line as it is, and `-` for what is absent.
// AWS: one line, with $context.requestId or extendedRequestId [DG set-up-logging]; the service model of
// apigatewayv2 caps the format at 1,024 characters, the quota page at 3 KB: we stay under the smaller.

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
  // AWS?: in the $disconnect event for certain; not in the documented list of access log variables, where an unknown
  // one renders as `-`.
  disconnectStatusCode: "disconnectStatusCode",
  disconnectReason: "disconnectReason",
})

/** One line per request of the HTTP API. */
export const httpAccessLogFormat = jsonLine({
  requestId: "requestId",
  requestTime: "requestTime",
  routeKey: "routeKey",
  path: "path",
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
