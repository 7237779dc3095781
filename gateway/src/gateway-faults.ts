// Creates the faults of a gateway, which the API of the gateway and the console set.
import type { ConnectionStore } from "./connections/connection-store.ts"
import type { Deployment } from "./deployment/deployment.ts"
import { createFaultNames } from "./deployment/fault-names.ts"
import { Faults } from "./faults/faults.ts"
import type { GatewayContext } from "./gateway-context.ts"

type FaultParts = {
  context: Pick<GatewayContext, "clock" | "report">
  connections: ConnectionStore
  deployment(): Deployment
}

export function createFaults({ context: { clock, report }, connections, deployment }: FaultParts): Faults {
  return new Faults({
    clock,
    connections: () => connections.all(),
    names: createFaultNames(() => deployment().definition),
    onInjected: (injection) => report({ event: "fault", ...injection }),
  })
}
