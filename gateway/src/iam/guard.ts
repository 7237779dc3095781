// Authenticates and authorizes signed requests: verifies the signature, then evaluates the policies of its principal.
import type { FunctionUrlDefinition } from "../definition/function-url.ts"
import type { DataCaller, DataService, Permission, RequestPermission } from "../definition/permission.ts"
import type { SignedRequest } from "../definition/signed-request.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import type { Access } from "./access.ts"
import type { CredentialStore, Principal } from "./credentials.ts"
import type { AccessMode } from "./denial.ts"
import { signedRegion } from "./sigv4/presented-signature.ts"
import { verifySignature } from "./sigv4/verify-signature.ts"

const MAX_REPORTED = 100

export type Guard = {
  /** Checks `execute-api:ManageConnections` for a call to @connections. */
  mayManage(request: SignedRequest, resource: { apiId: string; stageName: string; method: string }): RequestPermission
  /** Checks `execute-api:Invoke` for a handshake on an AWS_IAM route. */
  mayCallRoute(
    request: SignedRequest,
    resource: { apiId: string; stageName: string; routeKey: string },
  ): RequestPermission
  /** Checks the permissions for a request to a function URL. `request`: absent for a URL that needs no signature. */
  mayInvokeUrl(url: FunctionUrlDefinition, request?: SignedRequest): RequestPermission
  /** Verifies the signature of a request to DynamoDB, S3 or SQS. */
  authenticate(
    request: SignedRequest,
    service: DataService,
  ):
    | { outcome: "verified"; caller: DataCaller }
    | { outcome: "rejected"; status: number; errorType: string; message: string }
}

/** The service and the region that a request to an API or a function URL must be signed for. */
type SignedFor = { apiId: string; service: string; region: string }

const unrestricted: DataCaller = {
  isRestricted: false,
  may: () => ({ allowed: true }),
  hasPermission: () => ({ allowed: true }),
}

export function createGuard(options: {
  /** Of the current deployment: a reload can change the roles. */
  access(): Access
  credentials: CredentialStore
  clock: Clock
  mode: AccessMode
  log: Log
}): Guard {
  const { access, credentials, clock, mode, log } = options
  const find = (accessKeyId: string) => credentials.find(accessKeyId)
  const verify = (request: SignedRequest, service: string, regions: readonly string[]) =>
    verifySignature(request, { service, regions, now: clock.now(), find })
  const reported = new Set<string>()
  const ofApi = ({ apiId }: { apiId: string }) => ({
    apiId,
    service: "execute-api",
    region: access().regionOf(apiId),
  })

  function guard(
    request: SignedRequest,
    signedFor: SignedFor,
    mayPrincipal: (principal: Principal) => Permission,
  ): RequestPermission {
    if (mode === "off") return { allowed: true }
    // An unsigned request has no principal whose policies could be evaluated, so `warn` rejects it too.
    const signature = verify(request, signedFor.service, [signedFor.region])
    if (signature.outcome === "rejected") {
      const { errorType, message } = signature
      const { apiId, service, region } = signedFor
      const hint = `sign it for the service ${service} in ${region}, with credentials of this run`
      report({ message: `${request.method} ${request.path}: ${message.trim()}`, apiId, hint })
      return { allowed: false, errorType, message }
    }
    const { principal } = signature
    const permission = mayPrincipal(principal)
    if (!permission.allowed) return { ...permission, errorType: "AccessDeniedException" }
    return { ...permission, signer: principal }
  }

  /** Each rejection once: a function may repeat it for every connection. */
  function report(rejection: { message: string; apiId?: string; hint: string }): void {
    const kind = rejection.message.replace(/@connections\/[^:]*|\d{8}T\d{6}Z/g, "")
    if (reported.has(kind) || reported.size === MAX_REPORTED) return
    reported.add(kind)
    log.warn("A signature was rejected", rejection)
  }

  /** A function that creates its client for the region of its deployment, which is not the one of this run. */
  function reportOtherRegion(request: SignedRequest, service: string, rejection: string): void {
    const { regions } = access()
    const other = signedRegion(request)
    if (other === undefined || regions.includes(other)) return
    const hint = `start with --region ${other} if the application is deployed there; here it is in ${regions[0]}`
    report({ message: `${service}: ${rejection.trim()}`, hint })
  }

  return {
    mayManage: (request, resource) =>
      guard(request, ofApi(resource), (principal) => access().manageConnections(principal, resource)),
    mayCallRoute: (request, resource) =>
      guard(request, ofApi(resource), (principal) => access().invokeRoute(principal, resource)),
    mayInvokeUrl(url, request) {
      if (!request) {
        const permission = access().invokeUrl(url)
        return permission.allowed ? permission : { ...permission, errorType: "AccessDeniedException" }
      }
      const signedFor = { apiId: url.urlId, service: "lambda", region: url.environment.region }
      return guard(request, signedFor, (principal) => access().invokeUrl(url, principal))
    },
    authenticate(request, service) {
      // S3 verifies in every mode: a presigned URL expires.
      if (mode === "off" && service !== "s3") return { outcome: "verified", caller: unrestricted }
      const signature = verify(request, service, access().regions)
      if (signature.outcome === "rejected") {
        reportOtherRegion(request, service, signature.message)
        return signature
      }
      const { principal } = signature
      // AWS: a presigned URL has the permissions that its signer has when it is used (s3-presigned-permissions)
      const caller: DataCaller = {
        arn: principal.arn,
        isRestricted: access().isRestricted(principal),
        may: (needed) => access().mayCall(principal, service, needed),
        hasPermission: (needed) => access().hasPermission(principal, service, needed),
      }
      return { outcome: "verified", caller }
    },
  }
}
