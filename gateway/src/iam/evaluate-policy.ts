// Evaluates policies for a request. Pure: the same documents and the same request give the same decision.
// AWS: an explicit deny decides first, then an allow, then nothing (permissions-evaluation)
import type { PolicyDocument, PolicyStatement } from "../definition/iam.ts"
import { type Context, evaluateConditions } from "./conditions.ts"
import { matchesGlob } from "./glob.ts"

export type NamedPolicy = { name: string; document: PolicyDocument }

export type AccessRequest = {
  /** `execute-api:ManageConnections` */
  action: string
  /** ARN */
  resource: string
  /**
   * The caller, for policies that have a `Principal`: `{ type: "Service", ids: ["apigateway.amazonaws.com"] }`, or every
   * id of an AWS principal: its ARN, its role's ARN, its account.
   */
  principal?: { type: "AWS" | "Service" | "Federated"; ids: readonly string[] }
  /** Values of condition keys and policy variables, such as `aws:SourceArn`. */
  context?: Context
}

export type PolicyDecision = {
  allowed: boolean
  because: "explicit-deny" | "allow" | "no-allow" | "unknown-operator"
  /** The deciding statement; absent when no statement allowed the request. `index` counts from 0. */
  statement?: { policyName: string; index: number; Sid?: string }
  /** The condition operator that is not supported. */
  operator?: string
}

/**
 * Evaluates all policies together: an explicit deny wins over any allow, and without an allow nothing is allowed. A
 * statement with an unsupported condition operator never grants access: its Deny denies, its Allow allows nothing.
 */
export function evaluatePolicies(policies: readonly NamedPolicy[], request: AccessRequest): PolicyDecision {
  let allow: PolicyDecision | undefined
  let unknown: PolicyDecision | undefined
  let unknownDeny: PolicyDecision | undefined
  for (const { name: policyName, document } of policies) {
    for (const [index, statement] of [document.Statement].flat().entries()) {
      const applies = statementApplies(statement, document.Version, request)
      if (applies.outcome === "unmet") continue
      const at = { policyName, index, ...(statement.Sid !== undefined && { Sid: statement.Sid }) }
      if (applies.outcome === "unknown") {
        const decision: PolicyDecision = {
          allowed: false,
          because: "unknown-operator",
          statement: at,
          operator: applies.operator,
        }
        if (statement.Effect === "Deny") unknownDeny ??= decision
        else unknown ??= decision
      } else if (statement.Effect === "Deny") {
        return { allowed: false, because: "explicit-deny", statement: at }
      } else {
        allow ??= { allowed: true, because: "allow", statement: at }
      }
    }
  }
  return unknownDeny ?? allow ?? unknown ?? { allowed: false, because: "no-allow" }
}

type Applies = ReturnType<typeof evaluateConditions>
const unmet: Applies = { outcome: "unmet" }

function statementApplies(statement: PolicyStatement, version: string | undefined, request: AccessRequest): Applies {
  const context = request.context ?? {}
  // AWS: variables need version 2012-10-17; a policy without a version is of 2008-10-17 (permissions-policy-variables)
  const variable = version === "2012-10-17" ? (name: string) => variableIn(context, name) : undefined
  if (!principalMatches(statement, request)) return unmet
  if (!elementMatches(statement.Action, statement.NotAction, (pattern) => actionMatches(pattern, request.action)))
    return unmet
  // A trust policy has no Resource: it applies to its role.
  const hasResource = statement.Resource !== undefined || statement.NotResource !== undefined
  const matchesResource = (pattern: string) => matchesGlob(pattern, request.resource, variable)
  if (hasResource && !elementMatches(statement.Resource, statement.NotResource, matchesResource)) return unmet
  return evaluateConditions(statement.Condition ?? {}, context, variable)
}

function elementMatches(
  wanted: string | string[] | undefined,
  unwanted: string | string[] | undefined,
  matches: (pattern: string) => boolean,
): boolean {
  if (wanted !== undefined) return [wanted].flat().some(matches)
  return unwanted !== undefined && ![unwanted].flat().some(matches)
}

/** AWS: names of services and actions are not case-sensitive (permissions-names-case) */
function actionMatches(pattern: string, action: string): boolean {
  return matchesGlob(pattern.toLowerCase(), action.toLowerCase())
}

function principalMatches({ Principal, NotPrincipal }: PolicyStatement, { principal }: AccessRequest): boolean {
  if (!principal) return true
  const names = (element: NonNullable<PolicyStatement["Principal"]>): boolean => {
    // AWS: "*" and `{ "AWS": "*" }` are the same (permissions-everyone)
    if (element === "*" || [element.AWS ?? []].flat().includes("*")) return true
    const listed = [element[principal.type] ?? []].flat()
    return listed.some(
      (one) => one === "*" || principal.ids.includes(one) || principal.ids.includes(accountOf(one) ?? one),
    )
  }
  if (Principal !== undefined) return names(Principal)
  return NotPrincipal !== undefined && !names(NotPrincipal)
}

/** AWS: an account is named by its id or as `arn:aws:iam::{account}:root` (permissions-account-principal) */
function accountOf(principal: string): string | undefined {
  return /^arn:[^:]+:iam::(\d{12}):root$/.exec(principal)?.[1]
}

function variableIn(context: Context, name: string): string | undefined {
  const key = Object.keys(context).find((one) => one.toLowerCase() === name.toLowerCase())
  const value = key === undefined ? undefined : context[key]
  return typeof value === "string" ? value : undefined
}
