// Authorizes calls to services by the policies of the caller's role and of the resource.
import type { Definition } from "../definition/definition.ts"
import type { RoleDefinition } from "../definition/iam.ts"
import type { DataService, NeededPermission, Permission } from "../definition/permission.ts"
import { BoundedMap } from "../foundation/bounded-map.ts"
import { contextValues, mentionedKeys } from "./condition-keys.ts"
import type { Context } from "./conditions.ts"
import type { Principal, RolePrincipal } from "./credentials.ts"
import { type AccessMode, type Denial, explainDecision } from "./denial.ts"
import {
  type AccessDecision,
  allowedBy,
  evaluateAccess,
  type ResourcePolicies,
  splitByEffect,
} from "./evaluate-access.ts"
import { type AccessRequest, evaluatePolicies, type NamedPolicy } from "./evaluate-policy.ts"
import { functionPolicy } from "./function-policy.ts"
import { fixForData } from "./suggest-data-fix.ts"

export type DataAccess = {
  /** Whether a permission of the principal can be denied at all. */
  isRestricted(principal: Principal): boolean
  /** Whether the caller has a permission; a denial is reported. */
  mayCall(principal: Principal, service: DataService, needed: NeededPermission): Permission
  /** The same without a report, for a permission that only changes the response. */
  hasPermission(principal: Principal, service: DataService, needed: NeededPermission): Permission
}

export type DataAccessOptions = {
  mode: AccessMode
  onDenied(denial: Denial): void
  /** Of each role, by its ARN. */
  policies: ReadonlyMap<string, readonly NamedPolicy[]>
  /** Values of condition keys that every request of a principal has. */
  contextOf(principal: RolePrincipal, resource: string): Context
}

// Objects, tables and queues are named by requests, so the number of different requests has no bound.
const MAX_DECISIONS = 10_000
const MAX_REPORTED = 10_000

const allowed: Permission = { allowed: true }

export function createDataAccess(definition: Definition, options: DataAccessOptions): DataAccess {
  const { mode, policies, contextOf } = options
  const roles = new Map(definition.roles.map((role) => [role.arn, role]))
  const resourcePolicies = policiesByResource(definition)
  const mentioned = mentionedKeys([
    ...[...policies.values()].flat(),
    ...[...resourcePolicies.values()].flatMap(({ allows, denies }) => [...allows, ...denies]),
  ])
  const decisions = new BoundedMap<Permission>(MAX_DECISIONS)
  const reported = new BoundedMap<true>(MAX_REPORTED)
  const { partition, region } = definition
  const arns = arnsByName(definition)

  function restrictedRole(principal: Principal): RoleDefinition | undefined {
    if (mode === "off" || principal.administrator) return undefined
    // Differs: a role that the template does not define is trusted, because its policies are not known
    // (permissions-foreign-role)
    return roles.get(principal.roleArn)
  }

  function arnOf(service: DataService, resource: string, { accountId }: RolePrincipal): string {
    if (resource.startsWith("arn:")) return resource
    if (service === "s3") return `arn:${partition}:s3:::${resource}`
    // AWS?: an action that has no resource needs "*", in S3 also "arn:aws:s3:::*" (permissions-without-resource)
    if (resource === "*") return resource
    const index = resource.indexOf("/index/")
    const owner = arns.get(`${service} ${index === -1 ? resource : resource.slice(0, index)}`)
    if (owner !== undefined) return index === -1 ? owner : owner + resource.slice(index)
    return `arn:${partition}:${service}:${region}:${accountId}:${resource}`
  }

  function decide(principal: Principal, service: DataService, needed: NeededPermission, reports: boolean): Permission {
    const role = restrictedRole(principal)
    if (!role || principal.administrator) return allowed
    const { action } = needed
    const resource = arnOf(service, needed.resource, principal)
    const values = needed.context ? contextValues(needed.context, mentioned) : {}
    const key = cacheKey(principal, action, resource, values)
    const known = decisions.get(key)
    if (known) return known
    const request = { action, resource, context: { ...contextOf(principal, resource), ...values } }
    const identity = policies.get(role.arn) ?? []
    const decision = evaluateAccess({ identity, resource: resourcePolicies.get(ownerOf(resource)) }, request, principal)
    if (decision.allowed) {
      const permission = allowedBy(decision)
      decisions.set(key, permission)
      return permission
    }
    // Not cached, because the next request for the permission may have to report it.
    if (!reports) return mode === "warn" ? allowed : denialOf(principal, service, request, decision)
    report({ principal, role, request, decision })
    const permission = mode === "warn" ? allowed : denialOf(principal, service, request, decision)
    decisions.set(key, permission)
    return permission
  }

  function report(denied: {
    principal: RolePrincipal
    role: RoleDefinition
    request: AccessRequest
    decision: AccessDecision
  }) {
    const { principal, role, request, decision } = denied
    const { action, resource } = request
    const unmet = decision.because === "no-allow" ? conditionalAllow(policies.get(role.arn) ?? [], request) : undefined
    const cure = fixForData(definition, role, request, { decision, unmet })
    // Objects of a bucket have the same fix, so they are one report.
    const key = `${principal.arn}\n${action}\n${cure}`
    if (reported.get(key)) return
    reported.set(key, true)
    const explanation = unmet
      ? `statement ${unmet.Sid ?? unmet.index + 1} of ${unmet.policyName} allows ${action} only under a condition that the request does not meet.`
      : explainDecision(decision, role.logicalId, action)
    options.onDenied({ action, resource, role: role.logicalId, principalArn: principal.arn, explanation, cure })
  }

  return {
    isRestricted: (principal) => restrictedRole(principal) !== undefined,
    mayCall: (principal, service, needed) => decide(principal, service, needed, true),
    hasPermission: (principal, service, needed) => decide(principal, service, needed, false),
  }
}

function cacheKey(principal: RolePrincipal, action: string, resource: string, values: Context): string {
  const key = `${principal.arn}\n${action}\n${resource}`
  for (const _name in values) return `${key}\n${JSON.stringify(values)}`
  return key
}

/** Tables and queues can be in several regions and accounts. */
function arnsByName({ tables, queues }: Definition): ReadonlyMap<string, string> {
  return new Map([
    ...tables.map(({ arn }) => [`dynamodb ${arn.split(":").at(-1)}`, arn] as const),
    ...queues.map(({ queueName, arn }) => [`sqs ${queueName}`, arn] as const),
  ])
}

function policiesByResource({ resourcePolicies, functions, permissions }: Definition) {
  const attached = new Map<string, NamedPolicy[]>()
  for (const { arn } of functions) {
    const own = permissions.filter(({ functionArn }) => functionArn === arn)
    if (own.length > 0) attached.set(arn, [functionPolicy(arn, own)])
  }
  for (const { resourceArn, logicalId, document } of resourcePolicies) {
    const policies = attached.get(resourceArn) ?? []
    attached.set(resourceArn, [...policies, { name: logicalId, document }])
  }
  return new Map([...attached].map(([arn, policies]): [string, ResourcePolicies] => [arn, splitByEffect(policies)]))
}

/** The bucket of an object, the table of an index, or the resource itself: what a policy is attached to. */
function ownerOf(resource: string): string {
  // Without the qualifier of a function.
  if (resource.includes(":lambda:")) return resource.split(":").slice(0, 7).join(":")
  const separator = resource.includes(":dynamodb:")
    ? resource.indexOf("/", resource.indexOf("/") + 1)
    : resource.indexOf("/")
  return separator === -1 ? resource : resource.slice(0, separator)
}

/** The statement that would allow a request if its condition held. */
function conditionalAllow(policies: readonly NamedPolicy[], request: AccessRequest) {
  const unconditional = policies.map(({ name, document }) => ({
    name,
    document: {
      ...document,
      Statement: [document.Statement].flat().map(({ Condition: _, ...statement }) => statement),
    },
  }))
  const decision = evaluatePolicies(unconditional, request)
  return decision.allowed ? decision.statement : undefined
}

/** The message that AWS responds with. */
function denialOf(
  { arn }: RolePrincipal,
  service: DataService,
  { action, resource }: AccessRequest,
  { because, policyType }: AccessDecision,
): Permission {
  // AWS: S3 puts the resource in quotation marks (s3-denied)
  const named = service === "s3" ? `"${resource}"` : resource
  // AWS: SQS names the action in lower case (sqs-denied)
  const shown = service === "sqs" ? action.toLowerCase() : action
  const reason =
    because === "explicit-deny"
      ? `with an explicit deny in ${policyType === "identity-based" ? "an" : "a"} ${policyType} policy`
      : `because no ${policyType} policy allows the ${shown} action`
  return {
    allowed: false,
    message: `User: ${arn} is not authorized to perform: ${shown} on resource: ${named} ${reason}`,
  }
}
