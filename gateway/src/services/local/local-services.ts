// Composes the services that the gateway itself implements, behind one endpoint.
import { randomUUID } from "node:crypto"
import type { Definition } from "../../definition/definition.ts"
import type { LocalServiceName } from "../../definition/permission.ts"
import type { StreamSource } from "../../definition/stream-source.ts"
import type { Clock } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import type { Authenticate } from "../authenticate.ts"
import { createDeliver, type Deliver, type DeliveryPorts } from "../deliver.ts"
import { type BusEvent, busEvent, type EventContent } from "../eventbridge/event.ts"
import { createEventBuses } from "../eventbridge/event-buses.ts"
import { createEventsService } from "../eventbridge/events-service.ts"
import { createSchedules } from "../eventbridge/schedules.ts"
import type { ServiceCalls } from "../front/service-calls.ts"
import { createDataStreams } from "../kinesis/data-streams.ts"
import { createKinesisService } from "../kinesis/kinesis-service.ts"
import { createKinesisSource } from "../kinesis/kinesis-source.ts"
import { createInvokeService, type InvokePorts } from "../lambda-invoke/invoke.ts"
import { createSecretsService } from "../secrets-manager/secrets-service.ts"
import { createSnsService } from "../sns/sns-service.ts"
import { createTopics } from "../sns/topics.ts"
import { createSsmService } from "../ssm/ssm-service.ts"
import { createExecutions, type ExecutionsOptions } from "../step-functions/executions.ts"
import { createStepFunctionsService } from "../step-functions/service.ts"
import { createTaskTokens } from "../step-functions/task-tokens.ts"
import { type LocalServicesFront, startLocalServicesFront } from "./local-services-front.ts"

export type FunctionPorts = Pick<InvokePorts, "invoke" | "invokeAsync">

export type LocalServicesOptions = {
  region: string
  awsHost(service: LocalServiceName): string
  authenticate: Authenticate
  calls: ServiceCalls
  functions: FunctionPorts
  sendToQueue: DeliveryPorts["sendToQueue"]
  stepFunctions: Pick<ExecutionsOptions, "callService" | "jsonata" | "onEvent">
  /** Values of parameters and secrets by name. */
  parameterValues: ReadonlyMap<string, string>
  clock: Clock
  log: Log
}

export type LocalServices = {
  deliver: Deliver
  /** Puts an event of an AWS service on the default bus. */
  putServiceEvent(content: EventContent): void
  /** Reads the Kinesis streams for event source mappings. */
  dataStreams: StreamSource
  use(definition: Definition): void
  /** Opens the endpoint, once. */
  open(): Promise<string>
  stopSchedules(): void
  /** Closes the endpoint, and waits for the deliveries that have begun. */
  close(): Promise<void>
}

/** The name of each service in `AWS_ENDPOINT_URL_<SERVICE>`. */
export const localEndpointNames: ReadonlyMap<LocalServiceName, string> = new Map([
  ["events", "eventbridge"],
  ["kinesis", "kinesis"],
  ["lambda", "lambda"],
  ["secretsmanager", "secrets-manager"],
  ["sns", "sns"],
  ["ssm", "ssm"],
  ["states", "sfn"],
])

export function createLocalServices(options: LocalServicesOptions): LocalServices {
  const { awsHost, authenticate, calls, functions, sendToQueue, parameterValues: values, clock, log } = options
  let used: Definition | undefined
  let front: Promise<LocalServicesFront> | undefined
  const startedAt = clock.now()
  const place = () => {
    const { accountId = "000000000000", region = options.region, partition = "aws" } = used ?? {}
    return { accountId, region, partition }
  }
  const arnIn = (service: string, resource: string) => {
    const { accountId, region, partition } = place()
    return `arn:${partition}:${service}:${region}:${accountId}:${resource}`
  }
  const hasFunction = (functionArn: string) =>
    used?.functions.some(({ arn }) => functionArn === arn || functionArn.startsWith(`${arn}:`)) ?? false
  const topics = createTopics({ sendToQueue, invokeAsync: functions.invokeAsync, hasFunction, clock, log })
  const tokens = createTaskTokens(clock)
  const executions = createExecutions({ ...options.stepFunctions, clock, log, tokens })
  const buses = createEventBuses({
    // Each calls the other: deliveries can put events on buses.
    deliver: (...delivery) => deliver(...delivery),
    defaultBusArn: () => arnIn("events", "event-bus/default"),
    log,
  })
  const deliver = createDeliver({
    sendToQueue,
    invokeAsync: functions.invokeAsync,
    hasFunction,
    async publish(topicArn, message, { subject, groupId, deduplicationId, attributes = {} }) {
      const ofMessage = new Map(Object.entries(attributes))
      topics.publish(topicArn, { message, subject, attributes: ofMessage, groupId, deduplicationId })
    },
    async putOnBus(busArn, body) {
      buses.putOn(busArn, JSON.parse(body) as BusEvent)
    },
    startExecution(machineArn, input) {
      const machine = used?.stateMachines.find(({ arn }) => machineArn === arn || machineArn.startsWith(`${arn}:`))
      if (!machine) throw new Error(`State machine not found: ${machineArn}`)
      // Before it is started: an input that is not JSON goes to the dead-letter queue.
      JSON.parse(input)
      executions.start(machine, randomUUID(), input)
    },
  })
  const schedules = createSchedules({
    runRule: buses.run,
    putOnBus: buses.putOn,
    deliver,
    place,
    clock,
    log,
  })
  const streams = createDataStreams(clock, log)
  const parameterArn = (name: string) => arnIn("ssm", `parameter${name.startsWith("/") ? name : `/${name}`}`)
  const services = [
    createInvokeService({ ...functions, functions: () => used?.functions ?? [] }),
    createEventsService({ buses, place, clock }),
    createKinesisService({
      streams,
      arnOf: (name) => arnIn("kinesis", `stream/${name}`),
      accountId: () => place().accountId,
      clock,
    }),
    createSnsService(topics),
    createSsmService({ parameters: () => used?.parameters ?? [], values, arnOf: parameterArn, startedAt }),
    createSecretsService({
      secrets: () => used?.secrets ?? [],
      values,
      arnOf: (name) => arnIn("secretsmanager", `secret:${name}-000000`),
      startedAt,
    }),
    createStepFunctionsService({ machines: () => used?.stateMachines ?? [], executions, tokens }),
  ]

  return {
    deliver,
    putServiceEvent: (content) => buses.put("default", busEvent(content, place())),
    dataStreams: createKinesisSource({ streams, functions: () => used?.functions ?? [] }),
    use(definition) {
      used = definition
      streams.use(definition.dataStreams)
      topics.use(definition.topics, definition.subscriptions)
      buses.use(definition.eventBuses, definition.rules)
      schedules.use(definition.rules, definition.schedules)
    },
    async open() {
      front ??= startLocalServicesFront({ services, awsHost, authenticate, calls, log })
      return (await front).endpoint
    },
    stopSchedules: schedules.close,
    async close() {
      await executions.close()
      await (await front)?.close()
      await buses.close()
      await topics.close()
    },
  }
}
