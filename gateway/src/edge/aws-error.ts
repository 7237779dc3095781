// Sends the errors of WebSocket APIs and `@connections`, in the format that the AWS SDKs read.
import type { ServerResponse } from "node:http"

// AWS: the name of an error is in `x-amzn-ErrorType`, from which the SDKs read it (post-gone-answer)
const statuses = new Map([
  ["BadRequestException", 400],
  ["GoneException", 410],
  ["PayloadTooLargeException", 413],
  ["LimitExceededException", 429],
])

/** Every other error is a missing or insufficient authorization: 403. */
export function statusOf(errorType: string): number {
  return statuses.get(errorType) ?? 403
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
