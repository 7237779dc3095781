// Authorizes a request to an HTTP API by its signature and the policies of its signer (AWS_IAM).
import type { RoutePorts } from "../ports.ts"
import type { HttpAuthorization, HttpAuthorizationAttempt } from "./authorization.ts"
import { iamAuthorizerOf } from "./request-authorizer.ts"
import { gatewayResponse } from "./response.ts"
import { signedRequest } from "./signed-request.ts"

export function authorizeBySignature(
  { stage, request, record, resourcePath }: HttpAuthorizationAttempt,
  { mayCallRoute }: Pick<RoutePorts, "mayCallRoute">,
): HttpAuthorization {
  const permission = mayCallRoute(stage, resourcePath, signedRequest(request))
  // AWS: an unsigned request and a denied one have the same response (http-iam-denied)
  if (!permission.allowed)
    return { outcome: "rejected", response: gatewayResponse(403, "Forbidden"), cause: permission.message }
  const { signer } = permission
  if (!signer) return { outcome: "allowed" }
  record.context["identity.userArn"] = signer.arn
  record.context["identity.accountId"] = signer.accountId
  return { outcome: "allowed", authorizer: iamAuthorizerOf(signer, request) }
}
