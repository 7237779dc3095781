// One request to a REST API on its way through the stage.
import type { TransactionRecord } from "../../definition/record.ts"
import { firstHeader, type HttpRequest } from "../http/request.ts"
import { requestTime, type Stamp } from "../stamp.ts"
import type { RestMethodRuntime, RestStageRuntime } from "./api-runtime.ts"

export type RestTransaction = {
  stage: RestStageRuntime
  request: HttpRequest
  /** Without the stage. */
  path: string
  stamp: Stamp
  record: TransactionRecord
}

export type RestRequest = {
  transaction: RestTransaction
  method: RestMethodRuntime
  /** The prototype is null. */
  pathParameters: Readonly<Record<string, string>>
}

export function restRecord(stage: RestStageRuntime, request: HttpRequest, stamp: Stamp): TransactionRecord {
  const { apiId, definition } = stage
  return {
    apiId,
    stage: definition,
    eventType: "HTTP",
    isRest: true,
    routeKey: undefined,
    settings: stage.settings,
    context: {
      accountId: stage.api.environment.accountId,
      apiId,
      deploymentId: definition.deploymentId,
      domainName: request.domainName,
      domainPrefix: apiId,
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
