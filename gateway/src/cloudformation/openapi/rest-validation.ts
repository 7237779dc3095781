// Reads what an OpenAPI definition says of the validation of requests: validators, models and required parameters.
import { isRecord } from "../../foundation/is-record.ts"
import type { ResourceBody } from "../source/stack.ts"

type Fields = Record<string, unknown>

/** Adds the validators and, when there are any, the models of a definition. */
export function addValidation(apiId: string, body: Fields, resources: Map<string, ResourceBody>): void {
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
  { operation, item, body }: { operation: Fields; item: Fields; body: Fields },
  resources: Map<string, ResourceBody>,
): Fields {
  const extension = "x-amazon-apigateway-request-validator"
  const validator = operation[extension] ?? body[extension]
  if (typeof validator !== "string") return {}
  const { apiId } = place
  const parameters = [item.parameters, operation.parameters].flat().filter(isRecord)
  const models = bodySchemas(operation, parameters).map(([type, schema]) => {
    const name = isRecord(schema) && typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined
    if (name !== undefined) return [type, name] as const
    const own = `${place.method}${place.path}${type}`.replaceAll(/[^A-Za-z0-9]/g, "")
    resources.set(modelId(apiId, own), modelOf(apiId, own, schema))
    return [type, own] as const
  })
  return {
    RequestValidatorId: { Ref: validatorId(apiId, validator) },
    RequestModels: Object.fromEntries(models),
    RequestParameters: Object.fromEntries(
      parameters.flatMap(({ in: location, name, required }) => {
        const place = location === "query" ? "querystring" : location
        if (place !== "querystring" && place !== "header") return []
        return [[`method.request.${place}.${String(name)}`, required === true]]
      }),
    ),
  }
}

/** By content type. A parameter `in: body` of version 2 is JSON. */
function bodySchemas(operation: Fields, parameters: readonly Fields[]): [type: string, schema: unknown][] {
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
  const Properties = { RestApiId: { Ref: apiId }, Name: name, Schema: withModelAddresses(apiId, schema) }
  return { Type: "AWS::ApiGateway::Model", Properties }
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
  return `${apiId}Validator${name.replaceAll(/[^A-Za-z0-9]/g, "")}`
}

function modelId(apiId: string, name: string): string {
  return `${apiId}Model${name.replaceAll(/[^A-Za-z0-9]/g, "")}`
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : []
}
