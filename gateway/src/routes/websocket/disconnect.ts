// Runs `$disconnect` after a connection has ended. AWS: its result has no effect (disconnect-result-ignored)
import type { Connection, Ending } from "../../connections/connection.ts"
import { internalServerError } from "../failure.ts"
import { callBackend } from "../integrations/backend.ts"
import { invokeLambda } from "../integrations/lambda-proxy.ts"
import { messageRequest } from "../integrations/route-request.ts"
import type { RoutePorts } from "../ports.ts"
import type { Stamp } from "../stamp.ts"
import type { WebSocketStageRuntime } from "./api-runtime.ts"
import { disconnectEvent } from "./event.ts"
import { recordFailure, reportBug, startTransaction, subjectOf } from "./transaction.ts"

/** Never rejects: a bug is reported. */
export async function disconnect(
  stage: WebSocketStageRuntime,
  { connection, ending }: { connection: Connection; ending: Ending },
  ports: RoutePorts,
): Promise<void> {
  const { facts } = connection
  const stamp: Stamp = { requestId: ports.ids.requestId(), requestTimeEpoch: ports.clock.now() }
  const route = stage.routes.get("$disconnect")
  const transaction = startTransaction({
    stage,
    facts,
    stamp,
    routeKey: "$disconnect",
    eventType: "DISCONNECT",
    settings: route?.settings ?? stage.settings,
  })
  const { record } = transaction
  if (route && ports.faults.isSet && ports.faults.skipsDisconnect(subjectOf(transaction))) return
  record.context.disconnectStatusCode = ending.code
  record.context.disconnectReason = ending.reason
  record.context.status = 200
  try {
    if (route?.backend) {
      const call = { resourcePath: route.resourcePath, request: messageRequest(""), stage, record, isRequired: false }
      const outcome = await callBackend(route.backend, call, ports)
      if ("failure" in outcome) recordFailure(record, outcome.failure)
    } else if (route?.integration) {
      record.requestBody = disconnectEvent(transaction, ending)
      const result = await invokeLambda(route, transaction, ports)
      if (result.outcome !== "succeeded") {
        const blame = result.outcome === "failed" && result.why === "configuration" ? "execution" : "integration"
        recordFailure(record, { status: 500, message: internalServerError, blame, log: result.log })
      }
    }
    ports.record(record)
  } catch (error) {
    reportBug(transaction, error, ports.log)
  }
}
