// Reads the REST APIs with their methods, stages, authorizers and gateway responses.
import type { GatewayResponseDefinition, RestApiDefinition } from "../../definition/rest-api.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { apiEnvironment } from "./api-environment.ts"
import { readRestAuthorizer } from "./rest-authorizers.ts"
import { readRestMethods } from "./rest-methods.ts"
import { readRestStages } from "./rest-stages.ts"
import { reportMissingStage } from "./stages.ts"

export function readRestApis(template: ResolvedTemplate): RestApiDefinition[] {
  return template.ofType("AWS::ApiGateway::RestApi").map((api) => readApi(api, template))
}

function readApi(api: Resource, template: ResolvedTemplate): RestApiDefinition {
  const { properties, ref: apiId } = api
  const ofApi = (type: string) => template.ofType(type).filter((one) => one.properties.text("RestApiId") === apiId)
  const read = ofApi("AWS::ApiGateway::Authorizer").flatMap((resource) => readRestAuthorizer(resource) ?? [])
  const authorizers = recordFrom(read.map((authorizer) => [authorizer.authorizerId, authorizer]))
  const stages = readRestStages(ofApi)
  reportMissingStage(api, stages)
  reportUnserved(api)
  return {
    ...api.origin,
    apiId,
    environment: apiEnvironment(api),
    methods: readRestMethods(api, ofApi, authorizers),
    stages,
    authorizers,
    gatewayResponses: ofApi("AWS::ApiGateway::GatewayResponse").map(readGatewayResponse),
    binaryMediaTypes: properties.texts("BinaryMediaTypes"),
    apiKeySource: properties.oneOf("ApiKeySourceType", ["HEADER", "AUTHORIZER"]) ?? "HEADER",
  }
}

function reportUnserved(api: Resource): void {
  const { properties } = api
  if (properties.value("BodyS3Location") !== undefined) {
    api.notice(
      "An OpenAPI definition in another file is not read, so the API has no methods. Put it into the template.",
    )
  }
  if (properties.value("Policy") !== undefined) {
    api.notice("The resource policy of a REST API is not evaluated. Any program on this machine can call it.")
  }
  if (properties.value("MinimumCompressionSize") !== undefined) api.notice("Responses are not compressed.")
}

function readGatewayResponse(resource: Resource): GatewayResponseDefinition {
  const { properties } = resource
  const headers = Object.entries(properties.map("ResponseParameters")).flatMap(([target, source]) => {
    const name = /^gatewayresponse\.header\.(.+)$/.exec(target)?.[1]
    return name === undefined ? [] : [[name.toLowerCase(), source] as const]
  })
  const templates = new Map(Object.entries(properties.map("ResponseTemplates")))
  return {
    ...resource.origin,
    responseType: properties.required("ResponseType"),
    responseHeaders: recordFrom(headers),
    ...withoutUndefined({
      statusCode: properties.number("StatusCode"),
      template: templates.get("application/json"),
    }),
  }
}
