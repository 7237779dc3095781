// Delivers S3 event notifications to queues, topics, functions and the event bus.
import { randomBytes } from "node:crypto"
import type { BucketNotificationDefinition } from "../../definition/storage.ts"
import { isoTime } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"

export type ObjectEvent = {
  bucketName: string
  /** Decoded. */
  key: string
  /** `ObjectCreated:Put` */
  eventName: string
  /** Milliseconds since the epoch. */
  time: number
  sourceIp: string
  requestId: string
  /** Absent for deleted objects. */
  object?: { size: number; eTag: string }
}

/** The target of a bucket that notifies EventBridge of everything. */
const EVENT_BRIDGE = "eventbridge"

export type NotificationTargets = {
  /** To a queue or topic. */
  deliver(targetArn: string, body: string, options?: { subject: string }): Promise<void>
  /** Resolves when the function has processed the event, or it is given up. */
  invokeAsync(functionArn: string, payload: string): Promise<void>
  /** Puts an event on the default bus. */
  putServiceEvent(event: ServiceEvent): void
}

type ServiceEvent = { source: string; "detail-type": string; detail: unknown; resources: string[]; time: number }

export type Delivery = {
  /** Every queue has the notification, and every function is invoked. */
  isDelivered: boolean
  /** Resolves when the functions have processed it. */
  processed: Promise<unknown>
}

/** The configurations that match an event: its name with a wildcard, prefix and suffix of the key. */
export function matchingNotifications(
  notifications: BucketNotificationDefinition[],
  event: Pick<ObjectEvent, "bucketName" | "key" | "eventName">,
): BucketNotificationDefinition[] {
  return notifications.filter(
    ({ bucketName, events, prefix = "", suffix = "" }) =>
      bucketName === event.bucketName &&
      events.some((pattern) => matchesEvent(pattern, event.eventName)) &&
      event.key.startsWith(prefix) &&
      event.key.endsWith(suffix),
  )
}

/** Delivers to every target. A target that is not reached is logged, and does not stop the others. */
export async function deliver(
  notifications: BucketNotificationDefinition[],
  event: ObjectEvent,
  options: { region: string; targets: NotificationTargets; log: Log },
): Promise<Delivery> {
  const { targets, log, region } = options
  const processing: Promise<void>[] = []
  let isDelivered = true
  for (const { targetArn, configurationId, bucketName } of matchingNotifications(notifications, event)) {
    const body = JSON.stringify({ Records: [eventRecord(event, configurationId, region)] })
    try {
      if (targetArn === EVENT_BRIDGE) targets.putServiceEvent(serviceEvent(event))
      else if (targetArn.includes(":lambda:")) processing.push(targets.invokeAsync(targetArn, body))
      // AWS: the message of a topic has this subject (s3-topic-subject)
      else await targets.deliver(targetArn, body, { subject: "Amazon S3 Notification" })
    } catch (cause) {
      log.error("Bucket notification not delivered", { bucketName, key: event.key, targetArn, cause })
      // A queue that does not exist is not there in the next run either.
      if ((cause as Error).name !== "QueueDoesNotExist") isDelivered = false
    }
  }
  return { isDelivered, processed: Promise.all(processing) }
}

function matchesEvent(pattern: string, eventName: string): boolean {
  const name = `s3:${eventName}`
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

// AWS: the event has version 2.1 of the structure (lambda-s3-queue)
function eventRecord(event: ObjectEvent, configurationId: string, awsRegion: string): object {
  const { bucketName, object } = event
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion,
    eventTime: isoTime(event.time),
    eventName: event.eventName,
    userIdentity: { principalId: "AWS:LOCAL" },
    requestParameters: { sourceIPAddress: event.sourceIp },
    responseElements: { "x-amz-request-id": event.requestId, "x-amz-id-2": randomBytes(48).toString("base64") },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: { name: bucketName, ownerIdentity: { principalId: "LOCAL" }, arn: `arn:aws:s3:::${bucketName}` },
      object: { key: encodeKey(event.key), ...object, sequencer: nextSequencer(event.time) },
    },
  }
}

// AWS: the key is URL-encoded as a form value, except slashes: "a b.pdf" is "a+b.pdf" (s3-event-key)
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+")
}

/** AWS: EventBridge receives events of its own form, for all changes of the bucket (s3-eventbridge) */
function serviceEvent({ bucketName, key, eventName, object, sourceIp, requestId, time }: ObjectEvent): ServiceEvent {
  const isCreated = eventName.startsWith("ObjectCreated:")
  const method = eventName.split(":")[1] ?? ""
  const detail = {
    version: "0",
    bucket: { name: bucketName },
    object: { key, ...(object && { size: object.size, etag: object.eTag }), sequencer: nextSequencer(time) },
    "request-id": requestId,
    requester: "AWS:LOCAL",
    "source-ip-address": sourceIp,
    reason: reasons.get(method) ?? method,
    ...(!isCreated && { "deletion-type": "Permanently Deleted" }),
  }
  const type = isCreated ? "Object Created" : "Object Deleted"
  return { source: "aws.s3", "detail-type": type, resources: [`arn:aws:s3:::${bucketName}`], detail, time }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["Put", "PutObject"],
  ["Post", "POST Object"],
  ["Copy", "CopyObject"],
  ["Delete", "DeleteObject"],
])

let sequence = 0

// AWS: hexadecimal; of two events on one key the later one has the greater value (s3-event-sequencer)
function nextSequencer(time: number): string {
  sequence = (sequence + 1) % 2 ** 24
  return `00${time.toString(16).padStart(12, "0")}${sequence.toString(16).padStart(6, "0")}`.toUpperCase()
}
