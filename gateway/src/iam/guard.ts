// Who signed a request, and may they do what it asks: the two questions of every signed request, answered together.
import type { Permission, RequestPermission } from "../definition/permission.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Access, AccessMode } from "./access.ts"
import type { CredentialStore, Principal } from "./credentials.ts"
import { type SignatureRequest, verifySignature } from "./sigv4/verify-signature.ts"

export type Guard = {
  /** `execute-api:ManageConnections` of a call to @connections. */
  mayManage(
    request: SignatureRequest,
    resource: { apiId: string; stageName: string; method: string },
  ): RequestPermission
  /** `execute-api:Invoke` of a handshake on an AWS_IAM route. */
  mayCallRoute(
    request: SignatureRequest,
    resource: { apiId: string; stageName: string; routeKey: string },
  ): RequestPermission
  /**
   * The signature of a request to S3. Undefined: it is right.
   * Differs: the policies of a role on buckets, tables and queues are not evaluated; S3 checks signatures only
   * (permissions-data-services)
   */
  verifyS3(request: SignatureRequest): { status: number; code: string; message: string } | undefined
}

export function createGuard(options: {
  /** Today's: a reload brings other roles. */
  access(): Access
  credentials: CredentialStore
  clock: Clock
  region: string
  mode: AccessMode
}): Guard {
  const { access, credentials, clock, region, mode } = options
  const find = (accessKeyId: string) => credentials.find(accessKeyId)
  const verify = (request: SignatureRequest, service: string) =>
    verifySignature(request, { service, region, now: clock.now(), find })

  function guard(request: SignatureRequest, mayPrincipal: (principal: Principal) => Permission): RequestPermission {
    if (mode === "off") return { allowed: true }
    // Nobody's policies can be asked about a request that nobody signed, so `warn` refuses it as well.
    const signature = verify(request, "execute-api")
    if (signature.outcome === "refused") {
      return { allowed: false, errorType: signature.errorType, message: signature.message }
    }
    const { principal } = signature
    const permission = mayPrincipal(principal)
    if (!permission.allowed) return { ...permission, errorType: "AccessDeniedException" }
    return { allowed: true, signer: principal }
  }

  return {
    mayManage: (request, resource) => guard(request, (principal) => access().manageConnections(principal, resource)),
    mayCallRoute: (request, resource) => guard(request, (principal) => access().invokeRoute(principal, resource)),
    verifyS3(request) {
      const signature = verify(request, "s3")
      if (signature.outcome === "verified") return undefined
      return { status: signature.status, code: signature.errorType, message: signature.message }
    },
  }
}
