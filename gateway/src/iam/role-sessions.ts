// Creates the principals that use a role: the sessions of functions and services.
import type { Definition } from "../definition/definition.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { accountIn } from "./arn-parts.ts"
import type { RolePrincipal } from "./credentials.ts"

export type RoleSessions = {
  /** @param session its name: that of a function, or what a service chooses */
  of(roleArn: string, session: string): RolePrincipal
  /** The principal of a function's credentials. */
  ofFunction(definition: FunctionDefinition): RolePrincipal
}

export function createRoleSessions({ roles, accountId, partition }: Definition): RoleSessions {
  const names = new Map(roles.map(({ arn, roleName }) => [arn, roleName]))

  function of(roleArn: string, session: string): RolePrincipal {
    const account = accountIn(roleArn) || accountId
    const roleName = names.get(roleArn) ?? roleArn.split("/").at(-1) ?? roleArn
    const arn = `arn:${partition}:sts::${account}:assumed-role/${roleName}/${session}`
    return { arn, roleArn, accountId: account, administrator: false }
  }

  return { of, ofFunction: ({ roleArn, functionName }) => of(roleArn, functionName) }
}
