// The functions that APIs invoke and the services that functions use: both call each other, so they are created together.

import type { SessionCredentials } from "./definition/credentials.ts"
import type { InvocationFaults } from "./definition/fault.ts"
import type { FunctionDefinition } from "./definition/lambda.ts"
import type { Clock } from "./foundation/clock.ts"
import { createEventSourceMappings, type EventSourceMappings } from "./lambda/event-source-mapping.ts"
import { createLambda, type Lambda, type LambdaOptions } from "./lambda/lambda-service.ts"
import { createServices, type Services, type ServicesOptions } from "./services/services.ts"

export type Backend = {
  lambda: Lambda
  services: Services
  eventSources: EventSourceMappings
  /** Stops polling, waits for running invocations until `lambda.kill`, then closes the services. */
  close(): Promise<void>
}

export type BackendOptions = ServicesOptions & {
  accountId: string
  credentials(definition: FunctionDefinition): SessionCredentials
  /** Loopback port by host name, for the APIs that functions call. */
  apiHosts(): Record<string, number>
  onOutput: LambdaOptions["onOutput"]
  onResult: LambdaOptions["onResult"]
  faults: InvocationFaults
  /** The clock that users move forward. */
  movableClock: Clock
}

export function createBackend(options: BackendOptions): Backend {
  const { region, clock, log } = options
  const services = createServices(options)
  const lambda = createLambda({
    region,
    accountId: options.accountId,
    clock,
    log,
    endpoints: services.environment,
    network: () => ({ ...services.network(), ...options.apiHosts() }),
    credentials: options.credentials,
    onOutput: options.onOutput,
    onResult: options.onResult,
    faults: options.faults,
    movableClock: options.movableClock,
    deliver: services.deliver,
  })
  // The one cycle between rooms: functions call services, and services notify functions.
  services.bindFunctions({
    invoke: (functionArn, payload, functionRequestId) => lambda.invoke(functionArn, payload, { functionRequestId }),
    invokeAsync: lambda.invokeAsync,
  })
  const eventSources = createEventSourceMappings({
    region,
    endpoint: () => services.endpoints.sqs ?? "",
    credentials: services.credentials,
    queueUrl: services.queueUrl,
    streams: services.tableStreams,
    deliver: services.deliver,
    invoke: lambda.invoke,
    clock,
    log,
  })
  return {
    lambda,
    services,
    eventSources,
    async close() {
      await eventSources.close()
      await lambda.close({ drainMs: Number.POSITIVE_INFINITY })
      await services.close()
    },
  }
}
