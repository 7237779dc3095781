// Authorizes a request to a REST API by its signature and the policies of its signer (AWS_IAM).
import { accessKeyOf } from "../http/request-authorizer.ts"
import { signedRequest } from "../http/signed-request.ts"
import type { RoutePorts } from "../ports.ts"
import type { RestAuthorization } from "./authorization.ts"
import type { RestRequest } from "./transaction.ts"

export function authorizeBySignature({ transaction }: RestRequest, ports: RoutePorts): RestAuthorization {
  const { stage, request, path, record } = transaction
  const permission = ports.mayCallRoute(stage, `${request.method}${path}`, signedRequest(request))
  if (!permission.allowed) {
    const isMissing = permission.errorType === "MissingAuthenticationTokenException"
    const isDenied = permission.errorType === "AccessDeniedException"
    const type = isMissing ? "MISSING_AUTHENTICATION_TOKEN" : isDenied ? "ACCESS_DENIED" : "INVALID_SIGNATURE"
    // AWS: an unsigned request has the response of an unknown path (rest-iam-unsigned)
    const message = isMissing ? "Missing Authentication Token" : permission.message
    return { allowed: false, failure: { type, message, blame: "client", log: permission.message } }
  }
  const { signer } = permission
  const { context } = record
  context["identity.userArn"] = signer?.arn
  context["identity.accountId"] = signer?.accountId
  context["identity.caller"] = signer?.arn
  context["identity.user"] = signer?.arn
  context["identity.accessKey"] = signer && accessKeyOf(request)
  return { allowed: true }
}
