// What tables, queues and buckets contain, read through the APIs of the services as the administrator, for the console.
import type { Credentials } from "../definition/credentials.ts"
import type { StoredData } from "../definition/stored-data.ts"
import type { ClientOptions } from "./client-options.ts"
import { dynamoDbPackages, loadOptional, s3Packages } from "./optional-packages.ts"
import type { StandIn } from "./stand-in/stand-in-process.ts"

const titles = { dynamodb: "DynamoDB", s3: "S3", sqs: "SQS" }

type StoringService = keyof typeof titles

export type StoredDataOptions = {
  region: string
  credentials: Credentials
  /** Of a service that is a stand-in of this gateway; undefined for others. */
  endpoint(service: StoringService): string | undefined
  /** Of S3 and SQS. */
  standIn(): Promise<StandIn>
  /** Closes the clients with the services. */
  opened: AsyncDisposableStack
}

export function createStoredData(options: StoredDataOptions): StoredData {
  const { region, credentials, opened } = options

  /** Opens a reader when the console needs it first. */
  function lazily<Reader extends { close(): void }>(
    service: StoringService,
    open: (options: ClientOptions) => Promise<Reader>,
  ): () => Promise<Reader> {
    let opening: Promise<Reader> | undefined
    return async () => {
      const endpoint = options.endpoint(service)
      if (endpoint === undefined) {
        throw new Error(`${titles[service]} is not served by this gateway, so its data cannot be shown here.`)
      }
      opening ??= open({ endpoint, region, credentials }).then((reader) => opened.adopt(reader, () => reader.close()))
      return opening
    }
  }

  const tables = lazily("dynamodb", async (client) => {
    const { openTableReader } = await loadOptional(() => import("./dynamodb/open-table-reader.ts"), dynamoDbPackages)
    return openTableReader(client)
  })
  const queues = lazily("sqs", async (client) =>
    (await import("./sqs/open-queue-reader.ts")).openQueueReader(client, options.standIn),
  )
  const buckets = lazily("s3", async (client) => {
    const { openBucketReader } = await loadOptional(() => import("./s3/open-bucket-reader.ts"), s3Packages)
    return openBucketReader(client)
  })
  return {
    items: async (...call) => (await tables()).items(...call),
    depth: async (...call) => (await queues()).depth(...call),
    messages: async (...call) => (await queues()).messages(...call),
    purge: async (...call) => (await queues()).purge(...call),
    redrive: async (...call) => (await queues()).redrive(...call),
    objects: async (...call) => (await buckets()).objects(...call),
    object: async (...call) => (await buckets()).object(...call),
  }
}
