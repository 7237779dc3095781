// What the authorization of a request to an HTTP API reads, and what it decides.
import type { ApiEnvironment } from "../../definition/api.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import type { HttpStageRuntime } from "./api-runtime.ts"
import type { HttpEventSource } from "./event.ts"
import type { HttpRequest, HttpResponse } from "./request.ts"
import type { RequestAuthorizer } from "./request-authorizer.ts"

export type HttpAuthorization =
  | { outcome: "allowed"; authorizer?: RequestAuthorizer }
  /** `cause`: `$context.authorizer.error`. */
  | { outcome: "rejected"; response: HttpResponse; cause: string }

export type HttpAuthorizationAttempt = {
  environment: ApiEnvironment
  stage: HttpStageRuntime
  request: HttpRequest
  record: TransactionRecord
  /** Method and path of the request without the stage, as in execute-api ARNs: `GET/documents/1`. */
  resourcePath: string
  /** For the event of a Lambda authorizer. */
  eventSource: HttpEventSource
}
