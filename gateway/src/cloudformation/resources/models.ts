// Reads the models of a WebSocket API, and those of its routes.
import type { ModelDefinition, RouteModels } from "../../definition/api.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { Resource } from "../resolve/resolve-template.ts"

/** By name. */
export function readModels(ofApi: (type: string) => Resource[]): Map<string, ModelDefinition> {
  return new Map(
    ofApi("AWS::ApiGatewayV2::Model").map((resource) => {
      const name = resource.properties.required("Name")
      return [name, { ...resource.origin, name, schema: schemaOf(resource) }]
    }),
  )
}

/** A schema is a JSON object, or its text. */
function schemaOf(resource: Resource): unknown {
  const schema = resource.properties.value("Schema")
  if (isRecord(schema)) return schema
  try {
    const parsed: unknown = typeof schema === "string" ? JSON.parse(schema) : undefined
    if (isRecord(parsed)) return parsed
  } catch {
    // Reported below, like any other value that is not a schema.
  }
  return resource.problem("Schema must be a JSON Schema: an object, or its JSON text.")
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
    if (!model) resource.problem(`RequestModels: ${name} is not a model of this API.`)
    return model ? [[key, model]] : []
  })
  return { selectionExpression, byKey: recordFrom(byKey) }
}
