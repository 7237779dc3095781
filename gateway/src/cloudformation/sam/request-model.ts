// Expands the models of `AWS::Serverless::Api`, and what an `Api` event requires of its requests.
// AWS: a request model of an event leads to a validator and a model of its method (template-sam-request-model)
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { alphanumeric, entriesOf, type Properties, type Resources } from "../generated-resource.ts"

export function expandModels(apiId: string, models: unknown): Resources {
  return entriesOf(models).map(([name, schema]) => [
    modelId(apiId, name),
    { Type: "AWS::ApiGateway::Model", Properties: { RestApiId: { Ref: apiId }, Name: name, Schema: schema } },
  ])
}

/** The properties of a method, and the validator that it needs. */
export function requestValidation(apiId: string, event: Properties): { properties: Properties; resources: Resources } {
  const { RequestModel, RequestParameters } = event
  const { Model, ValidateBody, ValidateParameters } = isRecord(RequestModel) ? RequestModel : {}
  const isValidated = ValidateBody === true || ValidateParameters === true
  const id = `${apiId}Validator${ValidateBody === true ? "Body" : ""}${ValidateParameters === true ? "Params" : ""}`
  const validator = {
    Type: "AWS::ApiGateway::RequestValidator",
    Properties: {
      RestApiId: { Ref: apiId },
      ValidateRequestBody: ValidateBody === true,
      ValidateRequestParameters: ValidateParameters === true,
    },
  }
  return {
    properties: withoutUndefined({
      RequestModels: typeof Model === "string" ? { "application/json": Model } : undefined,
      RequestParameters: Array.isArray(RequestParameters) ? parametersOf(RequestParameters) : undefined,
      RequestValidatorId: isValidated ? { Ref: id } : undefined,
    }),
    resources: isValidated ? [[id, validator]] : [],
  }
}

/** A parameter is a name, or a name with its settings. */
function parametersOf(parameters: readonly unknown[]): Properties {
  const entries = parameters.flatMap((parameter): [string, boolean][] =>
    isRecord(parameter)
      ? Object.entries(parameter).map(([name, settings]) => [name, isRecord(settings) && settings.Required === true])
      : [[String(parameter), false]],
  )
  return Object.fromEntries(entries)
}

function modelId(apiId: string, name: string): string {
  return `${apiId}Model${alphanumeric(name)}`
}
