// AWS's own errors over HTTP: one name, one status, one shape.
import type { ServerResponse } from "node:http"

// AWS: section 7. The name travels in `x-amzn-ErrorType`, which is what the SDKs go by.
const statuses: Readonly<Record<string, number>> = {
  BadRequestException: 400,
  ForbiddenException: 403,
  MissingAuthenticationTokenException: 403,
  InvalidSignatureException: 403,
  UnrecognizedClientException: 403,
  ExpiredTokenException: 403,
  AccessDeniedException: 403,
  IncompleteSignatureException: 403,
  GoneException: 410,
  PayloadTooLargeException: 413,
  LimitExceededException: 429,
}

/** @param errorType one that is not listed is a refusal: 403 */
export function statusOf(errorType: string): number {
  return statuses[errorType] ?? 403
}

/** AWS: 410 and 413 have an empty body. [obs; peer, section 7] */
export function sendAwsError(response: ServerResponse, errorType: string, message?: string): void {
  const body = message === undefined ? "" : JSON.stringify({ message })
  response
    .writeHead(statusOf(errorType), {
      "x-amzn-ErrorType": errorType,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    })
    .end(body)
}
