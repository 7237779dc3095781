// The services that functions use: starts the stand-ins that a template needs, with its tables, buckets and queues.

import { randomUUID } from "node:crypto"
import { join } from "node:path"
import type { Credentials } from "../definition/credentials.ts"
import type { Definition } from "../definition/definition.ts"
import type { StreamMappingDefinition } from "../definition/lambda.ts"
import type { ServiceCallRecord } from "../definition/record.ts"
import type { StoredData } from "../definition/stored-data.ts"
import type { StreamSource } from "../definition/stream-source.ts"
import type { Clock } from "../foundation/clock.ts"
import { endpointVariable } from "../foundation/endpoint-variable.ts"
import type { Log } from "../foundation/log.ts"
import type { Authenticate } from "./authenticate.ts"
import { awsHost, COGNITO, endpointName, globalS3Host, localHosts } from "./aws-hosts.ts"
import type { UserPools } from "./cognito/user-pools.ts"
import type { Deliver, DeliveryPorts } from "./deliver.ts"
import { neededPermissions as dynamoDbPermissions } from "./dynamodb/needed-permissions.ts"
import { withTableNames } from "./dynamodb/table-arns.ts"
import { createTableStreams } from "./dynamodb/table-streams.ts"
import { createServiceCalls } from "./front/service-calls.ts"
import { type Operation, startServiceFront } from "./front/service-front.ts"
import { createLocalServices, type FunctionPorts, localEndpointNames } from "./local/local-services.ts"
import { dynamoDbPackages, loadOptional, s3Packages, sqsPackages, startAll } from "./optional-packages.ts"
import { type S3Front, startS3Front } from "./s3/front.ts"
import { neededPermissions as sqsPermissions } from "./sqs/needed-permissions.ts"
import type { Queues } from "./sqs/open-queues.ts"
import { queueExists } from "./sqs/queue-exists.ts"
import { queueUrl } from "./sqs/queue-url.ts"
import type { StandIn } from "./stand-in/stand-in-process.ts"
import { createStandIns } from "./stand-in/stand-ins.ts"
import type { EvaluateJsonata } from "./step-functions/evaluate.ts"
import type { ExecutionsOptions } from "./step-functions/executions.ts"
import { sendTaskRequest, type TaskRequests } from "./step-functions/send-task-request.ts"
import { createStoredData } from "./stored-data.ts"
import { usesLocalServices } from "./uses-local-services.ts"

/** By service, as in `AWS_ENDPOINT_URL_<SERVICE>`: `dynamodb`, `bedrock-runtime`. */
export type ServiceEndpoints = {
  dynamodb?: string
  s3?: string
  sqs?: string
  [otherService: string]: string | undefined
}

export type ServicesOptions = {
  region: string
  urlSuffix: string
  clock: Clock
  log: Log
  /** Keeps tables, objects and messages between runs; in memory if it is not given. */
  dataDir?: string | undefined
  /** Checks the signature of every request to a stand-in, and the permissions of its caller. */
  authenticate: Authenticate
  /** Called with each request of a function to a service. */
  onCall?: ((call: ServiceCallRecord) => void) | undefined
  /** Signs the gateway's own requests. */
  administrator: Credentials
  /** Services that the user chose instead of stand-ins. Nothing is created in them. */
  externalEndpoints?: ServiceEndpoints | undefined
  /** The clock that users move forward, for schedules and user pools. Default: `clock`. */
  movableClock?: Clock | undefined
  /** Users of the local user pools beside alice and bob. */
  users?: readonly string[] | undefined
  /** Replaces addresses of AWS with local ones. Default: they stay. */
  localize?(text: string): string
  /** Values of parameters and secrets by name. */
  parameterValues?: ReadonlyMap<string, string> | undefined
  /** Called when an execution starts, when a state fails, and when the execution ends. */
  onExecutionEvent?: ExecutionsOptions["onEvent"] | undefined
}

export type Services = {
  endpoints: ServiceEndpoints
  /** The endpoint of a service by its name in host names; undefined when it is not served. */
  endpoint(service: string): string | undefined
  /** The endpoints as the AWS SDKs' own variables. */
  environment(): Record<string, string>
  /** Loopback ports of the stand-ins by the host names of AWS, which queue URLs and clients without an endpoint use. */
  network(): Record<string, number>
  /** For the gateway's own clients of these endpoints. */
  credentials: Credentials
  /** Sends to a queue, function, topic or bus. */
  deliver: Deliver
  /** What reads the stream of a mapping. Undefined when the service of the stream is not this gateway's. */
  streams(mapping: StreamMappingDefinition): StreamSource | undefined
  /** The URL of a queue at the SQS endpoint. */
  queueUrl(queueArn: string): string
  /**
   * Creates the tables, buckets and queues that a definition adds. Nothing is deleted, and nothing that is served
   * changes before `use`, except for attributes of queues, which are set last.
   */
  createResources(definition: Definition): Promise<void>
  /** The local user pools, once a definition has needed them. */
  userPools(): UserPools | undefined
  /** Applies the CORS rules and notifications of a definition whose resources exist. */
  use(definition: Definition): void
  /** Binds the functions that services invoke. */
  bindFunctions(functions: FunctionPorts): void
  /** Binds what sends the requests of state machines, signed with the credentials of their roles. */
  bindTaskRequests(send: TaskRequests): void
  /** What the stand-ins contain. */
  storedData: StoredData
  close(): Promise<void>
}

const dataPackages = { what: "Data that is kept between runs", packages: [] }
// The major versions of the peer dependencies in package.json.
const jsonataPackages = { what: "State machines with JSONata", packages: ["jsonata@2"] }

/** Creates the services without any stand-in: `createResources` starts those that a definition needs. */
export function createServices(options: ServicesOptions): Services {
  const {
    administrator: credentials,
    clock,
    log,
    region,
    dataDir,
    authenticate,
    externalEndpoints: external = {},
  } = options
  const endpoints: ServiceEndpoints = { ...external }
  const calls = createServiceCalls(clock, options.onCall)
  const opened = new AsyncDisposableStack()
  const standIns = opened.adopt(createStandIns({ region, dataDir, log }), (started) => started.close())
  let used: Definition | undefined
  let s3Front: S3Front | undefined
  let queues: Promise<Queues> | undefined
  let dataFolder: Promise<void> | undefined
  let userPools: UserPools | undefined
  let bound: FunctionPorts | undefined
  let taskRequests: TaskRequests | undefined
  let jsonata: EvaluateJsonata | undefined
  const boundFunctions = () => {
    if (!bound) throw new Error("A service invokes a function before the functions are bound.")
    return bound
  }
  const functions: FunctionPorts = {
    invoke: (functionArn, payload, requestId) => boundFunctions().invoke(functionArn, payload, requestId),
    invokeAsync: async (functionArn, payload) => boundFunctions().invokeAsync(functionArn, payload),
  }

  async function lockDataFolder(folder: string): Promise<void> {
    const { openDataFolder } = await loadOptional(() => import("./data-folder.ts"), dataPackages)
    opened.defer(openDataFolder(folder))
  }

  async function openQueues(endpoint: string): Promise<Queues> {
    const module = await loadOptional(() => import("./sqs/open-queues.ts"), sqsPackages)
    return opened.adopt(module.openQueues({ region, credentials, endpoint }), (created) => created.close())
  }

  const sendToQueue: DeliveryPorts["sendToQueue"] = async (queueArn, body, message = {}) => {
    if (endpoints.sqs === undefined) throw new Error(`${queueArn} cannot be reached: no SQS is served`)
    queues ??= openQueues(endpoints.sqs)
    await (await queues).send(queueArn, body, message)
  }

  const local = createLocalServices({
    region,
    awsHost: (service) => awsHost(options, service),
    authenticate,
    functions,
    sendToQueue,
    calls,
    stepFunctions: {
      callService: (request, caller) => sendTaskRequest(request, caller, taskRequests),
      jsonata: () => jsonata,
      onEvent: (execution, event) => options.onExecutionEvent?.(execution, event),
    },
    parameterValues: options.parameterValues ?? new Map(),
    clock: options.movableClock ?? clock,
    log,
  })

  const tableStreams = createTableStreams({
    standIn: standIns.dynamoDb,
    clock: options.movableClock ?? clock,
    log,
  })

  async function openS3Front(standIn: StandIn): Promise<string> {
    s3Front = await startS3Front({
      standIn,
      awsHost: awsHost(options, "s3"),
      globalHost: globalS3Host(options),
      region,
      buckets: () => used?.buckets ?? [],
      notifications: () => used?.bucketNotifications ?? [],
      authenticate,
      calls,
      outboxFolder: dataDir === undefined ? undefined : join(dataDir, "s3-notifications"),
      targets: { deliver: local.deliver, invokeAsync: functions.invokeAsync, putServiceEvent: local.putServiceEvent },
      clock,
      log,
    })
    return s3Front.endpoint
  }

  async function openFront(service: "dynamodb" | "sqs", standIn: StandIn): Promise<string> {
    const front = await startServiceFront({
      service,
      awsHost: awsHost(options, service),
      standIn,
      authenticate,
      calls,
      ...(service === "dynamodb" && { translate: withTableNames }),
      neededPermissions: (operation) =>
        service === "dynamodb"
          ? dynamoDbPermissions(operation, used?.tables ?? [])
          : permissionsOnQueue(operation, { standIn, queues: used?.queues ?? [] }),
      log,
    })
    opened.defer(front.close)
    return front.endpoint
  }

  async function openLocalServices(): Promise<void> {
    const endpoint = await local.open()
    for (const name of localEndpointNames.values()) endpoints[name] ??= endpoint
  }

  async function createTablesOf({ tables }: Definition): Promise<void> {
    await standIns.createTables(tables)
    endpoints.dynamodb ??= await openFront("dynamodb", await standIns.dynamoDb())
    // For SDKs, the API of streams is another service.
    endpoints["dynamodb-streams"] ??= endpoints.dynamodb
  }

  async function createBucketsOf({ buckets }: Definition): Promise<void> {
    await standIns.createBuckets(buckets)
    endpoints.s3 ??= await openS3Front(await standIns.s3AndSqs())
  }

  async function createQueuesOf(definition: Definition): Promise<void> {
    // Its address is part of the URLs of the queues.
    endpoints.sqs ??= await openFront("sqs", await standIns.s3AndSqs())
    await standIns.createQueues(definition.queues, endpoints.sqs)
    queues ??= openQueues(endpoints.sqs)
    await queues
  }

  async function openUserPools(): Promise<void> {
    const { createUserPools } = await import("./cognito/user-pools.ts")
    const { users, movableClock = clock, localize = (text: string) => text } = options
    const invoke = (functionArn: string, payload: string) => functions.invoke(functionArn, payload, randomUUID())
    userPools ??= opened.adopt(
      createUserPools({ clock: movableClock, log, authenticate, users, localize, invoke }),
      (pools) => pools.close(),
    )
  }

  return {
    endpoints,
    endpoint: (service) => new Map(Object.entries(endpoints)).get(endpointName(service)),
    environment: () =>
      Object.fromEntries(
        Object.entries(endpoints).flatMap(([service, url]) =>
          // SDKs put `sync-` before the host of an endpoint, so functions use the hosts of AWS, which lead here.
          url === undefined || (service === "sfn" && external.sfn === undefined)
            ? []
            : [[endpointVariable(service), url]],
        ),
      ),
    network: () => localHosts(options, endpoints),
    credentials,
    deliver: local.deliver,
    streams({ streamArn }) {
      if (serviceOf(streamArn) === "kinesis") return external.kinesis === undefined ? local.dataStreams : undefined
      return external.dynamodb === undefined ? tableStreams : undefined
    },
    userPools: () => userPools,
    queueUrl: (queueArn) => queueUrl(endpoints.sqs ?? "", queueArn),
    async createResources(definition) {
      if (servesUserPools(definition, external)) await openUserPools()
      const needsTables = external.dynamodb === undefined && definition.tables.length > 0
      const needsBuckets = external.s3 === undefined && definition.buckets.length > 0
      const needsQueues = external.sqs === undefined && definition.queues.length > 0
      if (dataDir !== undefined && (needsTables || needsBuckets || needsQueues)) {
        dataFolder ??= lockDataFolder(dataDir)
        await dataFolder
      }
      // The stand-ins start at the same time. When one fails, what the other begins is closed after it has begun.
      await startAll([
        ...(needsTables ? [{ start: () => createTablesOf(definition), needs: [dynamoDbPackages] }] : []),
        ...(needsBuckets || needsQueues
          ? [
              {
                start: standIns.s3AndSqs,
                needs: [...(needsBuckets ? [s3Packages] : []), ...(needsQueues ? [sqsPackages] : [])],
              },
            ]
          : []),
      ])
      if (definition.stateMachines.some(({ machine }) => JSON.stringify(machine).includes('"JSONata"'))) {
        jsonata ??= (await loadOptional(() => import("./step-functions/jsonata.ts"), jsonataPackages)).evaluateJsonata
      }
      if (needsQueues) await createQueuesOf(definition)
      if (usesLocalServices(definition)) await openLocalServices()
      if (needsBuckets) await createBucketsOf(definition)
    },
    use(definition) {
      used = definition
      userPools?.use(servesUserPools(definition, external) ? definition.userPools : [])
      local.use(definition)
      if (external.dynamodb === undefined) tableStreams.expire(definition.tables)
      for (const service of ["dynamodb", "kinesis"] as const) {
        if (external[service] !== undefined) warnOfExternalStreams(definition, service, log)
      }
      s3Front?.deliverLeft()
    },
    bindFunctions(ports) {
      bound = ports
    },
    bindTaskRequests(send) {
      taskRequests = send
    },
    storedData: createStoredData({
      region,
      credentials,
      endpoint: (service) => (external[service] === undefined ? endpoints[service] : undefined),
      dynamoDb: standIns.dynamoDb,
      s3AndSqs: standIns.s3AndSqs,
      opened,
    }),
    async close() {
      local.stopSchedules()
      tableStreams.stop()
      // Buckets notify topics and rules, and these send to queues.
      await s3Front?.close()
      await local.close()
      await opened.disposeAsync()
    },
  }
}

/** Whether local user pools are needed: the template has some, and no real ones were chosen. */
export function servesUserPools({ userPools }: Pick<Definition, "userPools">, chosen: ServiceEndpoints = {}): boolean {
  return userPools.length > 0 && chosen[COGNITO] === undefined
}

/** AWS?: a queue that does not exist is reported as missing to every caller (sqs-missing-queue) */
async function permissionsOnQueue(operation: Operation, has: { standIn: StandIn; queues: Definition["queues"] }) {
  return (await queueExists(has, operation)) ? sqsPermissions(operation) : []
}

/** Streams are read, and items deleted, in what the gateway serves only. */
function warnOfExternalStreams({ streamMappings }: Definition, service: "dynamodb" | "kinesis", log: Log): void {
  const unread = streamMappings.filter(({ streamArn }) => serviceOf(streamArn) === service)
  if (unread.length === 0) return
  const message = `streams for ${unread.map(({ logicalId }) => logicalId).join(", ")}`
  const hint = `start without ${endpointVariable(service)}: streams of the stand-in are read only`
  log.warn("Not served locally", { message, hint })
}

function serviceOf(arn: string): string | undefined {
  return arn.split(":")[2]
}
