// Reads the Lambda authorizers of a WebSocket API.
import type { AuthorizerDefinition } from "../../definition/api.ts"
import { functionArnInUri } from "../../foundation/function-arn-in-uri.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Resource } from "../resolve/resource.ts"

const httpApiProperties = [
  "AuthorizerResultTtlInSeconds",
  "AuthorizerPayloadFormatVersion",
  "EnableSimpleResponses",
  "JwtConfiguration",
]

export function readAuthorizer(resource: Resource): AuthorizerDefinition {
  const { properties } = resource
  // AWS: REQUEST is the only type that WebSocket APIs have (template-authorizer-type)
  if (properties.text("AuthorizerType") !== "REQUEST")
    resource.problem("AuthorizerType must be REQUEST for a WebSocket API.")
  for (const name of httpApiProperties) {
    // AWS: an authorizer with a cache is rejected with this text (permissions-authorizer-cache)
    if (properties.value(name) !== undefined) resource.problem(`${name} cannot be set for WEBSOCKET protocol Apis.`)
  }
  properties.required("Name")
  const identitySource = properties.texts("IdentitySource")
  for (const source of identitySource) {
    // AWS: an identity source has one of these four forms (template-identity-source)
    if (/^(route\.request\.(header|querystring)\.[^.]+|stageVariables\.\w+|context\.[\w.]+)$/.test(source)) continue
    resource.problem(
      `IdentitySource "${source}" must be route.request.header.X, route.request.querystring.X, stageVariables.X or context.X.`,
    )
  }
  return {
    ...resource.origin,
    authorizerId: resource.ref,
    identitySource,
    ...withoutUndefined({
      functionArn: functionArnInUri(properties.required("AuthorizerUri")),
      credentialsArn: properties.text("AuthorizerCredentialsArn"),
    }),
  }
}
