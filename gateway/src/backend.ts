// Creates the functions and the services that they use. They call each other, so they are created together.
import type { Credentials } from "./definition/credentials.ts"
import type { Deployment } from "./deployment/deployment.ts"
import type { LocalAddresses } from "./edge/local-addresses.ts"
import type { Faults } from "./faults/faults.ts"
import type { GatewayContext } from "./gateway-context.ts"
import type { GatewayOptions } from "./gateway-options.ts"
import type { CredentialStore } from "./iam/credentials.ts"
import type { Guard } from "./iam/guard.ts"
import { createEventSourceMappings, type EventSourceMappings } from "./lambda/event-source-mapping.ts"
import { createLambda, type Lambda } from "./lambda/lambda-service.ts"
import { executionEvent } from "./observe/gateway-event.ts"
import { type CustomResources, createCustomResources } from "./services/cloudformation/custom-resources.ts"
import { createServices, type Services } from "./services/services.ts"

export type Backend = {
  lambda: Lambda
  services: Services
  eventSources: EventSourceMappings
  customResources: CustomResources
  /** Stops polling, waits for running invocations until `lambda.kill`, then closes the services. */
  close(): Promise<void>
}

export type BackendOptions = {
  options: GatewayOptions
  context: GatewayContext
  /** The deployment that is served now. */
  deployment(): Deployment
  addresses: LocalAddresses
  keys: CredentialStore
  guard: Guard
  /** Signs the gateway's own requests. */
  administrator: Credentials
  faults: Faults
}

export function createBackend(parts: BackendOptions): Backend {
  const { options, context, deployment, addresses, keys, guard, administrator, faults } = parts
  const { log, report, reportLine, recorder, live, clock: movableClock, steadyClock: clock } = context
  const { region, accountId, urlSuffix } = deployment().definition
  const services = createServices({
    region,
    urlSuffix,
    clock,
    movableClock,
    log,
    dataDir: options.dataDir,
    externalEndpoints: options.endpoints,
    users: options.users,
    parameterValues: new Map(Object.entries(options.parameterValues ?? {})),
    localize: addresses.localize,
    authenticate: guard.authenticate,
    administrator,
    onCall: recorder.recordCall,
    onExecutionEvent: (execution, event) => report(executionEvent(execution, event)),
  })
  const customResources = createCustomResources({
    urlSuffix,
    areSkipped: options.customResources === "skip",
    dataDir: options.dataDir,
    clock,
    log,
  })
  const lambda = createLambda({
    region,
    accountId,
    clock,
    movableClock,
    log,
    faults,
    endpoints: services.environment,
    network: () => ({ ...services.network(), ...customResources.network(), ...addresses.hosts() }),
    credentials: (definition) => keys.issue(deployment().access.principalOf(definition)),
    onOutput: reportLine,
    onResult: live.addInvocation,
    deliver: services.deliver,
  })
  // The one cycle between folders: functions call services, and services invoke functions.
  customResources.bindFunctions(lambda)
  services.bindFunctions({
    invoke: (functionArn, payload, functionRequestId) => lambda.invoke(functionArn, payload, { functionRequestId }),
    invokeAsync: lambda.invokeAsync,
  })
  const eventSources = createEventSourceMappings({
    region,
    endpoint: () => services.endpoints.sqs ?? "",
    credentials: services.credentials,
    queueUrl: services.queueUrl,
    streams: services.streams,
    deliver: services.deliver,
    invoke: lambda.invoke,
    clock,
    log,
  })
  return {
    lambda,
    services,
    eventSources,
    customResources,
    async close() {
      await customResources.close()
      await eventSources.close()
      await lambda.close({ drainMs: Number.POSITIVE_INFINITY })
      await services.close()
    },
  }
}
