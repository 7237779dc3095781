// Authorizes a request to an HTTP API by its signature and the policies of its signer (AWS_IAM).
import { createHash } from "node:crypto"
import type { Signer } from "../../definition/permission.ts"
import type { RoutePorts, SignedRequest } from "../ports.ts"
import type { HttpAuthorization, HttpAuthorizationAttempt } from "./authorize.ts"
import type { HttpRequest } from "./request.ts"
import type { RequestAuthorizer } from "./request-authorizer.ts"
import { gatewayResponse } from "./response.ts"

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
  return { outcome: "allowed", authorizer: authorizerOf(signer, request) }
}

function signedRequest({ method, path, query, headers, body }: HttpRequest): SignedRequest {
  const single: SignedRequest["headers"] = Object.create(null)
  for (const [name, values] of Object.entries(headers)) single[name] = values.length === 1 ? values[0] : values
  const bodySha256 = createHash("sha256")
    .update(body ?? Buffer.alloc(0))
    .digest("hex")
  return { method, path, query, headers: single, bodySha256 }
}

function authorizerOf({ arn, accountId }: Signer, { headers, query }: HttpRequest): RequestAuthorizer {
  const credential =
    /Credential=([^/,\s]+)/.exec(headers.authorization?.[0] ?? "")?.[1] ??
    new URLSearchParams(query).get("X-Amz-Credential")?.split("/")[0]
  return { type: "iam", accessKey: credential ?? "", accountId, userArn: arn, userId: uniqueId(arn) }
}

/** Differs: the unique id of the role or user is derived from its ARN (http-iam-context) */
function uniqueId(arn: string): string {
  const [, kind = "", name = "", session] = /:([a-z-]+)\/([^/]+)(?:\/(.+))?$/.exec(arn) ?? []
  const digits = createHash("sha256").update(`${kind}/${name}`).digest("hex").slice(0, 17).toUpperCase()
  return session === undefined ? `AIDA${digits}` : `AROA${digits}:${session}`
}
