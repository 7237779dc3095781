// Builds the response of a route from that of an integration: selection, template, parameters.
import type { ContentHandling, IntegrationResponseDefinition } from "../../definition/api.ts"
import { textInBody } from "../body-path.ts"
import { configurationFailure, type Failure } from "../failure.ts"
import { isHeaderName } from "../header-name.ts"
import { renderTemplate } from "../mapping-templates/mapping-template.ts"
import type { SelectionSource } from "../selection-expression.ts"
import { type MappingScope, readTemplates, selectTemplate, type Templates, templateInput } from "./request-mapping.ts"

/** The response of a route: that of a Lambda proxy, or the mapped one of another integration. */
export type RouteResponse = {
  statusCode: number
  /** Names in lower case. They come from outside, so the prototype is null. */
  headers: Record<string, string>
  body?: string
  /** The body as the backend sent it, where it is passed on unchanged. */
  bytes?: Buffer
}

/** The response of a backend. */
export type BackendResponse = {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Buffer
  /** What the keys of integration responses are compared with: a status, or the error message of a function. */
  selectionValue: string | undefined
  /** The status of the response when it differs from that of the backend: a function has failed. */
  resultStatus?: number
  /** A line for the execution log. */
  log?: string
}

export type ResponseMapping = {
  /** In the order of the template. */
  patterns: readonly { pattern: RegExp; response: MappedResponse }[]
  fallback: MappedResponse | undefined
}

type MappedResponse = {
  /** Of a REST API. */
  statusCode: number | undefined
  /** Of a REST API: the first of its templates' content types. */
  contentType: string
  contentHandling: ContentHandling | undefined
  templates: Templates
  headers: readonly (readonly [name: string, source: string])[]
}

export function readResponseMapping(responses: readonly IntegrationResponseDefinition[]): ResponseMapping {
  const patterns = responses.flatMap((response) => {
    const pattern = patternOf(response.responseKey)
    return pattern ? [{ pattern, response: readResponse(response) }] : []
  })
  const fallback = responses.find(({ responseKey }) => responseKey === "$default")
  return { patterns, fallback: fallback && readResponse(fallback) }
}

/** AWS: a key in slashes is a regular expression; the whole value must match (int-response-pattern) */
function patternOf(responseKey: string): RegExp | undefined {
  const expression = /^\/(.*)\/$/s.exec(responseKey)?.[1]
  return expression === undefined ? undefined : new RegExp(`^(?:${expression})$`)
}

function readResponse(response: IntegrationResponseDefinition): MappedResponse {
  const { statusCode } = response
  const contentTypes = Object.keys(response.responseTemplates)
  return {
    statusCode,
    // AWS?: the template of JSON is preferred, else the first one applies (rest-response-template)
    contentType: contentTypes.includes("application/json")
      ? "application/json"
      : (contentTypes[0] ?? "application/json"),
    contentHandling: response.contentHandling,
    templates: readTemplates(response.responseTemplates, response.templateSelectionExpression),
    headers: Object.entries(response.responseParameters).flatMap(([target, source]) => {
      const name = /^(?:method|route)\.response\.header\.(.+)$/.exec(target)?.[1]
      return name === undefined ? [] : [[name.toLowerCase(), source] as const]
    }),
  }
}

/** @param isRequired whether the response is used: by the handshake, or by a two-way route */
export function mapResponse(
  { patterns, fallback }: ResponseMapping,
  backend: BackendResponse,
  { scope, isRequired }: { scope: MappingScope; isRequired: boolean },
): { response: RouteResponse } | { failure: Failure } {
  const { selectionValue } = backend
  const matching =
    selectionValue === undefined ? undefined : patterns.find(({ pattern }) => pattern.test(selectionValue))
  const selected = matching?.response ?? fallback
  if (!selected) {
    // AWS: without a matching response there is no output (int-response-missing)
    return isRequired ? { failure: noResponse(backend) } : { response: passed(backend, undefined) }
  }
  const isRest = selected.statusCode !== undefined
  const source: SelectionSource = {
    body: scope.request.body,
    response: backend,
    ...(isRest && { contentType: selected.contentType }),
  }
  const template = selectTemplate(selected.templates, source)
  const text = textOfBody(backend.body, selected.contentHandling)
  let body = text
  if (template) {
    try {
      body = renderTemplate(template, templateInput(scope, text))
    } catch (error) {
      return { failure: responseFailure(error) }
    }
  }
  const headers = mapHeaders(selected.headers, backend, text)
  for (const [name, value] of scope.context.responseHeaders()) headers[name.toLowerCase()] = value
  const invalidName = Object.keys(headers).find((name) => !isHeaderName(name))
  if (invalidName !== undefined) {
    // AWS?: a name that is not valid in HTTP fails as the template does (int-override-header-name)
    return { failure: responseFailure(new Error(`The header name ${JSON.stringify(invalidName)} is invalid`)) }
  }
  // AWS: a template replaces the status by `$context.responseOverride.status` (int-response-override)
  const statusCode = scope.context.responseStatus() ?? selected.statusCode ?? statusOf(backend)
  if (isRest) headers["content-type"] ??= selected.contentType
  return { response: { statusCode, headers, body } }
}

/** The response of a proxy integration. AWS: the complete body is passed on (int-http-proxy-body) */
export function passResponse(backend: BackendResponse): { response: RouteResponse } {
  const headers: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(backend.headers)) {
    const first = [value].flat()[0]
    if (first !== undefined) headers[name] = first
  }
  return { response: { ...passed(backend, backend.body.toString("utf8")), headers, bytes: backend.body } }
}

function statusOf({ resultStatus, status }: BackendResponse): number {
  return resultStatus ?? status
}

function passed(backend: BackendResponse, body: string | undefined): RouteResponse {
  return { statusCode: statusOf(backend), headers: Object.create(null), ...(body !== undefined && { body }) }
}

function noResponse({ status }: BackendResponse): Failure {
  return configurationFailure(
    `No match for output mapping and no default output mapping configured. Endpoint Response Status Code: ${status}`,
  )
}

function responseFailure(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error)
  const failure = configurationFailure("Unable to transform response")
  return { ...failure, log: [failure.log ?? "", `The response template failed: ${detail}`].flat() }
}

/** AWS: CONVERT_TO_TEXT encodes bytes as base64; without it they are text (int-convert-to-text) */
function textOfBody(body: Buffer, handling: ContentHandling | undefined): string {
  return body.toString(handling === "CONVERT_TO_TEXT" ? "base64" : "utf8")
}

/** AWS: from a header or the body of the response, or a text in single quotes (int-response-parameters) */
function mapHeaders(
  mappings: MappedResponse["headers"],
  backend: BackendResponse,
  text: string,
): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (const [name, source] of mappings) {
    const value = valueOfSource(source, backend, text)
    if (value !== undefined) headers[name] = value
  }
  return headers
}

function valueOfSource(source: string, { headers }: BackendResponse, text: string): string | undefined {
  const [, constant] = /^'(.*)'$/s.exec(source) ?? []
  if (constant !== undefined) return constant
  const [, kind, name = ""] = /^integration\.response\.(header|body)\.(.+)$/s.exec(source) ?? []
  if (kind === "body") return textInBody(text, name)
  return kind === "header" ? [headers[name.toLowerCase()]].flat()[0] : undefined
}
