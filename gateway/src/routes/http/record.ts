// Begins the record of a request to an HTTP or a REST API.
import type { StageDefinition } from "../../definition/api.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import { requestTime, type Stamp } from "../stamp.ts"
import { firstHeader, type HttpRequest } from "./request.ts"

type RecordedStage = { apiId: string; definition: StageDefinition; settings: TransactionRecord["settings"] }

/** The route is set when it is selected. */
export function newHttpRecord(
  { apiId, definition, settings }: RecordedStage,
  request: HttpRequest,
  stamp: Stamp,
): TransactionRecord {
  return {
    apiId,
    stage: definition,
    eventType: "HTTP",
    routeKey: undefined,
    settings,
    context: {
      apiId,
      domainName: request.domainName,
      extendedRequestId: stamp.requestId,
      httpMethod: request.method,
      "identity.sourceIp": request.sourceIp,
      "identity.userAgent": firstHeader(request.headers, "user-agent"),
      path: request.path,
      protocol: "HTTP/1.1",
      requestId: stamp.requestId,
      requestTime: requestTime(stamp.requestTimeEpoch),
      requestTimeEpoch: stamp.requestTimeEpoch,
      stage: definition.stageName,
    },
  }
}
