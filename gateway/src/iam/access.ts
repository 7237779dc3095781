// Authorizes calls by the roles and permissions of the template, and explains each denial.
import type { Definition, Notice } from "../definition/definition.ts"
import type { RoleDefinition } from "../definition/iam.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { Denied, Permission } from "../definition/permission.ts"
import type { Principal, RolePrincipal } from "./credentials.ts"
import { createDataAccess, type DataAccess } from "./data-access.ts"
import { createDecisions, type DecisionOptions } from "./decisions.ts"
import { createDeliveries, type Deliveries } from "./deliveries.ts"
import type { NamedPolicy } from "./evaluate-policy.ts"
import { createFunctionAccess } from "./function-access.ts"
import { createFunctionUrlAccess, type FunctionUrlAccess } from "./function-url-access.ts"
import { managedPolicy } from "./managed-policies.ts"
import { type AssumingService, apiGateway, createRoleAccess } from "./role-access.ts"
import { createRoleSessions } from "./role-sessions.ts"

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

export function createAccess(definition: Definition, options: DecisionOptions): Access {
  const { region, accountId, partition } = definition
  const apis = [...definition.webSocketApis, ...definition.httpApis, ...definition.restApis]
  const environments = new Map(apis.map(({ apiId, environment }) => [apiId, environment]))
  const roles = new Map(definition.roles.map((role) => [role.arn, role]))
  const notices: Notice[] = []
  const policies = new Map(definition.roles.map((role) => [role.arn, policiesOf(role, notices)]))
  const decideOnce = createDecisions(options)
  const sessions = createRoleSessions(definition)
  const roleAccess = createRoleAccess(definition, { roles, policies, decideOnce })
  const functionAccess = createFunctionAccess(definition, { roleAccess, sessions, decideOnce })
  const data = createDataAccess(definition, { ...options, policies, contextOf: roleAccess.contextOf })

  function executeApiArn(apiId: string, path: string): string {
    const own = environments.get(apiId) ?? { region, accountId, partition }
    return `arn:${own.partition}:execute-api:${own.region}:${own.accountId}:${apiId}/${path}`
  }

  return {
    notices,
    regions: definition.regions,
    regionOf: (apiId) => environments.get(apiId)?.region ?? region,
    ...data,
    ...createFunctionUrlAccess(definition, { ...options, mayCall: data.mayCall }),
    ...createDeliveries(definition, {
      ...options,
      mayCall: data.mayCall,
      principalOf: sessions.ofFunction,
      assumeRole(roleArn, service) {
        const role = roles.get(roleArn)
        if (role && !roleAccess.trusts(role, service).allowed) return undefined
        return sessions.of(roleArn, service.split(".")[0] ?? service)
      },
    }),
    manageConnections(principal, { apiId, stageName, method }) {
      // AWS: the resource ends in the literal template for every id (permissions-connection-template)
      const resource = executeApiArn(apiId, `${stageName}/${method}/@connections/{connectionId}`)
      return roleAccess.may(principal, { action: "execute-api:ManageConnections", resource })
    },
    invokeRoute(principal, { apiId, stageName, routeKey }) {
      const resource = executeApiArn(apiId, `${stageName}/${routeKey}`)
      return roleAccess.may(principal, { action: "execute-api:Invoke", resource })
    },
    assumeRole(roleArn, service = apiGateway) {
      const role = roles.get(roleArn)
      const trusted = role ? roleAccess.trusts(role, service) : undefined
      if (trusted?.allowed === false) return trusted
      return sessions.of(roleArn, "BackplaneAssumeRoleSession")
    },
    invokeFunction({ apiId, stageName, routeKey, functionArn, credentialsArn, authorizerId }) {
      if (options.mode === "off") return { allowed: true }
      if (credentialsArn !== undefined) {
        const role = roles.get(credentialsArn)
        return role ? functionAccess.throughRole(role, functionArn) : { allowed: true }
      }
      // AWS: an authorizer has its own source ARN (permissions-authorizer-source)
      const source = authorizerId === undefined ? `${stageName}/${routeKey}` : `authorizers/${authorizerId}`
      return functionAccess.throughPolicy(functionArn, executeApiArn(apiId, source))
    },
    principalOf: sessions.ofFunction,
  }
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
