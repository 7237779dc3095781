// Notifies queues and functions of the objects that a request changes. Each change is in the outbox from before it happens
// until its notifications are delivered.
import { randomBytes } from "node:crypto"
import { type Agent, request as sendRequest } from "node:http"
import type { BucketNotificationDefinition } from "../../definition/storage.ts"
import { type Clock, dateOf } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import { type StandIn, StandInUnavailable } from "../stand-in/stand-in-process.ts"
import { deliver, matchingNotifications, type NotificationTargets, type ObjectEvent } from "./bucket-notifications.ts"
import { changedKeys, type NamedKeys } from "./changed-keys.ts"
import type { Outbox, OutboxEntry } from "./notification-outbox.ts"
import type { ObjectChange, S3Request } from "./request.ts"

export type NotifierOptions = {
  standIn: StandIn
  region: string
  notifications(): BucketNotificationDefinition[]
  targets: NotificationTargets
  outbox: Outbox
  clock: Clock
  log: Log
}

/** What follows a request that changes objects with notifications. Exactly one of the first three is called. */
export type ChangeNotification = {
  /** Resolves when the notifications can no longer be lost; `deliver` follows. */
  happened(): Promise<void>
  failed(): Promise<void>
  /** The stand-in ended during the request: the objects show whether it has changed them. */
  unknown(): void
  /** Resolves when the queues have the notifications. */
  deliver(): Promise<void>
}

export type Notifier = {
  /**
   * Before the request is forwarded.
   * @param origin.named what the body names, of `DeleteMany` and `Post`
   * @returns undefined when nothing is to be notified
   */
  prepare(
    request: S3Request,
    change: ObjectChange,
    origin: { named: NamedKeys; sourceIp: string },
  ): Promise<ChangeNotification | undefined>
  /** Delivers what an earlier run has left, once. */
  deliverLeft(): void
  /** Waits for the deliveries that have begun. */
  close(): Promise<void>
}

type ObjectMetadata = { size: number; eTag: string; lastModified: number }

export function createNotifier(options: NotifierOptions, agent: Agent): Notifier {
  const { standIn, outbox, clock, log } = options
  const running = new Set<Promise<void>>()
  let left = outbox.left

  /** Closing waits for it. */
  function run(task: Promise<void>): Promise<void> {
    const tracked = task
      .catch((cause) => {
        // What is in the outbox is delivered by the next run.
        if (!(cause instanceof StandInUnavailable)) log.error("Bucket notification not delivered", { cause })
      })
      .finally(() => running.delete(tracked))
    running.add(tracked)
    return tracked
  }

  async function deliverEntry(entry: OutboxEntry): Promise<void> {
    const deliveries = await Promise.all(entry.events.map((event) => deliver(options.notifications(), event, options)))
    // A function may take minutes, with its retries: nothing waits for it.
    const processed = Promise.all(deliveries.map(({ processed }) => processed))
    if (!deliveries.every(({ isDelivered }) => isDelivered)) return
    void processed.then(
      () => run(entry.remove()),
      (cause) => log.error("Bucket notification not delivered", { cause }),
    )
  }

  async function describe(event: ObjectEvent): Promise<ObjectEvent> {
    if (isRemoval(event)) return event
    const metadata = await readMetadata(standIn, agent, event)
    return metadata ? { ...event, object: { size: metadata.size, eTag: metadata.eTag } } : event
  }

  async function settle(entry: OutboxEntry): Promise<void> {
    if (!entry.hasHappened) {
      const happened = []
      for (const event of entry.events) {
        const metadata = await readMetadata(standIn, agent, event)
        if (hasHappened(event, metadata)) happened.push(await describe(event))
      }
      if (happened.length === 0) return entry.remove()
      await entry.commit(happened)
    }
    await deliverEntry(entry)
  }

  return {
    async prepare(request, change, { named, sourceIp }) {
      const bucketName = request.bucket ?? ""
      const isNotified = options.notifications().some((one) => one.bucketName === bucketName)
      if (!isNotified) return undefined
      const removes = change === "Delete" || change === "DeleteMany"
      const eventName = removes ? "ObjectRemoved:Delete" : `ObjectCreated:${change}`
      const events = changedKeys(request, change, named)
        .filter((key) => matchingNotifications(options.notifications(), { bucketName, key, eventName }).length > 0)
        .map((key): ObjectEvent => {
          const requestId = randomBytes(8).toString("hex").toUpperCase()
          return { bucketName, key, eventName, time: clock.now(), sourceIp, requestId }
        })
      if (events.length === 0) return undefined
      const entry = await outbox.add(events)
      return {
        // Before the response is sent, because its receiver may delete the object at once.
        happened: async () => entry.commit(await Promise.all(events.map(describe))),
        failed: () => entry.remove(),
        unknown: () => void run(settle(entry)),
        deliver: () => run(deliverEntry(entry)),
      }
    },
    deliverLeft() {
      const entries = left
      left = []
      // In order, because a later change of an object is notified later.
      void run(entries.reduce((before, entry) => before.then(() => settle(entry)), Promise.resolve()))
    },
    async close() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

function isRemoval({ eventName }: ObjectEvent): boolean {
  return eventName.startsWith("ObjectRemoved:")
}

/** The time of an object is in whole seconds, so that an older change of the same second counts as this one. */
function hasHappened(event: ObjectEvent, metadata: ObjectMetadata | undefined): boolean {
  if (isRemoval(event)) return metadata === undefined
  return metadata !== undefined && metadata.lastModified >= Math.floor(event.time / 1000) * 1000
}

async function readMetadata(
  standIn: StandIn,
  agent: Agent,
  { bucketName, key }: ObjectEvent,
): Promise<ObjectMetadata | undefined> {
  await standIn.available()
  const { socketPath } = standIn
  return new Promise((resolve, reject) => {
    const path = `/${bucketName}/${key.split("/").map(encodeURIComponent).join("/")}`
    const head = sendRequest({ agent, socketPath, path, method: "HEAD" }, (response) => {
      const { statusCode, headers } = response
      response.resume()
      if (statusCode !== 200) return resolve(undefined)
      const lastModified = dateOf(headers["last-modified"] ?? "").getTime()
      const eTag = (headers.etag ?? "").replaceAll('"', "")
      resolve({ size: Number(headers["content-length"] ?? 0), eTag, lastModified })
    })
    head.once("error", (cause) => reject(new StandInUnavailable(cause.message, { cause })))
    head.end()
  })
}
