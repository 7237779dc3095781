// Authorizes what the roles of the template do, and which services may assume them.
import type { Definition } from "../definition/definition.ts"
import type { RoleDefinition } from "../definition/iam.ts"
import type { Allowed, Permission } from "../definition/permission.ts"
import { accountIn, regionIn } from "./arn-parts.ts"
import type { Context } from "./conditions.ts"
import type { Principal, RolePrincipal } from "./credentials.ts"
import type { DecideOnce } from "./decisions.ts"
import { explainDecision } from "./denial.ts"
import { allowedBy } from "./evaluate-access.ts"
import { type AccessRequest, evaluatePolicies, type NamedPolicy, type PolicyDecision } from "./evaluate-policy.ts"
import { fixForRole, fixForTrust } from "./suggest-fix.ts"

/** The services that call others with a role of the template. */
export type AssumingService = "apigateway.amazonaws.com" | "states.amazonaws.com"

export const apiGateway = "apigateway.amazonaws.com"
const stepFunctions = "states.amazonaws.com"
const allowed: Allowed = { allowed: true }

export type RoleAccess = {
  /** @param message of a denial, where AWS does not name the principal and the action */
  may(principal: Principal, request: AccessRequest, message?: string): Permission
  /** Whether a service may assume a role. */
  trusts(role: RoleDefinition, service?: string): Permission
  /** Values of condition keys that every request of a principal has. */
  contextOf(principal: RolePrincipal, resource: string): Context
}

export type RoleAccessOptions = {
  roles: ReadonlyMap<string, RoleDefinition>
  /** Of each role, by its ARN. */
  policies: ReadonlyMap<string, readonly NamedPolicy[]>
  decideOnce: DecideOnce
}

export function createRoleAccess(
  definition: Definition,
  { roles, policies, decideOnce }: RoleAccessOptions,
): RoleAccess {
  const { region, accountId } = definition

  /**
   * Differs: keys of the network and the time (`aws:SourceIp`, `aws:CurrentTime`) have no value
   * (permissions-condition-keys)
   */
  function contextOf(principal: RolePrincipal, resource: string): Context {
    return {
      "aws:PrincipalArn": principal.roleArn,
      "aws:PrincipalAccount": principal.accountId,
      "aws:PrincipalIsAWSService": "false",
      "aws:PrincipalType": "AssumedRole",
      "aws:ResourceAccount": accountIn(resource) || accountId,
      "aws:RequestedRegion": regionIn(resource) || region,
      "aws:SecureTransport": "true",
      "aws:ViaAWSService": "false",
    }
  }

  function mayAssume(role: RoleDefinition, service: string): PolicyDecision {
    // AWS: Step Functions assumes a role as its regional principal too (sfn-regional-principal)
    const regional = service === stepFunctions ? definition.regions.map((one) => `states.${one}.amazonaws.com`) : []
    const principal = { type: "Service", ids: [service, ...regional] } as const
    const trust = [{ name: "AssumeRolePolicyDocument", document: role.assumeRolePolicy }]
    const context = { "aws:SourceAccount": accountIn(role.arn) || accountId }
    return evaluatePolicies(trust, { action: "sts:AssumeRole", resource: role.arn, principal, context })
  }

  return {
    /**
     * Differs: a role that the template does not define is trusted, because its policies are not known
     * (permissions-foreign-role)
     */
    may(principal, request, message) {
      if (principal.administrator) return allowed
      const role = roles.get(principal.roleArn)
      if (!role) return allowed
      return decideOnce(`${principal.arn} ${request.action} ${request.resource}`, () => {
        const context = { ...contextOf(principal, request.resource), ...request.context }
        const decision = evaluatePolicies(policies.get(role.arn) ?? [], { ...request, context })
        if (decision.allowed) return allowedBy({ ...decision, policyType: "identity-based" })
        return {
          message: message ?? deniedMessage(principal, request, decision),
          denial: {
            action: request.action,
            resource: request.resource,
            role: role.logicalId,
            principalArn: principal.arn,
            explanation: explainDecision(decision, role.logicalId, request.action),
            cure: fixForRole(definition, role, request, decision),
          },
        }
      })
    },
    trusts: (role, service = apiGateway) =>
      decideOnce(`${role.arn} sts:AssumeRole ${service}`, () => {
        const decision = mayAssume(role, service)
        if (decision.allowed) return allowed
        return {
          // AWS: the execution log of REST APIs has this text (permissions-role-trust)
          message:
            service === apiGateway
              ? `API Gateway does not have permission to assume the provided role ${role.arn}`
              : `Neither the global service principal ${service}, nor the regional one is authorized to assume the provided role.`,
          denial: {
            action: "sts:AssumeRole",
            resource: role.arn,
            role: role.logicalId,
            principalArn: service,
            explanation: `The trust policy of ${role.logicalId} does not let ${service} assume it.`,
            cure: fixForTrust(role, service),
          },
        }
      }),
    contextOf,
  }
}

/** AWS: a denial has this text, with the account masked except for four digits (permissions-manage-connections) */
function deniedMessage(principal: Principal, { action, resource }: AccessRequest, { because }: PolicyDecision): string {
  const masked = resource.replace(/:\d{8}(\d{4}):/, ":********$1:")
  const explicit = because === "explicit-deny" ? " with an explicit deny" : ""
  return `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${masked}${explicit}`
}
