// Authorizes a request to a REST API in the way that its method requires.
import { ownValue } from "../../foundation/own-value.ts"
import type { RoutePorts } from "../ports.ts"
import { authorizerFailure, type RestAuthorization } from "./authorization.ts"
import { authorizeByFunction } from "./authorize-by-function.ts"
import { authorizeBySignature } from "./authorize-by-signature.ts"
import { authorizeByUserPool } from "./authorize-by-user-pool.ts"
import { checkApiKey } from "./check-api-key.ts"
import type { RestRequest } from "./transaction.ts"

export async function authorize(request: RestRequest, ports: RoutePorts): Promise<RestAuthorization> {
  const authorization = await authorizeCaller(request, ports)
  if (!authorization.allowed) return authorization
  const failure = checkApiKey(request, authorization.usageIdentifierKey, ports)
  return failure ? { allowed: false, failure } : authorization
}

async function authorizeCaller(request: RestRequest, ports: RoutePorts): Promise<RestAuthorization> {
  const { authorizationType, authorizerId } = request.method.definition
  if (authorizationType === "NONE") return { allowed: true }
  if (authorizationType === "AWS_IAM") return authorizeBySignature(request, ports)
  const authorizer = ownValue(request.transaction.stage.api.authorizers, authorizerId ?? "")
  if (!authorizer) return authorizerFailure("Authorizer not found")
  return authorizationType === "COGNITO_USER_POOLS"
    ? authorizeByUserPool(request, authorizer, ports)
    : authorizeByFunction(request, authorizer, ports)
}
