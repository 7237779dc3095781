// A DISCONNECT event: a connection has ended, whoever ended it. Best effort; the result is ignored.
// AWS: [doc, section 6.3]
import type { Connection, Ending } from "../../connections/connection.ts"
import { integrate } from "../integrations/lambda-proxy.ts"
import type { RoutePorts } from "../ports.ts"
import type { ServedStage } from "../stage-runtime.ts"
import { fail, newTransaction } from "../transaction.ts"
import { disconnectEvent, type Stamp } from "./event.ts"

export async function disconnect(
  stage: ServedStage,
  connection: Connection,
  ending: Ending,
  ports: RoutePorts,
): Promise<void> {
  const { facts } = connection
  const stamp: Stamp = { requestId: ports.ids.requestId(), requestTimeEpoch: ports.clock.now() }
  const route = stage.routes.get("$disconnect")
  const transaction = newTransaction(stage, facts, stamp, {
    routeKey: "$disconnect",
    eventType: "DISCONNECT",
    settings: route?.settings ?? stage.settings,
  })
  transaction.context.disconnectStatusCode = ending.code
  transaction.context.disconnectReason = ending.reason
  transaction.context.status = 200
  const integration = route?.definition.integration
  if (route && integration) {
    const event = disconnectEvent(facts, stamp, ending, stage.definition.variables)
    const result = await integrate(integration, event, transaction, ports)
    if (result.outcome !== "answered") {
      const blame = result.outcome === "failed" && result.why === "configuration" ? "execution" : "integration"
      fail(transaction, { status: 500, message: "Internal server error", blame, log: result.log })
    }
  }
  ports.record(transaction)
}
