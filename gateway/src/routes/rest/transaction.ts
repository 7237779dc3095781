// One request to a REST API while it is being handled, with its record.
import type { TransactionRecord } from "../../definition/record.ts"
import { newHttpRecord } from "../http/record.ts"
import type { HttpRequest } from "../http/request.ts"
import type { Stamp } from "../stamp.ts"
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

export function newRestRecord(stage: RestStageRuntime, request: HttpRequest, stamp: Stamp): TransactionRecord {
  const record = newHttpRecord(stage, request, stamp)
  const { definition } = stage
  return {
    ...record,
    isRest: true,
    context: {
      ...record.context,
      accountId: stage.api.environment.accountId,
      deploymentId: definition.deploymentId,
      domainPrefix: request.domainName.split(".")[0],
    },
  }
}
