// The services that functions use: starts the stand-ins that a template needs, with its tables, buckets and queues.
import { join } from "node:path"
import type { Credentials } from "../definition/credentials.ts"
import type { Definition } from "../definition/definition.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import { type ClientOptions, privateClientOptions } from "./client-options.ts"
import { startServiceFront } from "./front/service-front.ts"
import { loadOptional } from "./optional-packages.ts"
import { type MayListBucket, startS3Front } from "./s3/front.ts"
import type { Queues } from "./sqs/open-queues.ts"
import { queueUrl } from "./sqs/queue-url.ts"
import type { ServiceName, VerifyService } from "./verify-service.ts"

export type ServiceEndpoints = { dynamodb?: string; s3?: string; sqs?: string }

export type ServicesOptions = {
  region: string
  urlSuffix: string
  clock: Clock
  log: Log
  /** Keeps tables, objects and messages between runs; in memory if it is not given. */
  dataDir?: string | undefined
  /** Checks the signature of every request to a stand-in. */
  verify: VerifyService
  mayListBucket: MayListBucket
  /** Signs the gateway's own requests. */
  administrator: Credentials
  /** Services that the user chose instead of stand-ins. Nothing is created in them. */
  externalEndpoints?: ServiceEndpoints | undefined
}

export type Services = {
  endpoints: ServiceEndpoints
  /** The endpoints as the AWS SDKs' own variables. */
  environment(): Record<string, string>
  /** Loopback ports of the stand-ins by the host names of AWS, which queue URLs and clients without an endpoint use. */
  network(): Record<string, number>
  /** For the gateway's own clients of these endpoints. */
  credentials: Credentials
  /** @param attributes string attributes of the message */
  sendToQueue(queueArn: string, body: string, attributes?: Record<string, string>): Promise<void>
  /** The URL of a queue at the SQS endpoint. */
  queueUrl(queueArn: string): string
  /**
   * Creates the tables, buckets and queues that a definition adds. Nothing is deleted, and nothing that is served
   * changes before `use`, except for attributes of queues, which are set last.
   */
  createResources(definition: Definition): Promise<void>
  /** Applies the CORS rules and notifications of a definition whose resources exist. */
  use(definition: Definition): void
  /** Binds the functions that bucket notifications invoke. */
  notifyFunctions(invokeAsync: (functionArn: string, payload: string) => void): void
  close(): Promise<void>
}

// The versions are the major versions of the peer dependencies in package.json.
const dynamoDbPackages = { what: "DynamoDB tables", packages: ["dynalite@4", "@aws-sdk/client-dynamodb@3"] }
const standInPackages = { what: "S3 buckets and SQS queues", packages: ["fauxqs@2"] }
const dataPackages = { what: "Data that is kept between runs", packages: [] }
const s3Packages = { what: "S3 buckets", packages: ["@aws-sdk/client-s3@3", "fauxqs@2"] }
const sqsPackages = { what: "SQS queues", packages: ["@aws-sdk/client-sqs@3", "fauxqs@2"] }

/** Creates the services without any stand-in: `createResources` starts those that a definition needs. */
export function createServices(options: ServicesOptions): Services {
  const { administrator: credentials, clock, log, region, dataDir, verify, externalEndpoints: external = {} } = options
  const endpoints: ServiceEndpoints = { ...external }
  const opened = new AsyncDisposableStack()
  const folder = (name: string) => (dataDir === undefined ? undefined : join(dataDir, name))
  const clientOptions = (endpoint: string): ClientOptions => ({ region, credentials, endpoint })
  let used: Definition | undefined
  // The sockets of the stand-ins.
  let dynamoDb: Promise<string> | undefined
  let s3AndSqs: Promise<string> | undefined
  let queues: Promise<Queues> | undefined
  let dataFolder: Promise<void> | undefined
  let invokeAsync = (functionArn: string, _payload: string): void => {
    throw new Error(`${functionArn} was notified before the functions are bound`)
  }

  async function lockDataFolder(folder: string): Promise<void> {
    const { openDataFolder } = await loadOptional(() => import("./data-folder.ts"), dataPackages)
    opened.defer(openDataFolder(folder))
  }

  async function openQueues(endpoint: string): Promise<Queues> {
    const module = await loadOptional(() => import("./sqs/open-queues.ts"), sqsPackages)
    return opened.adopt(module.openQueues(clientOptions(endpoint)), (created) => created.close())
  }

  async function sendToQueue(queueArn: string, body: string, attributes: Record<string, string> = {}): Promise<void> {
    if (endpoints.sqs === undefined) throw new Error(`${queueArn} cannot be reached: no SQS is served`)
    queues ??= openQueues(endpoints.sqs)
    await (await queues).send(queueArn, body, attributes)
  }

  async function openS3AndSqs(): Promise<string> {
    const { startS3AndSqs } = await loadOptional(() => import("./s3-sqs/stand-in.ts"), standInPackages)
    const standIn = await startS3AndSqs(region, folder("s3-sqs"))
    opened.defer(standIn.close)
    return standIn.socketPath
  }

  async function openS3Front(socketPath: string): Promise<string> {
    const front = await startS3Front({
      socketPath,
      awsHost: awsHost(options, "s3"),
      region,
      buckets: () => used?.buckets ?? [],
      notifications: () => used?.bucketNotifications ?? [],
      verify,
      mayListBucket: options.mayListBucket,
      targets: { sendToQueue, invokeAsync: (functionArn, payload) => invokeAsync(functionArn, payload) },
      clock,
      log,
    })
    opened.defer(front.close)
    return front.endpoint
  }

  async function openFront(
    service: "dynamodb" | "sqs",
    socketPath: string,
    closing: "abort" | "wait",
  ): Promise<string> {
    const front = await startServiceFront({
      service,
      awsHost: awsHost(options, service),
      socketPath,
      closing,
      verify,
      log,
    })
    opened.defer(front.close)
    return front.endpoint
  }

  async function openDynamoDb(): Promise<string> {
    const { startDynamoDb } = await loadOptional(() => import("./dynamodb/stand-in.ts"), dynamoDbPackages)
    const standIn = await startDynamoDb(folder("dynamodb"))
    opened.defer(standIn.close)
    return standIn.socketPath
  }

  async function createTablesOf({ tables }: Definition): Promise<void> {
    const { createTables } = await loadOptional(() => import("./dynamodb/create-tables.ts"), dynamoDbPackages)
    dynamoDb ??= openDynamoDb()
    const socketPath = await dynamoDb
    await createTables(privateClientOptions(region, socketPath), tables)
    // The stand-in throws when a request ends before its response, so closing waits for the responses.
    endpoints.dynamodb ??= await openFront("dynamodb", socketPath, "wait")
  }

  async function createBucketsOf({ buckets }: Definition, socketPath: string): Promise<void> {
    const { createBuckets } = await loadOptional(() => import("./s3/create-buckets.ts"), s3Packages)
    await createBuckets(privateClientOptions(region, socketPath), buckets)
    endpoints.s3 ??= await openS3Front(socketPath)
  }

  async function createQueuesOf(definition: Definition, socketPath: string): Promise<void> {
    // A long poll that waits for messages ends with the gateway.
    endpoints.sqs ??= await openFront("sqs", socketPath, "abort")
    queues ??= openQueues(endpoints.sqs)
    await (await queues).create(definition.queues)
  }

  return {
    endpoints,
    environment: () =>
      Object.fromEntries(
        Object.entries(endpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, url]),
      ),
    network: () => awsHosts(options, endpoints),
    credentials,
    sendToQueue,
    queueUrl: (queueArn) => queueUrl(endpoints.sqs ?? "", queueArn),
    async createResources(definition) {
      const needsTables = external.dynamodb === undefined && definition.tables.length > 0
      const needsBuckets = external.s3 === undefined && definition.buckets.length > 0
      const needsQueues = external.sqs === undefined && definition.queues.length > 0
      if (dataDir !== undefined && (needsTables || needsBuckets || needsQueues)) {
        dataFolder ??= lockDataFolder(dataDir)
        await dataFolder
      }
      if (needsBuckets || needsQueues) s3AndSqs ??= openS3AndSqs()
      // The stand-ins start at the same time.
      const [socketPath = ""] = await Promise.all([s3AndSqs, needsTables ? createTablesOf(definition) : undefined])
      if (needsBuckets) await createBucketsOf(definition, socketPath)
      if (needsQueues) await createQueuesOf(definition, socketPath)
    },
    use(definition) {
      used = definition
      warnOfMissingFeatures(definition, log)
    },
    notifyFunctions(bound) {
      invokeAsync = bound
    },
    close: () => opened.disposeAsync(),
  }
}

function awsHosts(options: ServicesOptions, endpoints: ServiceEndpoints): Record<string, number> {
  const hosts: Record<string, number> = {}
  for (const service of ["dynamodb", "s3", "sqs"] as const) {
    const url = endpoints[service]
    if (url === undefined) continue
    const { hostname, port } = new URL(url)
    if (hostname !== "127.0.0.1") continue
    const host = awsHost(options, service)
    hosts[host] = Number(port)
    if (service === "s3") hosts[`*.${host}`] = Number(port)
  }
  return hosts
}

function awsHost({ region, urlSuffix }: ServicesOptions, service: ServiceName): string {
  return `${service}.${region}.${urlSuffix}`
}

function warnOfMissingFeatures({ tables }: Definition, log: Log): void {
  const warn = (feature: string, affected: Definition["tables"], hint: string) => {
    const message = `${feature} of ${affected.map(({ logicalId }) => logicalId).join(", ")}`
    if (affected.length > 0) log.warn("Not served locally", { message, hint })
  }
  const expiring = tables.filter(({ timeToLiveAttribute }) => timeToLiveAttribute !== undefined)
  warn("DynamoDB TTL", expiring, "expired items are not deleted: filter on the attribute when reading")
  const streaming = tables.filter(({ hasStream }) => hasStream)
  warn("DynamoDB streams", streaming, "set AWS_ENDPOINT_URL_DYNAMODB to a DynamoDB with streams")
}
