// Starts the stand-in for S3 and SQS, the package fauxqs. No other file imports it.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { buildApp } from "fauxqs"
import { createPrivateSocket } from "../front/private-socket.ts"
import { ObjectFiles } from "./object-files.ts"

export type S3SqsStandIn = { socketPath: string; close(): Promise<void> }

// The stand-in rejects more than 11 MB by default. AWS: one PUT carries at most 5 GB (s3-put-size)
const MAX_OBJECT_BYTES = 5 * 1024 ** 3

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>

/** @param folder keeps objects and messages between runs; in memory if it is not given */
export async function startS3AndSqs(region: string, folder?: string): Promise<S3SqsStandIn> {
  const kept = folder === undefined ? undefined : await openStores(folder)
  const app = buildApp({ logger: false, defaultRegion: region, ...(kept ? { stores: kept.stores } : {}) })
  app.removeContentTypeParser("*")
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_OBJECT_BYTES }, (_request, body, done) => {
    done(null, body)
  })
  // Not with `startFauxqs` of the package, which listens on every network interface.
  const socket = createPrivateSocket()
  await app.listen({ path: socket.path })
  return {
    socketPath: socket.path,
    async close() {
      await app.close()
      kept?.close()
      socket.remove()
    },
  }
}

// The package does not export its stores, which an app needs to keep data. Importing them by file is safe only because
// the version of the package is pinned.
async function openStores(folder: string): Promise<{ stores: Stores; close(): void }> {
  const load = (file: string) => import(new URL(file, import.meta.resolve("fauxqs")).href)
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = await Promise.all([
    load("./sqs/sqsStore.js"),
    load("./sns/snsStore.js"),
    load("./s3/s3Store.js"),
    load("./persistence.js"),
  ])
  mkdirSync(folder, { recursive: true })
  const sqsStore = new SqsStore()
  const snsStore = new SnsStore()
  const s3Store = new S3Store()
  const messages = new PersistenceManager(join(folder, "messages"))
  const objects = new ObjectFiles(join(folder, "objects"))
  messages.loadSqsAndSns(sqsStore, snsStore)
  objects.loadS3(s3Store)
  sqsStore.persistence = messages
  snsStore.persistence = messages
  s3Store.persistence = objects
  for (const queue of sqsStore.allQueues()) queue.persistence = messages
  return {
    stores: { sqsStore, snsStore, s3Store },
    close() {
      messages.close()
      objects.close()
    },
  }
}
