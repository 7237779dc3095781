// What tables, queues and buckets contain, read through the APIs of the services, for the console.
import type { Credentials } from "../definition/credentials.ts"
import type { StoredData } from "../definition/stored-data.ts"
import type { ClientOptions } from "./client-options.ts"
import { createTableReader } from "./dynamodb/table-reader.ts"
import { loadOptional, s3Packages } from "./optional-packages.ts"
import type { StandIn } from "./stand-in/stand-in-process.ts"

const titles = { dynamodb: "DynamoDB", s3: "S3", sqs: "SQS" }

type StoringService = keyof typeof titles

export type StoredDataOptions = {
  region: string
  credentials: Credentials
  /** Of a service that is a stand-in of this gateway; undefined for others. */
  endpoint(service: StoringService): string | undefined
  dynamoDb(): Promise<StandIn>
  s3AndSqs(): Promise<StandIn>
  /** Closes the clients with the services. */
  opened: AsyncDisposableStack
}

export function createStoredData(options: StoredDataOptions): StoredData {
  const { region, credentials, opened } = options

  /** @returns the endpoint of the stand-in */
  function endpointOf(service: StoringService): string {
    const endpoint = options.endpoint(service)
    if (endpoint !== undefined) return endpoint
    throw new Error(`${titles[service]} is not served by this gateway, so its data cannot be shown here.`)
  }

  /** Opens a reader when the console needs it first. */
  function lazily<Reader extends { close(): void }>(
    service: StoringService,
    open: (options: ClientOptions) => Promise<Reader>,
  ): () => Promise<Reader> {
    let opening: Promise<Reader> | undefined
    return async () => {
      const endpoint = endpointOf(service)
      opening ??= open({ endpoint, region, credentials }).then((reader) => opened.adopt(reader, () => reader.close()))
      return opening
    }
  }

  const tables = createTableReader(async () => {
    endpointOf("dynamodb")
    const standIn = await options.dynamoDb()
    // One that has ended is being restarted.
    await standIn.available()
    return standIn
  })
  const queues = lazily("sqs", async (client) =>
    (await import("./sqs/open-queue-reader.ts")).openQueueReader(client, options.s3AndSqs),
  )
  const buckets = lazily("s3", async (client) => {
    const { openBucketReader } = await loadOptional(() => import("./s3/open-bucket-reader.ts"), s3Packages)
    return openBucketReader(client)
  })
  return {
    items: tables.items,
    depth: async (...call) => (await queues()).depth(...call),
    messages: async (...call) => (await queues()).messages(...call),
    purge: async (...call) => (await queues()).purge(...call),
    redrive: async (...call) => (await queues()).redrive(...call),
    objects: async (...call) => (await buckets()).objects(...call),
    object: async (...call) => (await buckets()).object(...call),
  }
}
