// The part of the console's API about stored data: tables, queues and buckets of the deployment.
import type { ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"
import type { Definition } from "../../definition/definition.ts"
import type { QueueDefinition, TableDefinition } from "../../definition/storage.ts"
import type { ConsolePorts } from "./console-ports.ts"
import { originOf } from "./describe-deployment.ts"

type Read = (query: URLSearchParams) => Promise<object>
type Write = (field: (name: string) => string) => Promise<object>

export type DataApi = {
  /** Reads by path. Each throws an Error with a sentence for the user. */
  reads: ReadonlyMap<string, Read>
  /** Changes by path, which read the fields of the request. */
  writes: ReadonlyMap<string, Write>
  /** Sends an object of a bucket as a file. */
  download(query: URLSearchParams, response: ServerResponse): Promise<void>
}

export function createDataApi({
  data,
  canWrite,
  deployed,
}: Pick<ConsolePorts, "data" | "canWrite" | "deployed">): DataApi {
  const definition = () => deployed().definition

  async function describe(): Promise<object> {
    const { tables, queues, buckets } = definition()
    return {
      canWrite,
      tables: tables.map((table) => ({ ...originOf(table), name: nameOf(table), keys: keysOf(table) })),
      queues: await Promise.all(
        queues.map(async (queue) => ({
          ...originOf(queue),
          name: queue.queueName,
          ...(await data.depth(queue.arn).catch((error: Error) => ({ problem: error.message }))),
          deadLetterQueue: queues.find(({ arn }) => arn === deadLetterArnOf(queue))?.queueName,
          deadLettersOf: queues.filter((one) => deadLetterArnOf(one) === queue.arn).map(({ queueName }) => queueName),
        })),
      ),
      buckets: buckets.map((bucket) => ({ ...originOf(bucket), name: bucket.bucketName })),
    }
  }

  function rejectReadOnly(): void {
    if (!canWrite) throw new Error("The console only reads data. Start the gateway with --console-write to change it.")
  }

  return {
    reads: new Map<string, Read>([
      ["/data", describe],
      [
        "/data/items",
        (query) => data.items(tableNamed(definition(), query), { filter: query.get("filter") ?? "", ...nextOf(query) }),
      ],
      [
        "/data/messages",
        async (query) => ({ messages: await data.messages(queueNamed(definition(), query.get("name"))) }),
      ],
      [
        "/data/objects",
        (query) =>
          data.objects(bucketNamed(definition(), query), { prefix: query.get("prefix") ?? "", ...nextOf(query) }),
      ],
    ]),
    writes: new Map<string, Write>([
      [
        "/data/purge",
        async (field) => {
          rejectReadOnly()
          await data.purge(queueNamed(definition(), field("name")))
          return {}
        },
      ],
      [
        "/data/redrive",
        async (field) => {
          rejectReadOnly()
          const [from, to] = [field("name"), field("target")].map((name) => queueNamed(definition(), name))
          return { moved: await data.redrive(from ?? "", to ?? "") }
        },
      ],
    ]),
    async download(query, response) {
      const key = query.get("key") ?? ""
      const { size, content } = await data.object(bucketNamed(definition(), query), key)
      const name = encodeURIComponent(key.split("/").at(-1) ?? key).replaceAll("'", "%27")
      response.writeHead(200, {
        // Never shown as a page of this origin, whatever the object is.
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename*=UTF-8''${name}`,
        "cache-control": "no-store",
        ...(size !== undefined && { "content-length": size }),
      })
      await pipeline(content, response)
    },
  }
}

function nextOf(query: URLSearchParams): { next?: string } {
  const next = query.get("next")
  return next === null ? {} : { next }
}

function tableNamed({ tables }: Definition, query: URLSearchParams): string {
  const name = query.get("name")
  if (tables.some((table) => nameOf(table) === name)) return name ?? ""
  throw new Error(`There is no table "${name}" in the deployment.`)
}

/** @returns its ARN */
function queueNamed({ queues }: Definition, name: string | null): string {
  const queue = queues.find(({ queueName }) => queueName === name)
  if (queue) return queue.arn
  throw new Error(`There is no queue "${name}" in the deployment.`)
}

function bucketNamed({ buckets }: Definition, query: URLSearchParams): string {
  const name = query.get("name")
  if (buckets.some(({ bucketName }) => bucketName === name)) return name ?? ""
  throw new Error(`There is no bucket "${name}" in the deployment.`)
}

function nameOf({ createTable }: TableDefinition): string {
  return String(createTable.TableName)
}

function keysOf({ createTable }: TableDefinition): string[] {
  const keys = createTable.KeySchema
  return Array.isArray(keys) ? keys.map(({ AttributeName }) => String(AttributeName)) : []
}

function deadLetterArnOf({ attributes }: QueueDefinition): string | undefined {
  const { RedrivePolicy } = attributes
  if (RedrivePolicy === undefined) return undefined
  return (JSON.parse(RedrivePolicy) as { deadLetterTargetArn?: string }).deadLetterTargetArn
}
