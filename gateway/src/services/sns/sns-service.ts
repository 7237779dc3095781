// The operations of SNS in the AWS query protocol: Publish and PublishBatch.
import type { DataCaller } from "../../definition/permission.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import type { MessageAttribute } from "../deliver.ts"
import { type LocalService, requirePermissions, ServiceError } from "../local/local-service.ts"
import type { TopicMessage } from "./message.ts"
import { type QueryResult, queryErrorResponse, queryResponse } from "./query-response.ts"
import type { Published, Topics } from "./topics.ts"

type Parameters = ReadonlyMap<string, string>

const DENIED = { code: "AuthorizationError", status: 403 }

// AWS: a message has at most 256 KB, a batch altogether (sns-size)
const MAX_BYTES = 256 * 1024
// AWS: a batch has one to ten messages (sns-batch)
const MAX_ENTRIES = 10

export function createSnsService(topics: Pick<Topics, "publish">): LocalService {
  return {
    name: "sns",
    async serve({ query, headers, body }, caller) {
      const parameters = new Map(new URLSearchParams(`${query}&${body.toString().trim()}`))
      const action = parameters.get("Action") ?? ""
      if (action === "Publish") return queryResponse(action, publish(topics, parameters, caller), headers)
      if (action === "PublishBatch") return queryResponse(action, publishBatch(topics, parameters, caller), headers)
      throw new ServiceError("InvalidAction", `${action} is not served. Served: Publish, PublishBatch.`)
    },
    errorResponse: queryErrorResponse,
  }
}

function publish(topics: Pick<Topics, "publish">, parameters: Parameters, caller: DataCaller): QueryResult {
  const topicArn = parameters.get("TopicArn") ?? parameters.get("TargetArn")
  if (topicArn === undefined) {
    const message = "Text messages and mobile push notifications are not served: give a TopicArn."
    throw new ServiceError("InvalidParameter", message)
  }
  requirePermissions(caller, [{ action: "sns:Publish", resource: topicArn }], DENIED)
  return resultOf(topics.publish(topicArn, messageOf(parameters, "")))
}

function publishBatch(topics: Pick<Topics, "publish">, parameters: Parameters, caller: DataCaller): QueryResult {
  const topicArn = parameters.get("TopicArn") ?? ""
  // AWS: a batch needs the permission to publish (sns-permission)
  requirePermissions(caller, [{ action: "sns:Publish", resource: topicArn }], DENIED)
  const prefixes = indexed(parameters, "PublishBatchRequestEntries.member")
  if (prefixes.length === 0)
    throw new ServiceError("EmptyBatchRequest", "The batch request doesn't contain any entries.")
  if (prefixes.length > MAX_ENTRIES) {
    throw new ServiceError("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
  }
  const ids = prefixes.map((prefix) => parameters.get(`${prefix}Id`) ?? "")
  if (new Set(ids).size < ids.length) {
    throw new ServiceError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
  }
  const messages = prefixes.map((prefix) => messageOf(parameters, prefix))
  if (bytesOf(messages) > MAX_BYTES) {
    throw new ServiceError(
      "BatchRequestTooLong",
      "The length of all the batch messages put together is more than the limit.",
    )
  }
  const Successful: QueryResult[] = []
  const Failed: QueryResult[] = []
  for (const [index, message] of messages.entries()) {
    const Id = ids[index] ?? ""
    try {
      Successful.push({ Id, ...resultOf(topics.publish(topicArn, message)) })
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code === "NotFound") throw error
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true })
    }
  }
  return { Successful, Failed }
}

function messageOf(parameters: Parameters, prefix: string): TopicMessage {
  const get = (name: string) => parameters.get(prefix + name)
  const message = get("Message") ?? ""
  if (message === "") throw new ServiceError("InvalidParameter", "Invalid parameter: Empty message")
  const structure = get("MessageStructure")
  if (structure === "json" && !hasDefault(message)) {
    const text = "Invalid parameter: Message Structure - No default entry in JSON message body"
    throw new ServiceError("InvalidParameter", text)
  }
  const parsed: TopicMessage = {
    message,
    structure,
    subject: get("Subject"),
    attributes: attributesOf(parameters, prefix),
    groupId: get("MessageGroupId"),
    deduplicationId: get("MessageDeduplicationId"),
  }
  if (bytesOf([parsed]) > MAX_BYTES) throw new ServiceError("InvalidParameter", "Invalid parameter: Message too long")
  return parsed
}

function attributesOf(parameters: Parameters, prefix: string): Map<string, MessageAttribute> {
  return new Map(
    indexed(parameters, `${prefix}MessageAttributes.entry`).map((entry) => {
      const attribute: MessageAttribute = { DataType: parameters.get(`${entry}Value.DataType`) ?? "String" }
      const [text, binary] = ["StringValue", "BinaryValue"].map((name) => parameters.get(`${entry}Value.${name}`))
      if (text !== undefined) attribute.StringValue = text
      if (binary !== undefined) attribute.BinaryValue = Buffer.from(binary, "base64")
      return [parameters.get(`${entry}Name`) ?? "", attribute]
    }),
  )
}

/** The prefixes of the entries of a list: `name.1.`, `name.2.`, ... */
function indexed(parameters: Parameters, name: string): string[] {
  const start = `${name}.`
  const numbers = [...parameters.keys()].flatMap((key) =>
    key.startsWith(start) ? [Number.parseInt(key.slice(start.length), 10)] : [],
  )
  return [...new Set(numbers)].toSorted((a, b) => a - b).map((number) => `${start}${number}.`)
}

function hasDefault(message: string): boolean {
  return typeof parseJsonObject(message)?.default === "string"
}

/** AWS: the names, types and values of attributes count (sns-size) */
function bytesOf(messages: readonly TopicMessage[]): number {
  return messages.reduce((sum, { message, attributes }) => {
    const ofAttributes = [...attributes].map(
      ([name, { DataType, StringValue = "", BinaryValue }]) =>
        Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
    )
    return sum + Buffer.byteLength(message) + ofAttributes.reduce((total, one) => total + one, 0)
  }, 0)
}

function resultOf({ messageId, sequenceNumber }: Published): QueryResult {
  return { MessageId: messageId, SequenceNumber: sequenceNumber ?? null }
}
