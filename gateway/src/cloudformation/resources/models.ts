// Reads the models of an API with the models that they refer to, and those of its routes and methods.
import type { ModelDefinition, RouteModels } from "../../definition/api.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { Resource } from "../resolve/resource.ts"

type Read = { resource: Resource; name: string; address: string; schema: unknown }

/** By name. */
export function readModels(ofApi: (type: string) => Resource[]): Map<string, ModelDefinition> {
  const read = ofApi("AWS::ApiGatewayV2::Model").map((resource): Read => {
    const name = resource.properties.required("Name")
    return { resource, name, address: addressOf(resource.properties.text("ApiId"), name), schema: schemaOf(resource) }
  })
  return withReferences(read)
}

/** Those of a REST API. AWS: it has the models Empty and Error (rest-model-default) */
export function readRestModels(api: Resource, ofApi: (type: string) => Resource[]): Map<string, ModelDefinition> {
  const read = ofApi("AWS::ApiGateway::Model").map((resource): Read => {
    return { resource, name: resource.ref, address: addressOf(api.ref, resource.ref), schema: schemaOf(resource) }
  })
  const errorSchema = { type: "object", properties: { message: { type: "string" } } }
  const added = [
    ["Empty", { type: "object" }],
    ["Error", errorSchema],
  ] as const
  const builtIn = added.map(
    ([name, schema]): Read => ({ resource: api, name, address: addressOf(api.ref, name), schema }),
  )
  return withReferences([...builtIn, ...read])
}

/** AWS: a model refers to another one of its API by its address (model-reference) */
function addressOf(apiId: string | undefined, name: string): string {
  return `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`
}

function withReferences(read: readonly Read[]): Map<string, ModelDefinition> {
  const byAddress = new Map(read.map((one) => [one.address, one]))
  return new Map(
    read.map((one) => {
      const { resource, name, schema } = one
      return [name, { ...resource.origin, name, schema, references: recordFrom(referencesOf(one, byAddress)) }]
    }),
  )
}

function referencesOf(model: Read, byAddress: ReadonlyMap<string, Read>): [address: string, schema: unknown][] {
  const found = new Map<string, Read>()
  const waiting = [model]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const reference of addressesIn(next.schema)) {
      const other = byAddress.get(reference)
      if (!other) report(next, reference, byAddress)
      else if (!found.has(reference)) {
        found.set(reference, other)
        waiting.push(other)
      }
    }
  }
  return [...found].map(([address, { schema }]) => [address, schema])
}

/** The references of a schema to others: those to its own definitions begin with `#`. */
function addressesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(addressesIn)
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([key, one]) => {
    if (key !== "$ref" || typeof one !== "string") return addressesIn(one)
    return one.startsWith("#") ? [] : [one]
  })
}

function report({ resource }: Read, reference: string, byAddress: ReadonlyMap<string, Read>): void {
  const known = [...byAddress.keys()].join(", ")
  resource.problem(`Schema: Model reference must be in canonical form: ${reference} is not one of ${known}.`)
}

/** A schema is a JSON object, or its text. */
function schemaOf(resource: Resource): unknown {
  const schema = resource.properties.value("Schema")
  if (isRecord(schema)) return schema
  const parsed = typeof schema === "string" ? parseJsonObject(schema) : undefined
  return parsed ?? resource.problem("Schema must be a JSON Schema: an object, or its JSON text.")
}

/** By content type. undefined when bodies of the method are not validated. */
export function readMethodModels(
  resource: Resource,
  models: ReadonlyMap<string, ModelDefinition>,
): Record<string, ModelDefinition> | undefined {
  const byType = Object.entries(resource.properties.map("RequestModels")).flatMap(
    ([type, name]): [string, ModelDefinition][] => {
      const model = models.get(name)
      if (!model) resource.problem(`RequestModels: ${name} is not the name of a model of this API.`)
      return model ? [[type, model]] : []
    },
  )
  return byType.length === 0 ? undefined : recordFrom(byType)
}

/** undefined when messages of the route are not validated. */
export function readRouteModels(
  resource: Resource,
  models: ReadonlyMap<string, ModelDefinition>,
): RouteModels | undefined {
  const { properties } = resource
  const names = properties.map("RequestModels")
  const selectionExpression = properties.text("ModelSelectionExpression")
  // AWS: messages are validated when the route has a model selection expression (model-needs-expression)
  if (selectionExpression === undefined) {
    if (Object.keys(names).length > 0) {
      resource.advice("Messages are not validated, because RequestModels needs a ModelSelectionExpression.")
    }
    return undefined
  }
  const byKey = Object.entries(names).flatMap(([key, name]): [string, ModelDefinition][] => {
    const model = models.get(name)
    if (!model) resource.problem(`RequestModels: ${name} is not the Name of a model of this API.`)
    return model ? [[key, model]] : []
  })
  return { selectionExpression, byKey: recordFrom(byKey) }
}
