// Authorizes calls by the roles and permissions of the template, and explains each denial.
import type { Definition, Notice } from "../definition/definition.ts"
import type { RoleDefinition } from "../definition/iam.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { Allowed, Denied, Permission } from "../definition/permission.ts"
import { BoundedMap } from "../foundation/bounded-map.ts"
import type { Context } from "./conditions.ts"
import type { Principal, RolePrincipal } from "./credentials.ts"
import { createDataAccess, type DataAccess } from "./data-access.ts"
import { createDeliveries, type Deliveries } from "./deliveries.ts"
import { type AccessMode, type Denial, explainDecision } from "./denial.ts"
import { allowedBy } from "./evaluate-access.ts"
import { type AccessRequest, evaluatePolicies, type NamedPolicy, type PolicyDecision } from "./evaluate-policy.ts"
import { functionPolicy } from "./function-policy.ts"
import { createFunctionUrlAccess, type FunctionUrlAccess } from "./function-url-access.ts"
import { managedPolicy } from "./managed-policies.ts"
import { fixForFunctionPolicy, fixForRole, fixForTrust } from "./suggest-fix.ts"

export type RouteResource = { apiId: string; stageName: string; routeKey: string }

export type Access = DataAccess &
  Deliveries &
  FunctionUrlAccess & {
    /** Checks `execute-api:ManageConnections` for a call to @connections. */
    manageConnections(principal: Principal, call: { apiId: string; stageName: string; method: string }): Permission
    /**
     * Whether API Gateway may invoke a function: with the integration's role, or by the function's resource policy. The
     * message of a denial is the line of the execution log.
     */
    invokeFunction(
      call: RouteResource & {
        functionArn: string
        credentialsArn?: string | undefined
        authorizerId?: string | undefined
      },
    ): Permission
    /** The session of the role with which API Gateway or Step Functions calls a service, if it may assume the role. */
    assumeRole(roleArn: string, service?: AssumingService): RolePrincipal | Denied
    /** Checks `execute-api:Invoke` for a handshake on an AWS_IAM route. */
    invokeRoute(principal: Principal, call: RouteResource): Permission
    /** The principal of a function's credentials. */
    principalOf(definition: FunctionDefinition): RolePrincipal
    /** The region that requests to an API are signed for. */
    regionOf(apiId: string): string
    /** The regions that requests to other services are signed for. */
    readonly regions: readonly string[]
    /** Attached managed policies that are not supported: they allow nothing here. */
    readonly notices: readonly Notice[]
  }

/** The services that call others with a role of the template. */
export type AssumingService = "apigateway.amazonaws.com" | "states.amazonaws.com"

const apiGateway = "apigateway.amazonaws.com"
const stepFunctions = "states.amazonaws.com"
const allowed: Allowed = { allowed: true }
const MAX_DECISIONS = 10_000

// AWS: the execution log has this text (permissions-invoke-connect)
const invalidPermissions = "Invalid permissions on Lambda function"

/**
 * @param options.onDenied is called once for each different denial, in `enforce` and in `warn`; `warn` then allows the call.
 */
export function createAccess(
  definition: Definition,
  options: { mode: AccessMode; onDenied(denial: Denial): void },
): Access {
  const { region, accountId, partition } = definition
  const environments = new Map(
    [...definition.webSocketApis, ...definition.httpApis, ...definition.restApis].map(({ apiId, environment }) => [
      apiId,
      environment,
    ]),
  )
  const roles = new Map(definition.roles.map((role) => [role.arn, role]))
  const notices: Notice[] = []
  const policies = new Map(definition.roles.map((role) => [role.arn, policiesOf(role, notices)]))
  // The path of a request to a REST API is part of the resource, so the number of decisions has no bound.
  const decided = new BoundedMap<Permission>(MAX_DECISIONS)
  const executeApiArn = (apiId: string, path: string) => {
    const own = environments.get(apiId) ?? { region, accountId, partition }
    return `arn:${own.partition}:execute-api:${own.region}:${own.accountId}:${apiId}/${path}`
  }

  /** Caches decisions, because policies do not change within a deployment: a message costs one lookup. */
  function decideOnce(key: string, decide: () => Allowed | { message: string; denial: Denial }): Permission {
    const known = decided.get(key)
    if (known) return known
    const permission = options.mode === "off" ? allowed : enforced(decide())
    decided.set(key, permission)
    return permission
  }

  function enforced(decision: Allowed | { message: string; denial: Denial }): Permission {
    if ("allowed" in decision) return decision
    options.onDenied(decision.denial)
    return options.mode === "enforce" ? { allowed: false, message: decision.message } : allowed
  }

  /**
   * Differs: a role that the template does not define is trusted, because its policies are not known
   * (permissions-foreign-role)
   *
   * @param message of a denial, where AWS does not name the principal and the action
   */
  function mayRole(principal: Principal, request: AccessRequest, message?: string): Permission {
    if (principal.administrator) return { allowed: true }
    const role = roles.get(principal.roleArn)
    if (!role) return { allowed: true }
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
  }

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

  function trusts(role: RoleDefinition, service = apiGateway): Permission {
    return decideOnce(`${role.arn} sts:AssumeRole ${service}`, () => {
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
    })
  }

  function throughRole(role: RoleDefinition, functionArn: string): Permission {
    const trusted = trusts(role)
    if (!trusted.allowed) return trusted
    const principal = sessionOf(role.arn, role.roleName, "BackplaneAssumeRoleSession")
    // AWS?: the text is that of a function without a permission (permissions-role-invoke)
    return mayRole(principal, { action: "lambda:InvokeFunction", resource: functionArn }, invalidPermissions)
  }

  function throughFunctionPolicy(functionArn: string, sourceArn: string): Permission {
    return decideOnce(`${functionArn} ${sourceArn}`, () => {
      const own = definition.permissions.filter((permission) => permission.functionArn === functionArn)
      const decision = evaluatePolicies([functionPolicy(functionArn, own)], {
        action: "lambda:InvokeFunction",
        resource: functionArn,
        principal: { type: "Service", ids: [apiGateway] },
        context: { "aws:SourceArn": sourceArn, "aws:SourceAccount": accountIn(sourceArn) },
      })
      if (decision.allowed) return allowedBy({ ...decision, policyType: "resource-based" })
      const target = definition.functions.find((one) => one.arn === functionArn)
      const name = target?.logicalId ?? functionArn
      const why =
        own.length === 0 ? `${name} has no permission at all` : `no permission of ${name} matches ${sourceArn}`
      return {
        message: invalidPermissions,
        denial: {
          action: "lambda:InvokeFunction",
          resource: functionArn,
          role: apiGateway,
          principalArn: apiGateway,
          explanation: `API Gateway may not invoke the function: ${why}.`,
          cure: fixForFunctionPolicy(definition, target, functionArn, sourceArn),
        },
      }
    })
  }

  function sessionOf(roleArn: string, roleName: string, session: string): RolePrincipal {
    const account = accountIn(roleArn) || accountId
    const arn = `arn:${partition}:sts::${account}:assumed-role/${roleName}/${session}`
    return { arn, roleArn, accountId: account, administrator: false }
  }

  function principalOf({ roleArn, functionName }: FunctionDefinition): RolePrincipal {
    const roleName = roles.get(roleArn)?.roleName ?? roleArn.split("/").at(-1) ?? roleArn
    return sessionOf(roleArn, roleName, functionName)
  }

  const data = createDataAccess(definition, { ...options, policies, contextOf })
  return {
    notices,
    regions: definition.regions,
    regionOf: (apiId) => environments.get(apiId)?.region ?? region,
    ...data,
    ...createFunctionUrlAccess(definition, { ...options, mayCall: data.mayCall }),
    ...createDeliveries(definition, {
      ...options,
      mayCall: data.mayCall,
      principalOf,
      assumeRole(roleArn, service) {
        const role = roles.get(roleArn)
        if (role && !trusts(role, service).allowed) return undefined
        return sessionOf(roleArn, role?.roleName ?? roleArn.split("/").at(-1) ?? "", service.split(".")[0] ?? service)
      },
    }),
    manageConnections(principal, { apiId, stageName, method }) {
      // AWS: the resource ends in the literal template for every id (permissions-connection-template)
      const resource = executeApiArn(apiId, `${stageName}/${method}/@connections/{connectionId}`)
      return mayRole(principal, { action: "execute-api:ManageConnections", resource })
    },
    invokeRoute(principal, { apiId, stageName, routeKey }) {
      const resource = executeApiArn(apiId, `${stageName}/${routeKey}`)
      return mayRole(principal, { action: "execute-api:Invoke", resource })
    },
    assumeRole(roleArn, service = apiGateway) {
      const role = roles.get(roleArn)
      const trusted = role ? trusts(role, service) : undefined
      if (trusted?.allowed === false) return trusted
      const roleName = role?.roleName ?? roleArn.split("/").at(-1) ?? ""
      return sessionOf(roleArn, roleName, "BackplaneAssumeRoleSession")
    },
    invokeFunction({ apiId, stageName, routeKey, functionArn, credentialsArn, authorizerId }) {
      if (options.mode === "off") return { allowed: true }
      if (credentialsArn !== undefined) {
        const role = roles.get(credentialsArn)
        return role ? throughRole(role, functionArn) : { allowed: true }
      }
      // AWS: an authorizer has its own source ARN (permissions-authorizer-source)
      const source = authorizerId === undefined ? `${stageName}/${routeKey}` : `authorizers/${authorizerId}`
      return throughFunctionPolicy(functionArn, executeApiArn(apiId, source))
    },
    principalOf,
  }
}

function regionIn(arn: string): string {
  return arn.split(":")[3] ?? ""
}

function accountIn(arn: string): string {
  return arn.split(":")[4] ?? ""
}

function policiesOf(role: RoleDefinition, notices: Notice[]): NamedPolicy[] {
  const managed = role.managedPolicyArns.flatMap((arn) => {
    const document = managedPolicy(arn)
    if (document) return { name: arn.split("/").at(-1) ?? arn, document }
    const message = `The managed policy ${arn} is not supported, so it allows nothing.`
    notices.push({ logicalId: role.logicalId, type: "AWS::IAM::Role", message })
    return []
  })
  return [...role.policies, ...managed]
}

/** AWS: a denial has this text, with the account masked except for four digits (permissions-manage-connections) */
function deniedMessage(principal: Principal, { action, resource }: AccessRequest, { because }: PolicyDecision): string {
  const masked = resource.replace(/:\d{8}(\d{4}):/, ":********$1:")
  const explicit = because === "explicit-deny" ? " with an explicit deny" : ""
  return `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${masked}${explicit}`
}
