// Translates SQS's query protocol, which mapping templates write, to its JSON protocol, which the stand-in speaks.
// AWS: SQS accepts both protocols, and responds to a query in JSON when the caller accepts that (int-sqs-query)
import type { OutgoingResponse } from "../../definition/outgoing-request.ts"
import { parseJson } from "../../foundation/parse-json.ts"

export type SqsCall = { action: string; input: Record<string, unknown> }

const integers = new Set(["DelaySeconds", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds", "MaxResults"])

/** @param queueUrl the queue in the path; a parameter `QueueUrl` replaces it @returns undefined without an action */
export function readSqsQuery(query: string, queueUrl: string | undefined): SqsCall | undefined {
  const parameters = new Map(new URLSearchParams(query.replace(/^\s+|\s+$/g, "")))
  const action = parameters.get("Action")
  if (!action) return undefined
  parameters.delete("Action")
  parameters.delete("Version")
  const input: Record<string, unknown> = Object.create(null)
  if (queueUrl !== undefined) input.QueueUrl = queueUrl
  for (const [name, value] of parameters) {
    if (!name.includes(".")) input[name] = integers.has(name) ? Number(value) : value
  }
  const attributes = readAttributes(parameters, "")
  if (attributes) input.MessageAttributes = attributes
  const batch = readEntries(parameters, action)
  if (batch) input.Entries = batch
  const names = [...parameters].flatMap(([name, value]) => (/^AttributeName\.\d+$/.test(name) ? [value] : []))
  if (names.length > 0) input.AttributeNames = names
  return { action, input }
}

/** `MessageAttribute.1.Name=a&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=b` */
function readAttributes(parameters: ReadonlyMap<string, string>, prefix: string): Record<string, unknown> | undefined {
  const attributes: Record<string, unknown> = Object.create(null)
  for (let number = 1; ; number++) {
    const at = `${prefix}MessageAttribute.${number}`
    const name = parameters.get(`${at}.Name`)
    if (name === undefined) break
    attributes[name] = Object.fromEntries(
      ["DataType", "StringValue", "BinaryValue"].flatMap((field) => {
        const value = parameters.get(`${at}.Value.${field}`)
        return value === undefined ? [] : [[field, value]]
      }),
    )
  }
  return Object.keys(attributes).length > 0 ? attributes : undefined
}

/** `SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=b` */
function readEntries(parameters: ReadonlyMap<string, string>, action: string): Record<string, unknown>[] | undefined {
  if (!action.endsWith("Batch")) return undefined
  const prefix = `${action}RequestEntry.`
  const byNumber = new Map<number, Record<string, unknown>>()
  for (const [name, value] of parameters) {
    const [, digits, field] = name.startsWith(prefix) ? (/^(\d+)\.([^.]+)$/.exec(name.slice(prefix.length)) ?? []) : []
    if (digits === undefined || field === undefined) continue
    const entry = byNumber.get(Number(digits)) ?? Object.create(null)
    entry[field] = integers.has(field) ? Number(value) : value
    byNumber.set(Number(digits), entry)
  }
  const entries: Record<string, unknown>[] = []
  for (let entry = byNumber.get(1); entry; entry = byNumber.get(entries.length + 1)) {
    const attributes = readAttributes(parameters, `${prefix}${entries.length + 1}.`)
    if (attributes) entry.MessageAttributes = attributes
    entries.push(entry)
  }
  return entries
}

/** The response of the JSON protocol in the form of the query protocol. */
export function queryResponse(action: string, response: OutgoingResponse): OutgoingResponse {
  const requestId = String([response.headers["x-amzn-requestid"]].flat()[0] ?? "")
  const result = parseJson(response.body.toString("utf8")) ?? null
  const isError = response.status >= 400
  const body = isError ? errorOf(result, requestId) : resultOf(action, result, requestId)
  return { ...response, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(body)) }
}

function resultOf(action: string, result: unknown, RequestId: string): unknown {
  return { [`${action}Response`]: { [`${action}Result`]: result, ResponseMetadata: { RequestId } } }
}

function errorOf(result: unknown, RequestId: string): unknown {
  const { __type = "", message, Message } = (result ?? {}) as Record<string, unknown>
  const Code = String(__type).replace(/^.*#/, "")
  return { Error: { Code, Message: message ?? Message ?? null, Type: "Sender" }, RequestId }
}
