// Runs integrations that are not a Lambda proxy: request mapping, call, response mapping, and the record of both.
import type { IntegrationDefinition, IntegrationMapping } from "../../definition/api.ts"
import type { Notice } from "../../definition/definition.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import { functionArnInUri } from "../../foundation/function-arn-in-uri.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { configurationFailure, type Failure } from "../failure.ts"
import type { RoutePorts } from "../ports.ts"
import type { DeployedIntegration, StageRuntime } from "../stage-runtime.ts"
import { callService, readServiceUri, type ServiceUri } from "./aws-service.ts"
import { callHttp } from "./http.ts"
import { proxyRequest } from "./http-proxy.ts"
import { callLambda } from "./lambda.ts"
import { callMock } from "./mock.ts"
import {
  createScope,
  type MappedRequest,
  mapRequest,
  type RequestMapping,
  type RouteRequest,
  readRequestMapping,
} from "./request-mapping.ts"
import {
  type BackendResponse,
  mapResponse,
  passResponse,
  type ResponseMapping,
  type RouteResponse,
  readResponseMapping,
} from "./response-mapping.ts"

/** A compiled integration that is not a Lambda proxy. */
export type Backend = {
  integration: DeployedIntegration
  mapping: IntegrationMapping
  request: RequestMapping
  response: ResponseMapping
  service: ServiceUri | undefined
}

export type BackendCall = {
  /** The route's part of execute-api ARNs. */
  resourcePath: string
  request: RouteRequest
  stage: StageRuntime
  record: TransactionRecord
  /** Whether the response is used: by the handshake, or by a two-way route. */
  isRequired: boolean
}

export type BackendOutcome = { response: RouteResponse } | { failure: Failure }

/** @returns undefined for a Lambda proxy */
export function compileBackend(
  { mapping }: IntegrationDefinition,
  integration: DeployedIntegration,
): Backend | undefined {
  if (!mapping) return undefined
  return {
    integration,
    mapping,
    request: readRequestMapping(mapping),
    response: readResponseMapping(mapping.responses),
    service: readServiceUri(integration.uri),
  }
}

/** A backend, with the resource of the template that its notices name. */
export type BackendSource = Pick<Notice, "logicalId" | "type"> & { backend: Backend }

/** Notices about mapping templates that cannot be parsed, one for each template of a resource. */
export function templateNotices(sources: readonly BackendSource[]): Notice[] {
  const notices = new Map<string, Notice>()
  for (const { backend, logicalId, type } of sources) {
    for (const { key, problem } of templateProblems(backend)) {
      const message = `The mapping template "${key}" cannot be parsed, so its requests fail. ${problem}`
      notices.set(JSON.stringify([logicalId, message]), { logicalId, type, message })
    }
  }
  return [...notices.values()]
}

function templateProblems({ request, response }: Backend): { key: string; problem: string }[] {
  const responses = [...response.patterns.map((one) => one.response), ...(response.fallback ? [response.fallback] : [])]
  return [request, ...responses].flatMap(({ templates }) =>
    [...templates.byKey].flatMap(([key, compiled]) =>
      "problem" in compiled ? [{ key, problem: compiled.problem }] : [],
    ),
  )
}

/** Never rejects because of a template or a backend. */
export async function callBackend(backend: Backend, call: BackendCall, ports: RoutePorts): Promise<BackendOutcome> {
  const { integration } = backend
  const { record } = call
  if (integration.uri !== "") record.integrationUri = integration.uri
  const scope = createScope(call.request, record)
  const isProxy = integration.type === "HTTP_PROXY"
  const mapped = mapRequest(backend.request, scope)
  if ("failure" in mapped) return mapped
  const request = isProxy ? proxyRequest(call.request, mapped) : mapped
  record.requestBody = request.body.toString("utf8")
  const result = await measured(backend, { call, request }, ports)
  if ("failure" in result) return result
  recordResponse(record, result)
  return isProxy ? passResponse(result) : mapResponse(backend.response, result, { scope, isRequired: call.isRequired })
}

type PreparedCall = { call: BackendCall; request: MappedRequest }

async function measured(backend: Backend, prepared: PreparedCall, ports: RoutePorts) {
  // AWS: a mock has no latency (int-mock-latency)
  if (backend.integration.type === "MOCK") return callMock(prepared.request)
  const { record } = prepared.call
  const startedAt = ports.steadyClock.now()
  const result = await send(backend, prepared, ports)
  record.integrationLatency = ports.steadyClock.now() - startedAt
  record.context.integrationLatency = record.integrationLatency
  record.context["integration.latency"] = record.integrationLatency
  return result
}

async function send(
  { integration, mapping, service }: Backend,
  { call, request }: PreparedCall,
  ports: RoutePorts,
): Promise<BackendResponse | { failure: Failure }> {
  const { type, uri, timeoutMs, functionArn, credentialsArn } = integration
  const { stage, record, resourcePath } = call
  if (type === "HTTP" || type === "HTTP_PROXY") {
    const { rest } = call.request
    // AWS: an integration of any method sends that of the request (rest-http-any)
    const method = mapping.httpMethod === "ANY" ? (rest?.method ?? "POST") : mapping.httpMethod
    const target = { uri, method, timeoutMs, apiId: stage.apiId, keepsSlashes: rest !== undefined }
    return callHttp(target, request, ports)
  }
  if (functionArn !== undefined) {
    const permission = ports.mayInvoke(stage, resourcePath, { functionArn, credentialsArn })
    if (!permission.allowed) return { failure: configurationFailure(permission.message) }
    if (permission.statement) record.allowedBy = permission.statement
    record.functionRequestId = ports.ids.functionRequestId()
    return callLambda({ functionArn, timeoutMs, caller: record }, request, ports)
  }
  if (!service) return { failure: configurationFailure(`Invalid integration URI: ${uri}`) }
  const { httpMethod: method } = mapping
  return callService({ uri: service, method, timeoutMs, roleArn: credentialsArn }, request, ports)
}

function recordResponse(record: TransactionRecord, response: BackendResponse): void {
  const { context } = record
  record.responseBody = response.body.toString("utf8")
  context.integrationStatus = response.status
  context["integration.integrationStatus"] = response.status
  context["integration.status"] = response.status
  if (response.log !== undefined) record.failure = response.log
  // AWS: a response of 4XX or 5XX counts as an error of the integration (int-metric-integration-error)
  if (response.status >= 400 || response.resultStatus !== undefined) record.blame = "integration"
}

/** AWS: stage variables are replaced in URIs and in the ARN of the role (int-stage-variables) */
export function withStageVariables(
  { type, uri, functionArn, credentialsArn, timeoutMs }: IntegrationDefinition,
  variables: Readonly<Record<string, string>>,
): DeployedIntegration {
  const replaced = replaceVariables(uri, variables)
  const named = functionArn ?? functionArnInUri(replaced)
  const role = credentialsArn === undefined ? undefined : replaceVariables(credentialsArn, variables)
  return {
    type,
    uri: replaced,
    timeoutMs,
    ...(named !== undefined && { functionArn: named }),
    ...(role !== undefined && { credentialsArn: role }),
  }
}

function replaceVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{stageVariables\.(\w+)\}/g, (found, name: string) => ownValue(variables, name) ?? found)
}
