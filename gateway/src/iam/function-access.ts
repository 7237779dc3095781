// Authorizes the invocations of API Gateway: with the integration's role, or by the function's resource policy.
import type { Definition } from "../definition/definition.ts"
import type { RoleDefinition } from "../definition/iam.ts"
import type { Permission } from "../definition/permission.ts"
import { accountIn } from "./arn-parts.ts"
import type { DecideOnce } from "./decisions.ts"
import { allowedBy } from "./evaluate-access.ts"
import { evaluatePolicies } from "./evaluate-policy.ts"
import { functionPolicy } from "./function-policy.ts"
import { apiGateway, type RoleAccess } from "./role-access.ts"
import type { RoleSessions } from "./role-sessions.ts"
import { fixForFunctionPolicy } from "./suggest-fix.ts"

export type FunctionAccess = {
  throughRole(role: RoleDefinition, functionArn: string): Permission
  /** @param sourceArn of the route, the method or the authorizer */
  throughPolicy(functionArn: string, sourceArn: string): Permission
}

// AWS: the execution log has this text (permissions-invoke-connect)
const invalidPermissions = "Invalid permissions on Lambda function"

export function createFunctionAccess(
  definition: Definition,
  { roleAccess, sessions, decideOnce }: { roleAccess: RoleAccess; sessions: RoleSessions; decideOnce: DecideOnce },
): FunctionAccess {
  return {
    throughRole(role, functionArn) {
      const trusted = roleAccess.trusts(role)
      if (!trusted.allowed) return trusted
      const principal = sessions.of(role.arn, "BackplaneAssumeRoleSession")
      // AWS?: the text is that of a function without a permission (permissions-role-invoke)
      return roleAccess.may(principal, { action: "lambda:InvokeFunction", resource: functionArn }, invalidPermissions)
    },
    throughPolicy: (functionArn, sourceArn) =>
      decideOnce(`${functionArn} ${sourceArn}`, () => {
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
      }),
  }
}
