// Authorizes requests to function URLs, by the policy of the function and those of the signer's role.
// AWS: a URL needs InvokeFunctionUrl and InvokeFunction, of the function's policy or the signer's (furl-permissions)
import type { Definition } from "../definition/definition.ts"
import type { FunctionUrlDefinition } from "../definition/function-url.ts"
import type { Permission } from "../definition/permission.ts"
import type { Principal } from "./credentials.ts"
import type { DataAccess } from "./data-access.ts"
import type { AccessMode, Denial } from "./denial.ts"
import { allowedBy } from "./evaluate-access.ts"
import { evaluatePolicies } from "./evaluate-policy.ts"
import { functionPolicy } from "./function-policy.ts"
import { fixForFunctionUrl } from "./suggest-fix.ts"

export type FunctionUrlAccess = {
  /** @param principal who signed the request; absent for a URL that needs no signature. */
  invokeUrl(url: FunctionUrlDefinition, principal?: Principal): Permission
}

export type FunctionUrlAccessOptions = {
  mode: AccessMode
  onDenied(denial: Denial): void
  mayCall: DataAccess["mayCall"]
}

export function createFunctionUrlAccess(definition: Definition, options: FunctionUrlAccessOptions): FunctionUrlAccess {
  const decided = new Map<string, Permission>()

  /** Whether the function's policy lets everybody invoke it. */
  function mayEverybody(url: FunctionUrlDefinition): Permission {
    const { functionArn } = url
    const own = definition.permissions.filter((permission) => permission.functionArn === functionArn)
    const policy = functionPolicy(functionArn, own)
    let permission: Permission = { allowed: true }
    for (const { action, context } of neededFor(url)) {
      const principal = { type: "AWS" as const, ids: [] }
      const decision = evaluatePolicies([policy], { action, resource: functionArn, principal, context })
      if (decision.allowed) {
        permission = allowedBy({ ...decision, policyType: "resource-based" })
        continue
      }
      options.onDenied({
        action,
        resource: functionArn,
        role: "everybody",
        principalArn: "*",
        explanation: "The policy of the function does not let everybody invoke it through its URL.",
        cure: fixForFunctionUrl(definition, url, action),
      })
      if (options.mode === "enforce") return { allowed: false, message: `No policy allows everybody ${action}.` }
    }
    return permission
  }

  return {
    invokeUrl(url, principal) {
      if (options.mode === "off") return { allowed: true }
      if (principal) {
        const resource = url.functionArn
        const permissions = neededFor(url).map((needed) =>
          options.mayCall(principal, "lambda", { ...needed, resource }),
        )
        return permissions.find(({ allowed }) => !allowed) ?? permissions[0] ?? { allowed: true }
      }
      const known = decided.get(url.urlId)
      if (known) return known
      const permission = mayEverybody(url)
      decided.set(url.urlId, permission)
      return permission
    },
  }
}

function neededFor({ authType }: FunctionUrlDefinition) {
  return [
    { action: "lambda:InvokeFunctionUrl", context: { "lambda:FunctionUrlAuthType": authType } },
    { action: "lambda:InvokeFunction", context: { "lambda:InvokedViaFunctionUrl": "true" } },
  ]
}
