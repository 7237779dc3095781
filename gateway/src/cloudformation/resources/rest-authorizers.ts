// Reads the authorizers of a REST API: functions and user pools.
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { functionArnInUri } from "../../foundation/function-arn-in-uri.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { partitionOf } from "../resolve/partition.ts"
import type { Resource } from "../resolve/resource.ts"
import { isRegularExpression } from "./is-regular-expression.ts"

/** AWS: results are kept for 300 seconds unless the authorizer has another time (rest-authorizer-cache) */
const DEFAULT_CACHE_SECONDS = 300
const MAX_CACHE_SECONDS = 3600

export function readRestAuthorizer(resource: Resource): RestAuthorizerDefinition | undefined {
  const { properties } = resource
  const kind = properties.oneOf("Type", ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"])
  if (kind === undefined) return undefined
  const cacheSeconds = properties.number("AuthorizerResultTtlInSeconds") ?? DEFAULT_CACHE_SECONDS
  if (cacheSeconds < 0 || cacheSeconds > MAX_CACHE_SECONDS) {
    resource.problem(`AuthorizerResultTtlInSeconds must be between 0 and ${MAX_CACHE_SECONDS}, not ${cacheSeconds}.`)
  }
  const identitySource = (properties.text("IdentitySource") ?? "").split(",").flatMap((one) => one.trim() || [])
  // AWS: only a REQUEST authorizer without a cache needs no identity source (rest-authorizer-identity)
  if (identitySource.length === 0 && (kind !== "REQUEST" || cacheSeconds > 0)) {
    resource.problem(`IdentitySource is required for a ${kind} authorizer${kind === "REQUEST" ? " with a cache" : ""}.`)
  }
  const identityValidation = properties.text("IdentityValidationExpression")
  if (identityValidation !== undefined && !isRegularExpression(identityValidation)) {
    resource.problem(`IdentityValidationExpression ${identityValidation} is not a valid regular expression.`)
  }
  const usesUserPools = kind === "COGNITO_USER_POOLS"
  return {
    ...resource.origin,
    authorizerId: resource.ref,
    kind,
    issuers: usesUserPools ? issuersOf(resource) : [],
    identitySource,
    cacheSeconds,
    ...withoutUndefined({
      functionArn: usesUserPools ? undefined : functionArnInUri(properties.required("AuthorizerUri")),
      credentialsArn: properties.text("AuthorizerCredentials"),
      identityValidation,
    }),
  }
}

/** AWS: the ARNs of the user pools whose tokens are accepted (rest-cognito) */
function issuersOf(resource: Resource): string[] {
  const arns = resource.properties.texts("ProviderARNs")
  if (arns.length === 0) resource.problem("ProviderARNs is required for a COGNITO_USER_POOLS authorizer.")
  return arns.flatMap((arn) => {
    const [, region, poolId] = /^arn:[^:]+:cognito-idp:([^:]+):[^:]*:userpool\/(.+)$/.exec(arn) ?? []
    if (region === undefined) return resource.problem(`ProviderARNs must be the ARNs of user pools, not ${arn}.`) ?? []
    return `https://cognito-idp.${region}.${partitionOf(region).urlSuffix}/${poolId}`
  })
}
