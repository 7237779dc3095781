// Builds the event for messages of a queue, and reads the result: which of them stay on the queue.
import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs"
import type { InvocationResult } from "../definition/invocation.ts"

/** AWS: messages arrive with attributes, digests, source and region (lambda-sqs-event) */
export function sqsEvent(
  messages: Message[],
  queueArn: string,
  awsRegion: string,
): { Records: Record<string, unknown>[] } {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: messageAttributes(message.MessageAttributes ?? {}),
      md5OfBody: message.MD5OfBody,
      ...(message.MD5OfMessageAttributes ? { md5OfMessageAttributes: message.MD5OfMessageAttributes } : {}),
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion,
    })),
  }
}

function messageAttributes(attributes: Record<string, MessageAttributeValue>): object {
  const entries = Object.entries(attributes).map(([name, { StringValue, BinaryValue, DataType }]) => {
    const value = BinaryValue
      ? { binaryValue: Buffer.from(BinaryValue).toString("base64") }
      : { stringValue: StringValue }
    return [name, { ...value, stringListValues: [], binaryListValues: [], dataType: DataType }]
  })
  return Object.fromEntries(entries)
}

/**
 * Ids of the messages that stay.
 * AWS: all messages return when the function fails or reports an empty, missing or unknown id; an empty or absent list
 * means success (lambda-sqs-failed, lambda-sqs-partial)
 */
export function failedMessages(result: InvocationResult, messages: Message[], reportsItems: boolean): Set<string> {
  const all = new Set(messages.map(({ MessageId = "" }) => MessageId))
  if (result.outcome !== "responded") return all
  if (!reportsItems) return new Set()
  const parsed: unknown = JSON.parse(result.payload)
  if (parsed === null || typeof parsed !== "object") return parsed === null ? new Set() : all
  const failures = (parsed as { batchItemFailures?: unknown }).batchItemFailures ?? []
  if (!Array.isArray(failures)) return all
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier)
  const known = ids.filter((id): id is string => typeof id === "string" && all.has(id))
  return known.length === ids.length ? new Set(known) : all
}
