// A message of a topic, and the forms in which queues and functions receive it.
import { randomUUID } from "node:crypto"
import { isoTime } from "../../foundation/clock.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { MessageAttribute } from "../deliver.ts"

export type TopicMessage = {
  message: string
  subject?: string | undefined
  /** `json`: the message has a text per protocol. */
  structure?: string | undefined
  attributes: ReadonlyMap<string, MessageAttribute>
  groupId?: string | undefined
  deduplicationId?: string | undefined
}

export type PublishedMessage = TopicMessage & {
  messageId: string
  topicArn: string
  /** Milliseconds since the epoch. */
  time: number
}

/** AWS: with the structure `json`, each protocol has its own text or the default (sns-message-structure) */
export function textFor(protocol: "sqs" | "lambda", { message, structure }: TopicMessage): string {
  if (structure !== "json") return message
  const texts = new Map(Object.entries(JSON.parse(message) as Record<string, unknown>))
  return String(texts.get(protocol) ?? texts.get("default"))
}

/** AWS: a queue receives a JSON document with the message (sns-queue-envelope) */
export function queueEnvelope(message: PublishedMessage, subscriptionArn: string, text: string): string {
  const { attributes, messageId, topicArn, subject, time } = message
  return JSON.stringify({
    Type: "Notification",
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: text,
    Timestamp: isoTime(time),
    ...signature(subscriptionArn, "SigningCertURL", "UnsubscribeURL"),
    ...(attributes.size > 0 && { MessageAttributes: attributeValues(attributes) }),
  })
}

/** AWS: a function receives one record, with null for a missing subject (sns-function-event) */
export function functionEvent(message: PublishedMessage, subscriptionArn: string, text: string): string {
  const { attributes, messageId, topicArn, subject, time } = message
  const Sns = {
    Type: "Notification",
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject ?? null,
    Message: text,
    Timestamp: isoTime(time),
    ...signature(subscriptionArn, "SigningCertUrl", "UnsubscribeUrl"),
    MessageAttributes: attributeValues(attributes),
  }
  const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: subscriptionArn, Sns }
  return JSON.stringify({ Records: [record] })
}

/** Differs: nothing here can sign as SNS does (sns-signature) */
function signature(subscriptionArn: string, certificateKey: string, unsubscribeKey: string) {
  const [, , , region = ""] = subscriptionArn.split(":")
  return {
    SignatureVersion: "1",
    Signature: "EXAMPLE",
    [certificateKey]: `https://sns.${region}.amazonaws.com/SimpleNotificationService-${randomUUID().replaceAll("-", "")}.pem`,
    [unsubscribeKey]: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
  }
}

function attributeValues(attributes: TopicMessage["attributes"]) {
  return recordFrom(
    [...attributes].map(([name, { DataType, StringValue, BinaryValue }]) => {
      const Value = BinaryValue ? Buffer.from(BinaryValue).toString("base64") : (StringValue ?? "")
      return [name, { Type: DataType, Value }] as const
    }),
  )
}
