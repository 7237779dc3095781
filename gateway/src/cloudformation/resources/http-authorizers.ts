// Reads the authorization of HTTP API routes: JWT authorizers, Lambda authorizers and IAM.
import type {
  HttpAuthorizationDefinition,
  HttpLambdaAuthorizerDefinition,
  JwtAuthorizerDefinition,
} from "../../definition/api.ts"
import { functionArnInUri } from "../../foundation/function-arn-in-uri.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Resource } from "../resolve/resource.ts"

/** AWS: a Lambda authorizer has these identity sources, and a JWT authorizer the first two (http-identity-source) */
const identitySource = /^\$(request\.(header|querystring)\.[^.]+|stageVariables\.\w+|context\.[\w.]+)$/
const tokenSource = /^\$request\.(header|querystring)\.[^.]+$/

const MAX_RESULT_TTL_SECONDS = 3600

/** @param authorizers the authorizers of the API by id */
export function readAuthorization(
  route: Resource,
  authorizers: ReadonlyMap<string, Resource>,
): HttpAuthorizationDefinition {
  const { properties } = route
  const type = properties.oneOf("AuthorizationType", ["NONE", "AWS_IAM", "JWT", "CUSTOM"]) ?? "NONE"
  const scopes = properties.texts("AuthorizationScopes")
  // AWS: the scopes belong to JWT authorizers (http-route-scopes)
  if (scopes.length > 0 && type !== "JWT")
    route.problem("Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization types.")
  if (type === "NONE" || type === "AWS_IAM") return { type }
  const authorizer = authorizers.get(properties.required("AuthorizerId"))
  const expected = type === "JWT" ? "JWT" : "REQUEST"
  if (authorizer?.properties.text("AuthorizerType") !== expected) {
    route.problem(`AuthorizerId must be an authorizer of this API with the AuthorizerType ${expected}.`)
    return { type: "NONE" }
  }
  if (type === "JWT") return { type, authorizer: readJwtAuthorizer(authorizer), scopes }
  return { type, authorizer: readLambdaAuthorizer(authorizer) }
}

function readJwtAuthorizer(resource: Resource): JwtAuthorizerDefinition {
  const { properties } = resource
  const configuration = properties.object("JwtConfiguration")
  if (!configuration) resource.problem("JwtConfiguration is required for a JWT authorizer.")
  const sources = properties.texts("IdentitySource")
  for (const source of sources) {
    if (tokenSource.test(source)) continue
    resource.problem(`IdentitySource "${source}" must be $request.header.X or $request.querystring.X.`)
  }
  if (sources.length === 0) resource.problem("IdentitySource is required for a JWT authorizer.")
  const issuer = configuration?.required("Issuer") ?? ""
  if (configuration && !URL.canParse(issuer))
    resource.problem(`JwtConfiguration.Issuer must be a URL, not "${issuer}".`)
  const audience = configuration?.texts("Audience") ?? []
  if (configuration && audience.length === 0) resource.problem("JwtConfiguration.Audience is required.")
  return { ...resource.origin, authorizerId: resource.ref, identitySource: sources, issuer, audience }
}

function readLambdaAuthorizer(resource: Resource): HttpLambdaAuthorizerDefinition {
  const { properties } = resource
  // AWS: required for a Lambda authorizer of an HTTP API (http-authorizer-version)
  properties.required("AuthorizerPayloadFormatVersion")
  const version = properties.oneOf("AuthorizerPayloadFormatVersion", ["1.0", "2.0"]) ?? "2.0"
  const hasSimpleResponses = properties.flag("EnableSimpleResponses") ?? false
  if (hasSimpleResponses && version === "1.0")
    resource.problem("EnableSimpleResponses needs AuthorizerPayloadFormatVersion 2.0.")
  const resultTtlSeconds = properties.number("AuthorizerResultTtlInSeconds") ?? 0
  if (resultTtlSeconds < 0 || resultTtlSeconds > MAX_RESULT_TTL_SECONDS)
    resource.problem(`AuthorizerResultTtlInSeconds must be between 0 and 3600, not ${resultTtlSeconds}.`)
  const sources = properties.texts("IdentitySource")
  for (const source of sources) {
    if (identitySource.test(source)) continue
    resource.problem(
      `IdentitySource "${source}" must be $request.header.X, $request.querystring.X, $stageVariables.X or $context.X.`,
    )
  }
  // AWS: a cache needs an identity source (http-authorizer-cache-identity)
  if (resultTtlSeconds > 0 && sources.length === 0)
    resource.problem("AuthorizerResultTtlInSeconds needs at least one IdentitySource.")
  return {
    ...resource.origin,
    authorizerId: resource.ref,
    identitySource: sources,
    payloadFormatVersion: version,
    hasSimpleResponses,
    resultTtlSeconds,
    ...withoutUndefined({
      functionArn: functionArnInUri(properties.required("AuthorizerUri")),
      credentialsArn: properties.text("AuthorizerCredentialsArn"),
    }),
  }
}
