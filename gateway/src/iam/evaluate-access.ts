// Evaluates the policies of a role together with the policy of a resource in the same account.
import type { PolicyStatement } from "../definition/iam.ts"
import type { Allowed } from "../definition/permission.ts"
import type { RolePrincipal } from "./credentials.ts"
import { type AccessRequest, evaluatePolicies, type NamedPolicy, type PolicyDecision } from "./evaluate-policy.ts"

export type AccessDecision = PolicyDecision & {
  /** The kind of policy that decided; for a request that nothing allows, the kind that a denial names. */
  policyType: "identity-based" | "resource-based"
}

/** The permission of a decision that allows. */
export function allowedBy({ statement, policyType }: AccessDecision): Allowed {
  if (!statement) return { allowed: true }
  const { Sid, ...at } = statement
  return { allowed: true, statement: { ...at, ...(Sid !== undefined && { sid: Sid }), policyType } }
}

/** The statements of a resource's policies by effect, each with its index in the document. */
export type ResourcePolicies = { denies: readonly NamedPolicy[]; allows: readonly NamedPolicy[] }

export function splitByEffect(policies: readonly NamedPolicy[]): ResourcePolicies {
  return { denies: withEffect(policies, "Deny"), allows: withEffect(policies, "Allow") }
}

type EvaluatedPolicies = { identity: readonly NamedPolicy[]; resource: ResourcePolicies | undefined }

/** AWS: within an account, either kind of policy may allow; a deny in either kind decides (permissions-resource-policy) */
export function evaluateAccess(
  policies: EvaluatedPolicies,
  request: AccessRequest,
  principal: RolePrincipal,
): AccessDecision {
  const identity = evaluatePolicies(policies.identity, request)
  if (identity.because === "explicit-deny") return { ...identity, policyType: "identity-based" }
  const { denies, allows } = policies.resource ?? { denies: [], allows: [] }
  const session = [principal.arn, principal.roleArn]
  const everyId = [...session, principal.accountId]
  const denied = evaluatePolicies(denies, asPrincipal(request, everyId))
  if (denied.because !== "no-allow") return { ...denied, policyType: "resource-based" }
  const account = request.resource.split(":")[4]
  if (account && account !== principal.accountId) {
    // AWS: across accounts, both must allow, and an allow for the account is enough (permissions-cross-account)
    if (!identity.allowed) return { ...identity, policyType: "identity-based" }
    return { ...evaluatePolicies(allows, asPrincipal(request, everyId)), policyType: "resource-based" }
  }
  // Whether its own policies allow the request, or one of them has an unknown operator.
  if (identity.because !== "no-allow") return { ...identity, policyType: "identity-based" }
  // AWS: an allow for the account delegates to the account's own policies, so it allows no role (permissions-account-delegates)
  const allowed = evaluatePolicies(allows, asPrincipal(request, session))
  return allowed.because === "no-allow"
    ? { ...identity, policyType: "identity-based" }
    : { ...allowed, policyType: "resource-based" }
}

function asPrincipal(request: AccessRequest, ids: readonly string[]): AccessRequest {
  return { ...request, principal: { type: "AWS", ids } }
}

const never: PolicyStatement = { Effect: "Allow", Action: [] }

function withEffect(policies: readonly NamedPolicy[], effect: PolicyStatement["Effect"]): NamedPolicy[] {
  return policies.flatMap(({ name, document }) => {
    const statements = [document.Statement].flat()
    if (!statements.some(({ Effect }) => Effect === effect)) return []
    // A statement of the other effect keeps its place, because reports name statements by index.
    return {
      name,
      document: { ...document, Statement: statements.map((one) => (one.Effect === effect ? one : never)) },
    }
  })
}
