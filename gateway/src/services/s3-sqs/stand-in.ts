// Starts the stand-in for S3 and SQS, the package fauxqs, in a separate process. No other file imports it.
import { join } from "node:path"
import { buildApp } from "fauxqs"
import { lockFolder } from "../stand-in/lock-folder.ts"
import type { StandInSettings } from "../stand-in/messages.ts"
import { openMessageStore, receiveInTransactions } from "./message-store.ts"
import { ObjectFiles } from "./object-files.ts"
import { loadStores } from "./package-stores.ts"

// The stand-in rejects more than 11 MB by default. AWS: one PUT carries at most 5 GB (s3-put-size)
const MAX_OBJECT_BYTES = 5 * 1024 ** 3

const JSON_PROTOCOL = "application/x-amz-json-1.0"

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>

type KeptStores = {
  stores: Stores
  /** The URL of a queue has the port of SQS, which is another one in each run. */
  renewQueueUrls(port: string): void
  close(): void
}

/** @returns a function that closes the stores */
export async function startS3AndSqs({ region, socketPath, folder }: StandInSettings): Promise<() => Promise<void>> {
  const unlock = await lockFolder(folder)
  const kept = folder === undefined ? undefined : await openStores(folder)
  const app = buildApp({ logger: false, defaultRegion: region, ...(kept ? { stores: kept.stores } : {}) })
  // The package takes an object for a request when it has the content type of one.
  app.removeContentTypeParser([JSON_PROTOCOL, "application/x-www-form-urlencoded", "*"])
  app.addContentTypeParser(
    [JSON_PROTOCOL, "*"],
    { parseAs: "buffer", bodyLimit: MAX_OBJECT_BYTES },
    ({ url, headers }, body, done) => {
      const isRequest = url === "/" && headers["content-type"]?.startsWith(JSON_PROTOCOL)
      if (isRequest) parseJson(String(body), done)
      else done(null, body)
    },
  )
  app.addHook("onRequest", ({ headers }, _reply, done) => {
    const port = /:(\d+)$/.exec(headers.host ?? "")?.[1]
    if (port !== undefined) kept?.renewQueueUrls(port)
    done()
  })
  // Not with `startFauxqs` of the package, which listens on every network interface.
  await app.listen({ path: socketPath })
  return async () => {
    await app.close()
    kept?.close()
    unlock()
  }
}

function parseJson(text: string, done: (error: Error | null, value?: unknown) => void): void {
  try {
    done(null, JSON.parse(text))
  } catch (error) {
    done(Object.assign(error as Error, { statusCode: 400 }))
  }
}

async function openStores(folder: string): Promise<KeptStores> {
  const [{ SqsStore, SqsQueue }, { SnsStore }, { S3Store }, { PersistenceManager }] = await loadStores()
  receiveInTransactions(SqsQueue)
  const sqsStore = new SqsStore()
  const snsStore = new SnsStore()
  const s3Store = new S3Store()
  const messages = openMessageStore(PersistenceManager, join(folder, "messages"), { sqsStore, snsStore })
  const objects = new ObjectFiles(join(folder, "objects"))
  objects.loadS3(s3Store)
  sqsStore.persistence = messages
  snsStore.persistence = messages
  s3Store.persistence = objects
  for (const queue of sqsStore.allQueues()) queue.persistence = messages
  return {
    stores: { sqsStore, snsStore, s3Store },
    renewQueueUrls: (port) => renewQueueUrls(sqsStore, port),
    close() {
      messages.close()
      objects.close()
    },
  }
}

type QueueStore = { queues: Map<string, { url: string }> }

function renewQueueUrls({ queues }: QueueStore, port: string): void {
  for (const [url, queue] of [...queues]) {
    const renewed = url.replace(/:\d+\//, `:${port}/`)
    if (renewed === url) continue
    queues.delete(url)
    queue.url = renewed
    queues.set(renewed, queue)
  }
}
