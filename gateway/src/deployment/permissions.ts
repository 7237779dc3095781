// Implements the permission ports of the routes with IAM: ARNs and principals instead of stages and integrations.

import type { SessionCredentials } from "../definition/credentials.ts"
import type { Denied } from "../definition/permission.ts"
import type { AssumingService } from "../iam/access.ts"
import { evaluateAuthorizerPolicy } from "../iam/authorizer-policy.ts"
import type { CredentialStore } from "../iam/credentials.ts"
import type { Guard } from "../iam/guard.ts"
import type { RoutePorts } from "../routes/ports.ts"
import type { Deployment } from "./deployment.ts"

/** @param deployment the current deployment: a reload brings other roles and other keys */
export function routePermissions(
  deployment: () => Pick<Deployment, "access" | "usagePlans">,
  guard: Guard,
): Pick<
  RoutePorts,
  "mayInvoke" | "mayInvokeAuthorizer" | "mayCallRoute" | "mayInvokeUrl" | "useApiKey" | "evaluatePolicy"
> {
  const access = () => deployment().access
  return {
    mayInvoke: ({ apiId, definition }, routeKey, invoked) =>
      access().invokeFunction({ apiId, stageName: definition.stageName, routeKey, ...invoked }),
    mayInvokeAuthorizer: ({ apiId, definition }, invoked) =>
      // mutants: equivalent, the source ARN of an authorizer has no route
      access().invokeFunction({ apiId, stageName: definition.stageName, routeKey: "$connect", ...invoked }),
    mayCallRoute: ({ apiId, definition }, routeKey, request) =>
      guard.mayCallRoute(request, { apiId, stageName: definition.stageName, routeKey }),
    mayInvokeUrl: guard.mayInvokeUrl,
    useApiKey: ({ apiId, definition }, value) =>
      deployment().usagePlans.use({ apiId, stageName: definition.stageName }, value),
    evaluatePolicy: evaluateAuthorizerPolicy,
  }
}

/** Issues the credentials with which a service calls others for an integration or a state machine, once per role. */
export function createRoleCredentials(
  deployment: () => Pick<Deployment, "access">,
  keys: CredentialStore,
  service?: AssumingService,
): (roleArn: string) => SessionCredentials | Denied {
  const issued = new Map<string, SessionCredentials>()
  return (roleArn) => {
    const principal = deployment().access.assumeRole(roleArn, service)
    if ("allowed" in principal) return principal
    const known = issued.get(roleArn)
    // Credentials of a session expire.
    if (known && keys.find(known.accessKeyId)) return known
    const credentials = keys.issue(principal)
    issued.set(roleArn, credentials)
    return credentials
  }
}
