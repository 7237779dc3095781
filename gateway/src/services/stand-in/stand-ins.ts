// The stand-ins of DynamoDB and of S3 with SQS: started when a template needs them, and filled with its resources, again
// when one of them is restarted.
import { join } from "node:path"
import type { BucketDefinition, QueueDefinition, TableDefinition } from "../../definition/storage.ts"
import { systemClock } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import { privateClientOptions } from "../client-options.ts"
import { createTables } from "../dynamodb/create-tables.ts"
import { loadOptional, sqsPackages } from "../optional-packages.ts"
import { createBuckets } from "../s3/create-buckets.ts"
import type { StandInName } from "./messages.ts"
import { type StandIn, type StandInProcess, startStandIn } from "./stand-in-process.ts"

export type StandInsOptions = { region: string; dataDir?: string | undefined; log: Log }

export type StandIns = {
  dynamoDb(): Promise<StandIn>
  /** One process, because the package serves both. */
  s3AndSqs(): Promise<StandIn>
  createTables(tables: TableDefinition[]): Promise<void>
  createBuckets(buckets: BucketDefinition[]): Promise<void>
  /** @param endpoint of SQS, which is part of the URLs of the queues */
  createQueues(queues: QueueDefinition[], endpoint: string): Promise<void>
  close(): Promise<void>
}

/** Starts nothing before it is needed. */
export function createStandIns({ region, dataDir, log }: StandInsOptions): StandIns {
  const opened = new AsyncDisposableStack()
  // By name, as they were created last.
  const tables = new Map<string, TableDefinition>()
  const buckets = new Map<string, BucketDefinition>()
  const queues = new Map<string, QueueDefinition>()
  let queueEndpoint = ""
  let dynamoDb: Promise<StandInProcess> | undefined
  let s3AndSqs: Promise<StandInProcess> | undefined

  function start(name: StandInName, title: string, recreate: (socketPath: string) => Promise<void>) {
    const folder = dataDir === undefined ? undefined : join(dataDir, name)
    const starting = startStandIn({ name, title, folder, region, recreate, clock: systemClock, log })
    // One that fails to start has closed itself.
    opened.defer(async () => (await starting.catch(() => undefined))?.close())
    return starting
  }

  async function fillTables(socketPath: string, wanted: Iterable<TableDefinition>): Promise<void> {
    await createTables({ socketPath }, [...wanted])
  }

  async function fillBuckets(socketPath: string, wanted: Iterable<BucketDefinition>): Promise<void> {
    await createBuckets({ socketPath }, [...wanted])
  }

  async function fillQueues(socketPath: string, wanted: Iterable<QueueDefinition>): Promise<void> {
    const { openQueues } = await loadOptional(() => import("../sqs/open-queues.ts"), sqsPackages)
    const client = openQueues({ ...privateClientOptions(region, socketPath), endpoint: queueEndpoint })
    try {
      await client.create([...wanted])
    } finally {
      client.close()
    }
  }

  function startDynamoDb(): Promise<StandInProcess> {
    dynamoDb ??= start("dynamodb", "DynamoDB", (socketPath) => fillTables(socketPath, tables.values()))
    return dynamoDb
  }

  function startS3AndSqs(): Promise<StandInProcess> {
    s3AndSqs ??= start("s3-sqs", "S3 and SQS", async (socketPath) => {
      if (buckets.size > 0) await fillBuckets(socketPath, buckets.values())
      if (queues.size > 0) await fillQueues(socketPath, queues.values())
    })
    return s3AndSqs
  }

  /** The private socket, once it accepts connections. */
  async function socketOf(starting: Promise<StandInProcess>): Promise<string> {
    const standIn = await starting
    await standIn.available()
    return standIn.socketPath
  }

  return {
    dynamoDb: startDynamoDb,
    s3AndSqs: startS3AndSqs,
    async createTables(wanted) {
      for (const table of wanted) tables.set(String(table.createTable.TableName), table)
      await fillTables(await socketOf(startDynamoDb()), wanted)
    },
    async createBuckets(wanted) {
      for (const bucket of wanted) buckets.set(bucket.bucketName, bucket)
      await fillBuckets(await socketOf(startS3AndSqs()), wanted)
    },
    async createQueues(wanted, endpoint) {
      queueEndpoint = endpoint
      for (const queue of wanted) queues.set(queue.queueName, queue)
      await fillQueues(await socketOf(startS3AndSqs()), wanted)
    },
    close: () => opened.disposeAsync(),
  }
}
