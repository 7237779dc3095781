// Implements the permission ports of the routes: translates stages and integrations to ARNs and principals of IAM.
import type { SessionCredentials } from "../definition/credentials.ts"
import type { Denied, Permission } from "../definition/permission.ts"
import type { Access } from "../iam/access.ts"
import { evaluateAuthorizerPolicy } from "../iam/authorizer-policy.ts"
import type { CredentialStore } from "../iam/credentials.ts"
import type { Guard } from "../iam/guard.ts"
import type { AssumingService } from "../iam/role-access.ts"
import type { InvokedFunction, RoutePorts } from "../routes/ports.ts"
import type { StageRuntime } from "../routes/stage-runtime.ts"
import type { Deployment } from "./deployment.ts"

type Decision = InvokedFunction & { access: Access; permission: Permission }

/** @param deployment the current deployment: a reload brings other roles and other keys */
export function routePermissions(
  deployment: () => Pick<Deployment, "access" | "usagePlans">,
  guard: Guard,
): Pick<
  RoutePorts,
  "mayInvoke" | "mayInvokeAuthorizer" | "mayCallRoute" | "mayInvokeUrl" | "useApiKey" | "evaluatePolicy"
> {
  const access = () => deployment().access
  /** The latest decision for each route of a stage, so that a message does not cost the creation of its ARN. */
  const decided = new WeakMap<StageRuntime, Map<string, Decision>>()

  function mayInvoke(stage: StageRuntime, routeKey: string, invoked: InvokedFunction): Permission {
    const decisions = decided.get(stage) ?? new Map<string, Decision>()
    const latest = decisions.get(routeKey)
    const { functionArn, credentialsArn } = invoked
    const current = access()
    if (latest?.access === current && latest.functionArn === functionArn && latest.credentialsArn === credentialsArn) {
      return latest.permission
    }
    const { apiId, definition } = stage
    const call = { apiId, stageName: definition.stageName, routeKey, functionArn, credentialsArn }
    const permission = current.invokeFunction(call)
    decided.set(stage, decisions.set(routeKey, { access: current, functionArn, credentialsArn, permission }))
    return permission
  }

  return {
    mayInvoke,
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
