// Reads the Lambda authorizers of a REST API.
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { functionArnInUri } from "../../foundation/function-arn-in-uri.ts"
import type { Resource } from "../resolve/resolve-template.ts"
import { isRegularExpression } from "./is-regular-expression.ts"

/** AWS: results are kept for 300 seconds unless the authorizer has another time (rest-authorizer-cache) */
const DEFAULT_CACHE_SECONDS = 300
const MAX_CACHE_SECONDS = 3600

/** undefined for an authorizer of another kind, whose methods say so. */
export function readRestAuthorizer(resource: Resource): RestAuthorizerDefinition | undefined {
  const { properties } = resource
  const kind = properties.oneOf("Type", ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"])
  if (kind === undefined || kind === "COGNITO_USER_POOLS") return undefined
  const cacheSeconds = properties.number("AuthorizerResultTtlInSeconds") ?? DEFAULT_CACHE_SECONDS
  if (cacheSeconds < 0 || cacheSeconds > MAX_CACHE_SECONDS) {
    resource.problem(`AuthorizerResultTtlInSeconds must be between 0 and ${MAX_CACHE_SECONDS}, not ${cacheSeconds}.`)
  }
  const identitySource = (properties.text("IdentitySource") ?? "").split(",").flatMap((one) => one.trim() || [])
  // AWS: only a REQUEST authorizer without a cache needs no identity source (rest-authorizer-identity)
  if (identitySource.length === 0 && (kind === "TOKEN" || cacheSeconds > 0)) {
    resource.problem(`IdentitySource is required for a ${kind} authorizer${kind === "REQUEST" ? " with a cache" : ""}.`)
  }
  const authorizer: RestAuthorizerDefinition = {
    ...resource.origin,
    authorizerId: resource.ref,
    kind,
    identitySource,
    cacheSeconds,
  }
  const functionArn = functionArnInUri(properties.required("AuthorizerUri"))
  if (functionArn !== undefined) authorizer.functionArn = functionArn
  const credentialsArn = properties.text("AuthorizerCredentials")
  if (credentialsArn !== undefined) authorizer.credentialsArn = credentialsArn
  const validation = properties.text("IdentityValidationExpression")
  if (validation !== undefined && isRegularExpression(validation)) authorizer.identityValidation = validation
  else if (validation !== undefined) {
    resource.problem(`IdentityValidationExpression ${validation} is not a valid regular expression.`)
  }
  return authorizer
}
