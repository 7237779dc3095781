// Translates the resource of a Task state into the request to the service, and its response into the result.
// AWS: optimized integrations and those of the SDK name a service and an action in the ARN (sfn-resources)
import { isRecord } from "../../foundation/is-record.ts"
import { parseJsonOrText } from "../../foundation/parse-json.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { StatesError } from "./states-error.ts"

/** `.sync`, `.sync:2` or `.waitForTaskToken`. */
export type Pattern = "request" | "sync" | "token"

export type TaskResource =
  | { kind: "function"; functionArn: string }
  | { kind: "service"; service: string; action: string; isSdk: boolean; pattern: Pattern; isParsed: boolean }

export function readResource(resource: string): TaskResource | undefined {
  if (/^arn:[\w-]+:lambda:[\w-]*:\d*:function:/.test(resource)) return { kind: "function", functionArn: resource }
  const [, sdk, service, action, suffix] =
    /^arn:[\w-]+:states:[\w-]*:\d*:(aws-sdk:)?([a-z0-9]+):(\w+)(?:\.(sync(?::2)?|waitForTaskToken))?$/.exec(resource) ??
    []
  if (service === undefined || action === undefined || service === "activity") return undefined
  const pattern = suffix === undefined ? "request" : suffix === "waitForTaskToken" ? "token" : "sync"
  return { kind: "service", service, action, isSdk: sdk !== undefined, pattern, isParsed: suffix === "sync:2" }
}

export type TaskHttpRequest = {
  /** As signatures name it. */
  service: string
  /** For a host that is not the service's: of an API. */
  host?: string
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

/** The services whose protocol is JSON, by their name in resources. */
const jsonServices: ReadonlyMap<string, { signedAs: string; target: string; version: string; keys?: "camel" }> =
  new Map([
    ["dynamodb", { signedAs: "dynamodb", target: "DynamoDB_20120810", version: "1.0" }],
    ["sqs", { signedAs: "sqs", target: "AmazonSQS", version: "1.0" }],
    ["events", { signedAs: "events", target: "AWSEvents", version: "1.1" }],
    ["eventbridge", { signedAs: "events", target: "AWSEvents", version: "1.1" }],
    ["kinesis", { signedAs: "kinesis", target: "Kinesis_20131202", version: "1.1" }],
    ["ssm", { signedAs: "ssm", target: "AmazonSSM", version: "1.1" }],
    ["secretsmanager", { signedAs: "secretsmanager", target: "secretsmanager", version: "1.1" }],
    ["states", { signedAs: "states", target: "AWSStepFunctions", version: "1.0", keys: "camel" }],
    ["sfn", { signedAs: "states", target: "AWSStepFunctions", version: "1.0", keys: "camel" }],
  ])

/**
 * @param sources the ARNs of the execution and of its state machine
 * @throws StatesError for a service that is not served
 */
export function requestOf(
  { service, action, isSdk }: Extract<TaskResource, { kind: "service" }>,
  parameters: unknown,
  sources: readonly string[] = [],
): TaskHttpRequest {
  const given = isRecord(parameters) ? parameters : {}
  const input = service === "events" && !isSdk ? withEventEntries(given, sources) : given
  const json = jsonServices.get(service)
  if (json) return jsonRequest(json, action, input)
  if (service === "lambda" && action === "invoke") return invokeRequest(input)
  if (service === "sns" && action === "publish") return publishRequest(input)
  if (isSdk && service === "apigatewaymanagementapi") return connectionRequest(action, input)
  if (!isSdk && service === "apigateway" && action === "invoke") return apiRequest(input)
  throw new StatesError("States.Runtime", `The integration ${service}:${action} is not served locally`)
}

function jsonRequest(
  { signedAs, target, version, keys }: { signedAs: string; target: string; version: string; keys?: "camel" },
  action: string,
  input: Record<string, unknown>,
): TaskHttpRequest {
  const named = action.charAt(0).toUpperCase() + action.slice(1)
  const entries = Object.entries(input).map(([name, value]) => [
    keys === "camel" ? name.charAt(0).toLowerCase() + name.slice(1) : name,
    // AWS: a body or an input that is not a text is sent as JSON (sfn-text-fields)
    textFields.has(name) && typeof value !== "string" ? JSON.stringify(value) : value,
  ])
  const headers = { "content-type": `application/x-amz-json-${version}`, "x-amz-target": `${target}.${named}` }
  return { service: signedAs, method: "POST", path: "/", headers, body: JSON.stringify(Object.fromEntries(entries)) }
}

/** AWS: a detail is JSON, and the ARNs of the execution and the state machine are added to the resources (sfn-events) */
function withEventEntries(input: Record<string, unknown>, sources: readonly string[]): Record<string, unknown> {
  const entries = Array.isArray(input.Entries) ? input.Entries.filter(isRecord) : []
  return {
    ...input,
    Entries: entries.map((entry) => ({
      ...entry,
      ...(entry.Detail !== undefined && { Detail: textOf(entry.Detail) }),
      Resources: [...(Array.isArray(entry.Resources) ? entry.Resources : []), ...sources],
    })),
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value)
}

const textFields = new Set(["MessageBody", "Input", "Output", "Message"])

function invokeRequest(input: Record<string, unknown>): TaskHttpRequest {
  const { FunctionName, Payload, InvocationType, Qualifier } = input
  const query = Qualifier === undefined ? "" : `?Qualifier=${encodeURIComponent(String(Qualifier))}`
  return {
    service: "lambda",
    method: "POST",
    path: `/2015-03-31/functions/${encodeURIComponent(String(FunctionName))}/invocations${query}`,
    headers: InvocationType === undefined ? {} : { "x-amz-invocation-type": String(InvocationType) },
    body: Payload === undefined ? "{}" : JSON.stringify(Payload),
  }
}

function publishRequest(input: Record<string, unknown>): TaskHttpRequest {
  const form = new URLSearchParams({ Action: "Publish", Version: "2010-03-31" })
  for (const [name, value] of Object.entries(input)) {
    if (name === "MessageAttributes" && isRecord(value)) addAttributes(form, value)
    else form.set(name, typeof value === "string" ? value : JSON.stringify(value))
  }
  const headers = { "content-type": "application/x-www-form-urlencoded" }
  return { service: "sns", method: "POST", path: "/", headers, body: form.toString() }
}

function addAttributes(form: URLSearchParams, attributes: Record<string, unknown>): void {
  for (const [index, [name, attribute]] of Object.entries(attributes).entries()) {
    const prefix = `MessageAttributes.entry.${index + 1}`
    const { DataType = "String", StringValue = "" } = isRecord(attribute) ? attribute : {}
    form.set(`${prefix}.Name`, name)
    form.set(`${prefix}.Value.DataType`, String(DataType))
    form.set(`${prefix}.Value.StringValue`, String(StringValue))
  }
}

const connectionMethods: ReadonlyMap<string, string> = new Map([
  ["postToConnection", "POST"],
  ["getConnection", "GET"],
  ["deleteConnection", "DELETE"],
])

/** AWS: the address of the API is the parameter ApiEndpoint (sfn-management-api) */
function connectionRequest(action: string, input: Record<string, unknown>): TaskHttpRequest {
  const { ApiEndpoint, ConnectionId, Data } = input
  const [, host = "", stage = ""] = /^(?:\w+:\/\/)?([^/]+)\/?(.*?)\/?$/.exec(String(ApiEndpoint ?? "")) ?? []
  if (host === "") throw new StatesError("States.Runtime", "The parameter ApiEndpoint is missing")
  return {
    service: "execute-api",
    host,
    method: connectionMethods.get(action) ?? "POST",
    path: `${stage === "" ? "" : `/${stage}`}/@connections/${encodeURIComponent(String(ConnectionId))}`,
    headers: {},
    body: Data === undefined ? "" : typeof Data === "string" ? Data : JSON.stringify(Data),
  }
}

function apiRequest(input: Record<string, unknown>): TaskHttpRequest {
  const { ApiEndpoint, Method, Stage, Path, QueryParameters, Headers, RequestBody } = input
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(isRecord(QueryParameters) ? QueryParameters : {})) {
    for (const one of [value].flat()) query.append(name, String(one))
  }
  const headers = Object.entries(isRecord(Headers) ? Headers : {}).map(
    ([name, value]) => [name.toLowerCase(), [value].flat().join(",")] as const,
  )
  const segments = [Stage, Path].filter((one) => one !== undefined && one !== "").map((one) => String(one))
  const path = segments.map((one) => one.replaceAll(/^\/|\/$/g, "")).join("/")
  const isText = RequestBody === undefined || typeof RequestBody === "string"
  return {
    service: "execute-api",
    host: String(ApiEndpoint).replace(/^https?:\/\//, ""),
    method: String(Method ?? "GET"),
    path: `/${path}${query.size > 0 ? `?${query}` : ""}`,
    headers: recordFrom([...(isText ? [] : [["content-type", "application/json"] as const]), ...headers]),
    body: isText ? (RequestBody ?? "") : JSON.stringify(RequestBody),
  }
}

export type TaskHttpResponse = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

/** @throws StatesError for an error of the service or of the function */
export function resultOf(
  { service, isSdk }: Pick<Extract<TaskResource, { kind: "service" }>, "service" | "isSdk">,
  response: TaskHttpResponse,
): unknown {
  const { status, body } = response
  if (service === "lambda" && status < 300) return invocationResult(response)
  if (service === "apigateway") return apiResult(response)
  if (status >= 300) throw serviceError({ service, isSdk }, response)
  if (service === "sns") return { MessageId: /<MessageId>([^<]*)</.exec(body)?.[1] ?? parseJsonOrText(body) }
  const result = body === "" ? {} : parseJsonOrText(body)
  // AWS: an entry that was not put fails the state (sfn-events)
  if (service === "events" && !isSdk && isRecord(result) && Number(result.FailedEntryCount) > 0) {
    throw new StatesError("EventBridge.FailedEntry", body)
  }
  const camel = jsonServices.get(service)?.keys === "camel" || service === "apigatewaymanagementapi"
  return camel && isRecord(result)
    ? recordFrom(Object.entries(result).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]))
    : result
}

function invocationResult({ status, headers, body }: TaskHttpResponse): unknown {
  if (headers["x-amz-function-error"] !== undefined) throw functionError(body)
  return {
    ExecutedVersion: "$LATEST",
    ...(body !== "" && { Payload: parseJsonOrText(body) }),
    SdkHttpMetadata: { HttpStatusCode: status },
    StatusCode: status,
  }
}

/** AWS: the error of a function is its type, the cause is the error object as text (sfn-function-error) */
export function functionError(payload: string): StatesError {
  const error = parseJsonOrText(payload)
  const type = isRecord(error) && typeof error.errorType === "string" ? error.errorType : "Error"
  return new StatesError(type, payload)
}

function apiResult({ status, headers, body }: TaskHttpResponse): unknown {
  // AWS: a response of 4XX or 5XX is an error named by the status (sfn-api-gateway)
  if (status >= 400) throw new StatesError(`ApiGateway.${status}`, body)
  return { StatusCode: status, StatusText: "", Headers: headers, ResponseBody: parseJsonOrText(body) }
}

const errorPrefixes: ReadonlyMap<string, string> = new Map([
  ["apigatewaymanagementapi", "ApiGatewayManagementApi"],
  ["dynamodb", "DynamoDb"],
  ["eventbridge", "EventBridge"],
  ["kinesis", "Kinesis"],
  ["lambda", "Lambda"],
  ["secretsmanager", "SecretsManager"],
  ["sfn", "Sfn"],
  ["sns", "Sns"],
  ["sqs", "Sqs"],
  ["ssm", "Ssm"],
])

/** AWS: an error of a service is named `{Service}.{Exception}` (sfn-service-error) */
function serviceError(
  { service, isSdk }: { service: string; isSdk: boolean },
  response: TaskHttpResponse,
): StatesError {
  const { headers, body } = response
  const error = parseJsonOrText(body)
  const record = isRecord(error) ? error : {}
  const named = [headers["x-amzn-errortype"], record.__type, /<Code>([^<]*)</.exec(body)?.[1]]
    .flat()
    .find((one) => typeof one === "string" && one !== "")
  const name = String(named ?? `Http${response.status}`)
    .replace(/^.*#/, "")
    .replace(/:.*$/, "")
  const message = record.message ?? record.Message ?? body
  const optimized = service === "dynamodb" ? "DynamoDB" : undefined
  const prefix = (isSdk ? undefined : optimized) ?? errorPrefixes.get(service) ?? service
  return new StatesError(`${prefix}.${name.endsWith("Exception") ? name : `${name}Exception`}`, String(message))
}
