// Creates the functions of other rooms that the routes need: invocations, requests of integrations, permissions, records.
import { randomInt } from "node:crypto"
import type { Backend } from "./backend.ts"
import { createIds } from "./connections/ids.ts"
import type { Deployment } from "./deployment/deployment.ts"
import { createRoleCredentials, routePermissions } from "./deployment/permissions.ts"
import { createBackendClient } from "./edge/backend-client.ts"
import type { LocalAddresses } from "./edge/local-addresses.ts"
import type { GatewayContext } from "./gateway-context.ts"
import type { CredentialStore } from "./iam/credentials.ts"
import type { Guard } from "./iam/guard.ts"
import type { AssumingService } from "./iam/role-access.ts"
import { createFindKey } from "./routes/http/issuer-keys.ts"
import type { RoutePorts } from "./routes/ports.ts"
import { createAccountThrottle } from "./routes/throttling/account.ts"

export type RoutePortsOptions = {
  context: GatewayContext
  /** The deployment that is served now. */
  deployment(): Deployment
  backend: Pick<Backend, "lambda" | "services">
  addresses: Pick<LocalAddresses, "hosts">
  keys: CredentialStore
  guard: Guard
  faults: RoutePorts["faults"]
}

/** Disposing closes the connections of integrations to their backends. */
export function createRoutePorts(options: RoutePortsOptions): { ports: RoutePorts } & Disposable {
  const { context, deployment, backend, addresses, keys, guard, faults } = options
  const { clock, steadyClock, quotas, log, recorder } = context
  const { urlSuffix } = deployment().definition
  const { lambda, services } = backend
  const clientOptions = {
    clock: steadyClock,
    urlSuffix,
    hosts: () => ({ ...services.network(), ...addresses.hosts() }),
    endpoint: services.endpoint,
  }
  const credentialsOf = (service: AssumingService) => createRoleCredentials(deployment, keys, service)
  const client = createBackendClient({ ...clientOptions, credentialsOf: credentialsOf("apigateway.amazonaws.com") })
  const tasks = createBackendClient({ ...clientOptions, credentialsOf: credentialsOf("states.amazonaws.com") })
  services.bindTaskRequests(tasks.callService)
  const ports: RoutePorts = {
    clock,
    steadyClock,
    faults,
    quotas,
    log,
    record: recorder.record,
    ids: createIds(clock.now, randomInt(0x10000)), // mutants: equivalent, ids have the lowest 16 bits of it
    account: createAccountThrottle({ clock, quotas }),
    invoke: lambda.invoke,
    invokeAsync: lambda.invokeAsync,
    sendRequest: client.sendRequest,
    callService: client.callService,
    findKey: createFindKey({ clock, sendRequest: client.sendRequest }),
    ...routePermissions(deployment, guard),
  }
  return {
    ports,
    [Symbol.dispose]() {
      client.close()
      tasks.close()
    },
  }
}
