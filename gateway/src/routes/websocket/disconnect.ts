// A DISCONNECT event: a connection has ended, whoever ended it. Best effort; the result is ignored.
// AWS: its result has no effect (disconnect-result-ignored)
import type { Connection, Ending } from "../../connections/connection.ts"
import { integrate } from "../integrations/lambda-proxy.ts"
import type { RoutePorts } from "../ports.ts"
import type { ServedStage } from "../stage-runtime.ts"
import type { Stamp } from "../stamp.ts"
import { recordFailure, startTransaction } from "../transaction.ts"
import { disconnectEvent } from "./event.ts"

export async function disconnect(
  stage: ServedStage,
  connection: Connection,
  ending: Ending,
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
  record.context.disconnectStatusCode = ending.code
  record.context.disconnectReason = ending.reason
  record.context.status = 200
  const integration = route?.definition.integration
  if (route && integration) {
    record.requestBody = disconnectEvent(transaction, ending)
    const result = await integrate(integration, transaction, ports)
    if (result.outcome !== "answered") {
      const blame = result.outcome === "failed" && result.why === "configuration" ? "execution" : "integration"
      recordFailure(record, { status: 500, message: "Internal server error", blame, log: result.log })
    }
  }
  ports.record(record)
}
