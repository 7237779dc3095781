// Expands the request validation of an OpenAPI definition: validators, models and required parameters.
import { isRecord } from "../../foundation/is-record.ts"
import { alphanumeric, entriesOf, type Properties } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"

/** Adds the validators and, when there are any, the models of a definition. */
export function addValidation(apiId: string, body: Properties, resources: Map<string, ResourceBody>): void {
  const validators = entriesOf(body["x-amazon-apigateway-request-validators"])
  for (const [name, validator] of validators) {
    const { validateRequestBody, validateRequestParameters } = isRecord(validator) ? validator : {}
    resources.set(validatorId(apiId, name), {
      Type: "AWS::ApiGateway::RequestValidator",
      Properties: {
        RestApiId: { Ref: apiId },
        Name: name,
        ValidateRequestBody: validateRequestBody ?? false,
        ValidateRequestParameters: validateRequestParameters ?? false,
      },
    })
  }
  if (validators.length === 0) return
  const components = isRecord(body.components) ? body.components.schemas : undefined
  for (const [name, schema] of entriesOf(body.definitions ?? components)) {
    resources.set(modelId(apiId, name), modelOf(apiId, name, schema))
  }
}

/** The validator, the models and the required parameters of a method. */
export function validationOf(
  place: { apiId: string; method: string; path: string },
  { operation, item, body }: { operation: Properties; item: Properties; body: Properties },
  resources: Map<string, ResourceBody>,
): Properties {
  const extension = "x-amazon-apigateway-request-validator"
  const validator = operation[extension] ?? body[extension]
  if (typeof validator !== "string") return {}
  const { apiId } = place
  const parameters = [item.parameters, operation.parameters].flat().filter(isRecord)
  const models = bodySchemas(operation, parameters).map(([type, schema]) => {
    const name = isRecord(schema) && typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined
    if (name !== undefined) return [type, name] as const
    const own = alphanumeric(`${place.method}${place.path}${type}`)
    resources.set(modelId(apiId, own), modelOf(apiId, own, schema))
    return [type, own] as const
  })
  return {
    RequestValidatorId: { Ref: validatorId(apiId, validator) },
    RequestModels: Object.fromEntries(models),
    RequestParameters: Object.fromEntries(
      parameters.flatMap(({ in: location, name, required }) => {
        const part = location === "query" ? "querystring" : location
        if (part !== "querystring" && part !== "header") return []
        return [[`method.request.${part}.${String(name)}`, required === true]]
      }),
    ),
  }
}

/** By content type. A parameter `in: body` of version 2 is JSON. */
function bodySchemas(operation: Properties, parameters: readonly Properties[]): [type: string, schema: unknown][] {
  const content = isRecord(operation.requestBody) ? operation.requestBody.content : undefined
  const ofBody = parameters.filter((parameter) => parameter.in === "body")
  return [
    ...entriesOf(content).flatMap(([type, media]): [string, unknown][] =>
      isRecord(media) && media.schema !== undefined ? [[type, media.schema]] : [],
    ),
    ...ofBody.map(({ schema }): [string, unknown] => ["application/json", schema]),
  ]
}

function modelOf(apiId: string, name: string, schema: unknown): ResourceBody {
  return {
    Type: "AWS::ApiGateway::Model",
    Properties: { RestApiId: { Ref: apiId }, Name: name, Schema: withModelAddresses(apiId, schema) },
  }
}

/** A model refers to another one by its address. */
function withModelAddresses(apiId: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => withModelAddresses(apiId, one))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const [, name] = (key === "$ref" && /^#\/(?:components\/schemas|definitions)\/(.+)$/.exec(String(one))) || []
      if (name === undefined) return [key, withModelAddresses(apiId, one)]
      return [key, { "Fn::Sub": `https://apigateway.amazonaws.com/restapis/\${${apiId}}/models/${name}` }]
    }),
  )
}

function validatorId(apiId: string, name: string): string {
  return `${apiId}Validator${alphanumeric(name)}`
}

function modelId(apiId: string, name: string): string {
  return `${apiId}Model${alphanumeric(name)}`
}
