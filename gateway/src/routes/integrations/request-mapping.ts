// Builds the request of an integration from a handshake or message: template, parameters, passthrough.
import type { IntegrationMapping } from "../../definition/api.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { textInBody } from "../body-path.ts"
import { configurationFailure, type Failure } from "../failure.ts"
import { ContextObject } from "../mapping-templates/context-object.ts"
import { BodyNotJsonError, type RequestParameters } from "../mapping-templates/input-object.ts"
import {
  compileTemplate,
  type MappingTemplate,
  renderTemplate,
  type TemplateInput,
} from "../mapping-templates/mapping-template.ts"
import { readSelectionExpression, type SelectionExpression, type SelectionSource } from "../selection-expression.ts"

/** What a route received. The maps are empty for a message, and have the last of several values. */
export type RouteRequest = {
  /** The message. Empty for `$connect` and `$disconnect`. */
  body: string
  /** Of a request to a REST API. */
  rest?: RestPart
  querystring: ReadonlyMap<string, string>
  header: ReadonlyMap<string, string>
  multiValueQuerystring: ReadonlyMap<string, readonly string[]>
  multiValueHeader: ReadonlyMap<string, readonly string[]>
}

/** The part that only requests to REST APIs have. */
export type RestPart = {
  method: string
  path: ReadonlyMap<string, string>
  /** Of the body, without parameters: the key of the request template. */
  contentType: string
  /** The body as it arrived. */
  bytes: Buffer
}

export type MappedRequest = {
  body: Buffer
  /** Names in lower case. */
  header: Map<string, string>
  querystring: Map<string, string>
  path: Map<string, string>
}

export type MappingScope = {
  request: RouteRequest
  record: TransactionRecord
  context: ContextObject
  stageVariables: Readonly<Record<string, string>>
}

export type Templates = {
  byKey: ReadonlyMap<string, MappingTemplate>
  /** Evaluates to the key. Absent: the content type is the key. */
  expression: SelectionExpression | undefined
}

export function readTemplates(sources: Record<string, string>, expression: string | undefined): Templates {
  return {
    byKey: new Map(Object.entries(sources).map(([key, source]) => [key, compileTemplate(source)])),
    expression: expression === undefined ? undefined : readSelectionExpression(expression),
  }
}

/** AWS: the selected template, else `$default` (int-template-selection, int-template-default) */
export function selectTemplate({ byKey, expression }: Templates, source: SelectionSource): MappingTemplate | undefined {
  // AWS: without an expression the template of the content type applies (int-template-content-type)
  const key = expression ? expression(source) : (source.contentType ?? "application/json")
  return byKey.get(key) ?? byKey.get("$default")
}

export function createScope(request: RouteRequest, record: TransactionRecord): MappingScope {
  return { request, record, context: new ContextObject(record), stageVariables: record.stage.variables }
}

export function templateInput(scope: MappingScope, body: string): TemplateInput {
  const { querystring, header, rest } = scope.request
  // AWS?: `$input.params` has the parameters of the handshake in `$connect` (vtl-params-websocket)
  const parameters: RequestParameters = { path: rest?.path ?? new Map(), querystring, header }
  return { body, parameters, context: scope.context, stageVariables: scope.stageVariables }
}

export type RequestMapping = Pick<IntegrationMapping, "passthroughBehavior" | "contentHandling"> & {
  templates: Templates
  parameters: readonly ParameterMapping[]
}

export function readRequestMapping(mapping: IntegrationMapping): RequestMapping {
  const { passthroughBehavior, contentHandling, requestParameters } = mapping
  return {
    passthroughBehavior,
    ...(contentHandling && { contentHandling }),
    templates: readTemplates(mapping.requestTemplates, mapping.templateSelectionExpression),
    parameters: Object.entries(requestParameters).flatMap(([target, source]) => readParameter(target, source) ?? []),
  }
}

/** The request, or the failure that the client is sent. */
export function mapRequest(mapping: RequestMapping, scope: MappingScope): MappedRequest | { failure: Failure } {
  const { body, rest } = scope.request
  const template = selectTemplate(mapping.templates, { body, ...(rest && { contentType: rest.contentType }) })
  if (!template && rejectsUnmapped(mapping)) return { failure: unsupportedMediaType }
  let text = body
  if (template) {
    try {
      text = renderTemplate(template, templateInput(scope, body))
    } catch (error) {
      return { failure: requestFailure(error) }
    }
  }
  const passed = template || mapping.contentHandling ? undefined : rest?.bytes
  const content = passed ?? convertRequest(text, mapping.contentHandling)
  // AWS: a body that is not base64 cannot be converted (int-convert-invalid)
  if (!content) return { failure: configurationFailure("Unable to base64 decode the body.") }
  const mapped: MappedRequest = { body: content, header: new Map(), querystring: new Map(), path: new Map() }
  for (const { location, name, source } of mapping.parameters) {
    const value = valueOfSource(source, scope)
    if (value !== undefined) mapped[location].set(location === "header" ? name.toLowerCase() : name, value)
  }
  applyOverrides(mapped, scope.context)
  return mapped
}

/**
 * AWS: WHEN_NO_MATCH passes the body on, WHEN_NO_TEMPLATES only without templates, NEVER rejects
 * (int-passthrough-no-match, int-passthrough-no-templates, int-passthrough-never)
 */
function rejectsUnmapped({ passthroughBehavior, templates }: RequestMapping): boolean {
  if (passthroughBehavior === "NEVER") return true
  return passthroughBehavior === "WHEN_NO_TEMPLATES" && templates.byKey.size > 0
}

const unsupportedMediaType: Failure = { status: 415, message: "Unsupported Media Type", blame: "client" }

function requestFailure(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof BodyNotJsonError) {
    // AWS?: the message is that of a body that fails validation (int-body-not-json)
    return { status: 400, message: "Bad request body", blame: "client", log: detail }
  }
  // AWS: a template that fails is logged with the first of these lines (int-transform-request)
  const failure = configurationFailure("Unable to transform request")
  return { ...failure, log: [failure.log ?? "", `The request template failed: ${detail}`].flat() }
}

/** AWS: CONVERT_TO_BINARY decodes base64 for the backend (int-convert-to-binary) */
function convertRequest(text: string, handling: IntegrationMapping["contentHandling"]): Buffer | undefined {
  if (handling !== "CONVERT_TO_BINARY") return Buffer.from(text)
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0
  return isBase64 ? Buffer.from(text, "base64") : undefined
}

type Location = "header" | "querystring" | "path"
type ParameterMapping = { location: Location; name: string; source: string }

function readParameter(target: string, source: string): ParameterMapping | undefined {
  const [, location, name] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target) ?? []
  return location === undefined || name === undefined ? undefined : { location: location as Location, name, source }
}

/** AWS: query, headers, body, stage and context variables, and a text in single quotes (int-parameter-sources) */
function valueOfSource(source: string, { request, context, stageVariables }: MappingScope): string | undefined {
  const [, constant] = /^'(.*)'$/s.exec(source) ?? []
  if (constant !== undefined) return constant
  const [, kind = "", name = ""] =
    /^(route\.request\.(?:path|querystring|header|multivaluequerystring|multivalueheader|body)|stageVariables|context)\.(.+)$/s.exec(
      source.replace(/^method\./, "route."),
    ) ?? []
  switch (kind) {
    case "route.request.path":
      return request.rest?.path.get(name)
    case "route.request.querystring":
      return request.querystring.get(name)
    case "route.request.header":
      return valueIgnoringCase(request.header, name)
    case "route.request.multivaluequerystring":
      return request.multiValueQuerystring.get(name)?.join(",")
    case "route.request.multivalueheader":
      return valueIgnoringCase(request.multiValueHeader, name)?.join(",")
    case "route.request.body":
      return textInBody(request.body, name)
    case "stageVariables":
      return ownValue(stageVariables, name)
    case "context":
      return context.variable(name)
    default:
      return undefined
  }
}

function valueIgnoringCase<Value>(values: ReadonlyMap<string, Value>, name: string): Value | undefined {
  const wanted = name.toLowerCase()
  for (const [one, value] of values) if (one.toLowerCase() === wanted) return value
  return undefined
}

/** AWS: a template replaces mapped parameters by `$context.requestOverride` (int-request-override) */
function applyOverrides(mapped: MappedRequest, context: ContextObject): void {
  for (const location of ["header", "querystring", "path"] as const) {
    for (const [name, value] of context.requestOverride(location)) {
      mapped[location].set(location === "header" ? name.toLowerCase() : name, value)
    }
  }
}
