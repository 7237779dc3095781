// The door of this room: starts the stand-ins that a template needs, and no others, and fills them with its resources.
import { join } from "node:path"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import type { Definition } from "../definition/definition.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import { createBuckets, createQueues, createTables, queueUrl } from "./create-resources.ts"
import { startDynamoDb } from "./dynamodb/stand-in.ts"
import { startS3Front, type VerifyS3 } from "./s3/front.ts"
import { startS3AndSqs } from "./s3-sqs-stand-in.ts"

export type ServiceEndpoints = { dynamodb?: string; s3?: string; sqs?: string }

export type ServicesOptions = {
  definition: Definition
  clock: Clock
  log: Log
  /** Keeps tables, objects and messages between runs; in memory unless given. */
  dataDir?: string
  /** Checks a presigned URL or signed request; undefined = accepted. */
  verifyS3: VerifyS3
  /** A bucket notification whose target is a function. */
  invokeAsync(functionArn: string, payload: string): void
  /** What the user chose instead of stand-ins. Nothing is created there. */
  externalEndpoints?: ServiceEndpoints
}

export type Services = {
  endpoints: ServiceEndpoints
  /** The endpoints as the AWS SDKs' own variables. */
  environment(): Record<string, string>
  /** AWS's host names of the stand-ins -> loopback ports: queue URLs and clients without an endpoint use those names. */
  network(): Record<string, number>
  /** For the gateway's own clients of these endpoints. */
  credentials: { accessKeyId: string; secretAccessKey: string }
  /** @param attributes string attributes of the message */
  sendToQueue(queueArn: string, body: string, attributes?: Record<string, string>): Promise<void>
  /** Where a queue is reached at the SQS endpoint. */
  queueUrl(queueArn: string): string
  /** Creates what a new definition adds; CORS rules and notifications are replaced. Nothing is deleted. */
  update(definition: Definition): Promise<void>
  close(): Promise<void>
}

const credentials = { accessKeyId: "gateway", secretAccessKey: "gateway" }

export async function startServices(options: ServicesOptions): Promise<Services> {
  const { clock, log, dataDir, externalEndpoints: external = {} } = options
  let { definition } = options
  const { region } = definition
  const endpoints: ServiceEndpoints = { ...external }
  const closers: (() => Promise<void> | void)[] = []
  const folder = (name: string) => (dataDir === undefined ? undefined : join(dataDir, name))
  const client = { region, credentials }
  let backend: string | undefined
  let sqs: SQSClient | undefined

  await update(definition).catch(async (error) => {
    await close()
    throw error
  })

  async function update(next: Definition): Promise<void> {
    definition = next
    tellWhatIsMissing(next, log)
    await Promise.all([updateDynamoDb(), updateS3AndSqs()])
  }

  async function updateDynamoDb(): Promise<void> {
    if (external.dynamodb !== undefined || definition.tables.length === 0) return
    if (endpoints.dynamodb === undefined) {
      const standIn = await startDynamoDb(folder("dynamodb"))
      closers.push(standIn.close)
      endpoints.dynamodb = standIn.endpoint
    }
    const dynamodb = new DynamoDBClient({ ...client, endpoint: endpoints.dynamodb })
    await createTables(dynamodb, definition.tables).finally(() => dynamodb.destroy())
  }

  async function updateS3AndSqs(): Promise<void> {
    const needsS3 = external.s3 === undefined && definition.buckets.length > 0
    const needsSqs = external.sqs === undefined && definition.queues.length > 0
    if (!needsS3 && !needsSqs) return
    if (backend === undefined) {
      const standIn = await startS3AndSqs(region, folder("s3-sqs"))
      closers.push(standIn.close)
      backend = standIn.endpoint
    }
    if (needsSqs) {
      endpoints.sqs = backend
      await createQueues(sqsClient(), backend, definition.queues)
    }
    if (needsS3) {
      const s3 = new S3Client({ ...client, endpoint: backend, forcePathStyle: true })
      await createBuckets(s3, definition.buckets).finally(() => s3.destroy())
      endpoints.s3 ??= await startFront(backend)
    }
  }

  async function startFront(s3Backend: string): Promise<string> {
    const front = await startS3Front({
      backend: s3Backend,
      region,
      buckets: () => definition.buckets,
      notifications: () => definition.bucketNotifications,
      verify: options.verifyS3,
      targets: { sendToQueue, invokeAsync: options.invokeAsync },
      clock,
      log,
    })
    closers.push(front.close)
    return front.endpoint
  }

  function sqsClient(): SQSClient {
    if (!sqs) {
      const created = new SQSClient({ ...client, endpoint: endpoints.sqs ?? "" })
      closers.push(() => created.destroy())
      sqs = created
    }
    return sqs
  }

  async function sendToQueue(queueArn: string, body: string, attributes: Record<string, string> = {}): Promise<void> {
    if (endpoints.sqs === undefined) throw new Error(`${queueArn} cannot be reached: no SQS is served`)
    const named = Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }])
    await sqsClient().send(
      new SendMessageCommand({
        QueueUrl: queueUrl(endpoints.sqs, queueArn),
        MessageBody: body,
        MessageAttributes: Object.fromEntries(named),
      }),
    )
  }

  // In reverse: the front before what it leads to.
  async function close(): Promise<void> {
    for (const closeOne of closers.splice(0).reverse()) await closeOne()
  }

  return {
    endpoints,
    environment: () =>
      Object.fromEntries(
        Object.entries(endpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, url]),
      ),
    network: () => awsHosts(definition, endpoints),
    credentials,
    sendToQueue,
    queueUrl: (queueArn) => queueUrl(endpoints.sqs ?? "", queueArn),
    update,
    close,
  }
}

function awsHosts({ region, urlSuffix }: Definition, endpoints: ServiceEndpoints): Record<string, number> {
  const hosts: Record<string, number> = {}
  for (const [service, url] of Object.entries(endpoints)) {
    const { hostname, port } = new URL(url)
    if (hostname !== "127.0.0.1") continue
    hosts[`${service}.${region}.${urlSuffix}`] = Number(port)
    if (service === "s3") hosts[`*.s3.${region}.${urlSuffix}`] = Number(port)
  }
  return hosts
}

// What a stand-in cannot do is said by name, not discovered.
function tellWhatIsMissing({ tables }: Definition, log: Log): void {
  const tell = (feature: string, asking: Definition["tables"], hint: string) => {
    const message = `${feature} of ${asking.map(({ logicalId }) => logicalId).join(", ")}`
    if (asking.length > 0) log.warn("Not served locally", { message, hint })
  }
  const expiring = tables.filter(({ timeToLiveAttribute }) => timeToLiveAttribute !== undefined)
  tell("DynamoDB TTL", expiring, "items stay after their time: filter on the attribute when reading")
  const streaming = tables.filter(({ hasStream }) => hasStream)
  tell("DynamoDB streams", streaming, "set AWS_ENDPOINT_URL_DYNAMODB to a DynamoDB that has streams")
}
