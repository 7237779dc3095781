// Expands SAM's `AWS::Serverless::*` resources to CloudFormation resources, before references are resolved.
// AWS: each SAM resource becomes the documented CloudFormation resources (template-sam)
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { codeAt, type Properties, type Resources } from "../generated-resource.ts"
import type { Report } from "../report.ts"
import { closestType } from "../resources/mistyped-types.ts"
import type { ResourceBody, Template } from "../source/stack.ts"
import { connectorType, expandConnectors } from "./expand-connectors.ts"
import { expandEvents, implicitHttpApi } from "./expand-events.ts"
import { expandFunction } from "./expand-function.ts"
import { expandHttpApi } from "./expand-http-api.ts"
import { expandRestApi, implicitRestApi } from "./expand-rest-api.ts"
import { expandStateMachine } from "./expand-state-machine.ts"
import { expandWebSocketApi } from "./expand-websocket-api.ts"

/** The template with its SAM resources replaced. A template without SAM resources is returned unchanged. */
export function expandTemplate(template: Template, report: Report): Template {
  const entries = [...template.resources]
  if (!entries.some(([, resource]) => isOfSam(resource))) return template
  const globalsOf = (name: string): Properties => {
    const globals = template.globals.get(name)
    return isRecord(globals) ? globals : {}
  }
  const resources = new Map<string, ResourceBody>()
  for (const [logicalId, resource] of entries) {
    const globals = globalsOf(resource.Type.replace("AWS::Serverless::", ""))
    for (const [id, generated] of expandResource(logicalId, resource, globals, report)) resources.set(id, generated)
  }
  // Events come last, because they add to buckets and APIs anywhere in the template.
  const restApis = apisOf("AWS::Serverless::Api", implicitRestApi, { entries, globals: globalsOf("Api") })
  const httpApis = apisOf("AWS::Serverless::HttpApi", implicitHttpApi, { entries, globals: globalsOf("HttpApi") })
  for (const [logicalId, resource] of entries) {
    if (resource.Type !== "AWS::Serverless::Function" || !isRecord(resource.Properties?.Events)) continue
    expandEvents(logicalId, resource.Properties.Events, { resources, restApis, httpApis, report })
  }
  // AWS: functions whose Api events name no API share an implicit one (template-sam-rest)
  if ([...resources.values()].some(({ Properties }) => refersTo(Properties?.RestApiId, implicitRestApi))) {
    const implicit: ResourceBody = { Type: "AWS::Serverless::Api" }
    const generated = expandRestApi(implicitRestApi, implicit, { ...globalsOf("Api"), StageName: "Prod" })
    for (const [id, one] of generated) resources.set(id, one)
  }
  // AWS: functions whose HttpApi events name no API share an implicit one (template-sam)
  if (resources.get(implicitHttpApi)?.Type === "AWS::Serverless::HttpApi") {
    const implicit: ResourceBody = { Type: "AWS::Serverless::HttpApi" }
    for (const [id, generated] of expandHttpApi(implicitHttpApi, implicit, globalsOf("HttpApi")))
      resources.set(id, generated)
  }
  expandConnectors(entries, resources, report)
  return { ...template, resources }
}

function isOfSam({ Type, Connectors }: ResourceBody): boolean {
  return Type.startsWith("AWS::Serverless::") || isRecord(Connectors)
}

/** The properties of the APIs of a type, and those of the implicit one. */
function apisOf(
  type: string,
  implicitId: string,
  { entries, globals }: { entries: [string, ResourceBody][]; globals: Properties },
): ReadonlyMap<string, Properties> {
  const own = entries.filter(([, { Type }]) => Type === type)
  return new Map([
    [implicitId, globals],
    ...own.map(([id, { Properties = {} }]) => [id, withGlobals(globals, Properties)] as const),
  ])
}

function refersTo(value: unknown, logicalId: string): boolean {
  return isRecord(value) && value.Ref === logicalId
}

function expandResource(logicalId: string, resource: ResourceBody, globals: Properties, report: Report): Resources {
  const own = resource.Properties ?? {}
  switch (resource.Type) {
    case "AWS::Serverless::Function":
      return expandFunction(logicalId, resource, withGlobals(globals, own), report)
    case "AWS::Serverless::Api":
      return expandRestApi(logicalId, resource, withGlobals(globals, own))
    case "AWS::Serverless::HttpApi":
      return expandHttpApi(logicalId, resource, withGlobals(globals, own))
    case "AWS::Serverless::WebSocketApi":
      return expandWebSocketApi(logicalId, resource, withGlobals(globals, own))
    case "AWS::Serverless::StateMachine":
      return expandStateMachine(logicalId, resource, withGlobals(globals, own), report)
    case "AWS::Serverless::SimpleTable":
      return [[logicalId, simpleTable(resource, own)]]
    case "AWS::Serverless::LayerVersion":
      return [[logicalId, layerVersion(logicalId, resource, own)]]
    case "AWS::Serverless::Application":
      return [[logicalId, { ...resource, Type: "AWS::CloudFormation::Stack" }]]
    default:
      if (isUnserved(resource.Type))
        report.notice({ logicalId, type: resource.Type }, `${resource.Type} is not served.`)
      // A copy, because events add properties to buckets.
      return [[logicalId, { ...resource }]]
  }
}

/** A mistyped type is reported with the one that it means. */
function isUnserved(type: string): boolean {
  return type.startsWith("AWS::Serverless::") && type !== connectorType && closestType(type, []) === undefined
}

/** AWS: maps are merged, lists are concatenated, and the resource's own value wins (template-sam-globals) */
function withGlobals(globals: Properties, own: Properties): Properties {
  const merged = new Map(Object.entries(globals))
  for (const [name, value] of Object.entries(own)) {
    const general = merged.get(name)
    if (Array.isArray(general) && Array.isArray(value)) merged.set(name, [...general, ...value])
    else if (isRecord(general) && isRecord(value)) merged.set(name, withGlobals(general, value))
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

function simpleTable(resource: ResourceBody, properties: Properties): ResourceBody {
  const { Name = "id", Type = "String" } = isRecord(properties.PrimaryKey) ? properties.PrimaryKey : {}
  return {
    ...resource,
    Type: "AWS::DynamoDB::Table",
    Properties: {
      ...withoutUndefined({ TableName: properties.TableName }),
      AttributeDefinitions: [{ AttributeName: Name, AttributeType: String(Type).charAt(0) }],
      KeySchema: [{ AttributeName: Name, KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  }
}

function layerVersion(logicalId: string, resource: ResourceBody, properties: Properties): ResourceBody {
  return {
    ...resource,
    Type: "AWS::Lambda::LayerVersion",
    Properties: {
      LayerName: properties.LayerName ?? logicalId,
      Content: { ...codeAt(properties.ContentUri), ...layerBuildOf(logicalId, resource) },
    },
  }
}

/** AWS: a layer is built for a runtime, whose folder it has, or by its Makefile (template-sam-layer) */
function layerBuildOf(logicalId: string, { Metadata = {} }: ResourceBody): Properties {
  if (Metadata.BuildMethod === "makefile") return { MakeTarget: `build-${logicalId}` }
  const [LayerFolder] = /^(?:nodejs|python)(?=\d)/.exec(String(Metadata.BuildMethod)) ?? []
  return LayerFolder === undefined ? {} : { LayerFolder }
}
