// AWS's own errors over HTTP: one name, one status, one shape.
import type { ServerResponse } from "node:http"

// AWS: the name of an error is in `x-amzn-ErrorType`, from which the SDKs read it (post-gone-answer)
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

/** AWS: 410 and 413 have an empty body (post-gone-answer, post-too-large-answer) */
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
