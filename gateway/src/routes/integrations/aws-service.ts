// Sends the request of an AWS integration to a service, such as DynamoDB, SQS or S3.
import type { ServiceRequest } from "../../definition/outgoing-request.ts"
import { configurationFailure, type Failure } from "../failure.ts"
import type { RoutePorts } from "../ports.ts"
import { readResult } from "./http.ts"
import type { MappedRequest } from "./request-mapping.ts"
import type { BackendResponse } from "./response-mapping.ts"
import { queryResponse, readSqsQuery } from "./sqs-query.ts"

/** `arn:aws:apigateway:{region}:{service}:action/{Action}`, or `…:path/{path}` */
export type ServiceUri = { region: string; service: string } & ({ action: string } | { path: string })

export function readServiceUri(uri: string): ServiceUri | undefined {
  const [, region, service, kind, rest = ""] =
    /^arn:[\w-]+:apigateway:([\w-]+):(?:[\w.-]+\.)?([\w-]+):(action|path)\/(.*)$/s.exec(uri) ?? []
  if (region === undefined || service === undefined) return undefined
  return kind === "action" ? { region, service, action: rest } : { region, service, path: `/${rest}` }
}

export type ServiceTarget = {
  uri: ServiceUri
  method: string
  timeoutMs: number
  roleArn: string | undefined
}

export async function callService(
  target: ServiceTarget,
  mapped: MappedRequest,
  ports: Pick<RoutePorts, "callService">,
): Promise<BackendResponse | { failure: Failure }> {
  if (target.uri.service === "sqs" && !mapped.header.get("content-type")?.startsWith("application/x-amz-json"))
    return callSqsByQuery(target, mapped, ports)
  return readResult(await ports.callService(requestOf(target, mapped)))
}

async function callSqsByQuery(
  target: ServiceTarget,
  mapped: MappedRequest,
  ports: Pick<RoutePorts, "callService">,
): Promise<BackendResponse | { failure: Failure }> {
  const { uri } = target
  // The host does not matter: the path names the account and the queue.
  const queue = "path" in uri && uri.path.length > 1 ? `https://sqs.${uri.region}.amazonaws.com${uri.path}` : undefined
  const action = "action" in uri ? `Action=${encodeURIComponent(uri.action)}&` : ""
  const query = new URLSearchParams([...mapped.querystring]).toString()
  const call = readSqsQuery(`${action}${query}&${mapped.body.toString("utf8").trim()}`, queue)
  if (!call) return { failure: configurationFailure("The request to SQS has no Action.") }
  const result = await ports.callService({
    ...baseOf(target),
    path: "/",
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${call.action}` },
    body: Buffer.from(JSON.stringify(call.input)),
  })
  return readResult(result.outcome === "responded" ? queryResponse(call.action, result) : result)
}

function baseOf({ uri: { service, region }, timeoutMs, roleArn }: ServiceTarget) {
  return { service, region, timeoutMs, roleArn }
}

// AWS: the name of a JSON protocol's operations, and the version of the protocol (int-service-action)
const jsonTargets: ReadonlyMap<string, readonly [prefix: string, version: string]> = new Map([
  ["dynamodb", ["DynamoDB_20120810", "1.0"]],
  ["events", ["AWSEvents", "1.1"]],
  ["firehose", ["Firehose_20150804", "1.1"]],
  ["kinesis", ["Kinesis_20131202", "1.1"]],
  ["sqs", ["AmazonSQS", "1.0"]],
  ["states", ["AWSStepFunctions", "1.0"]],
])

function requestOf(target: ServiceTarget, { body, header, querystring, path }: MappedRequest): ServiceRequest {
  const { uri, method } = target
  const headers: Record<string, string> = Object.create(null)
  const json = jsonTargets.get(uri.service)
  if ("action" in uri && json) {
    headers["content-type"] = `application/x-amz-json-${json[1]}`
    headers["x-amz-target"] = `${json[0]}.${uri.action}`
  }
  if (uri.service === "sns") headers.accept = "application/json"
  for (const [name, value] of header) headers[name] = value.replaceAll(/[\r\n]+/g, " ")
  const query = new URLSearchParams([...querystring])
  if ("action" in uri && !json) query.set("Action", uri.action)
  const search = query.size > 0 ? `?${query}` : ""
  const resource = "path" in uri ? withParameters(uri.path, path) : "/"
  return { ...baseOf(target), method: "action" in uri ? "POST" : method, path: `${resource}${search}`, headers, body }
}

/** AWS: `{name}` in the path is replaced by a mapped path parameter (int-service-path) */
function withParameters(path: string, parameters: ReadonlyMap<string, string>): string {
  return path.replaceAll(/\{([^{}]+)\}/g, (found, name: string) => {
    const value = parameters.get(name.replace(/\+$/, ""))
    if (value === undefined) return found
    // A key of S3 may have slashes, which stay.
    return value.toWellFormed().split("/").map(encodeURIComponent).join("/")
  })
}
