// Authenticates and authorizes signed requests: verifies the signature, then evaluates the policies of its principal.
import type { Permission, RequestPermission } from "../definition/permission.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Access, AccessMode } from "./access.ts"
import type { CredentialStore, Principal } from "./credentials.ts"
import type { SignatureRequest } from "./sigv4/signature-request.ts"
import { verifySignature } from "./sigv4/verify-signature.ts"

export type Guard = {
  /** Checks `execute-api:ManageConnections` for a call to @connections. */
  mayManage(
    request: SignatureRequest,
    resource: { apiId: string; stageName: string; method: string },
  ): RequestPermission
  /** Checks `execute-api:Invoke` for a handshake on an AWS_IAM route. */
  mayCallRoute(
    request: SignatureRequest,
    resource: { apiId: string; stageName: string; routeKey: string },
  ): RequestPermission
  /**
   * Verifies the signature of a request to DynamoDB, S3 or SQS. Undefined: the request is accepted.
   * Differs: the policies of a role on buckets, tables and queues are not evaluated; the services check signatures only
   * (permissions-data-services)
   */
  verifyService(
    request: SignatureRequest,
    service: "dynamodb" | "s3" | "sqs",
  ): { status: number; errorType: string; message: string } | undefined
  /** Whether the signer of a request to S3 may list the bucket. Not reported as a denial: the request is another one. */
  mayListBucket(request: SignatureRequest, bucketName: string): boolean
}

export function createGuard(options: {
  /** Of the current deployment: a reload can change the roles. */
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
    // An unsigned request has no principal whose policies could be evaluated, so `warn` rejects it too.
    const signature = verify(request, "execute-api")
    if (signature.outcome === "rejected") {
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
    verifyService(request, service) {
      // S3 verifies in every mode: a presigned URL expires.
      if (mode === "off" && service !== "s3") return undefined
      const signature = verify(request, service)
      return signature.outcome === "verified" ? undefined : signature
    },
    mayListBucket(request, bucketName) {
      const signature = verify(request, "s3")
      return signature.outcome === "verified" && access().mayListBucket(signature.principal, bucketName)
    },
  }
}
