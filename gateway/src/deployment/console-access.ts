// Decides what the console may do: calls of the management API as the administrator or as a role.
import type { Notice } from "../definition/definition.ts"
import type { RequestPermission } from "../definition/permission.ts"
import type { Administrator, RolePrincipal } from "../iam/credentials.ts"
import type { Deployment } from "./deployment.ts"

export type ConsoleAccess = {
  notices(): readonly Notice[]
  mayManageAs(
    roleLogicalId: string | undefined,
    resource: { apiId: string; stageName: string; method: string },
  ): RequestPermission
}

export function createConsoleAccess(
  deployment: () => Pick<Deployment, "access" | "definition">,
  administrator: Administrator,
): ConsoleAccess {
  return {
    notices: () => deployment().access.notices,
    mayManageAs(roleLogicalId, resource) {
      const { access, definition } = deployment()
      const role = definition.roles.find(({ logicalId }) => logicalId === roleLogicalId)
      if (roleLogicalId !== undefined && !role) {
        return {
          allowed: false,
          errorType: "UnrecognizedClientException",
          message: `There is no role ${roleLogicalId}.`,
        }
      }
      const signer = role ? sessionOf(role.roleName, role.arn, definition) : administrator
      const permission = access.manageConnections(signer, resource)
      return permission.allowed ? { ...permission, signer } : { ...permission, errorType: "AccessDeniedException" }
    },
  }
}

function sessionOf(
  roleName: string,
  roleArn: string,
  { partition, accountId }: Deployment["definition"],
): RolePrincipal {
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/console`
  return { arn, roleArn, accountId, administrator: false }
}
