// Asks iam what the routes want to know, in iam's terms: ARNs and principals instead of stages and integrations.

import type { HttpApiDefinition, HttpRouteDefinition } from "../definition/api.ts"
import type { Permission } from "../definition/permission.ts"
import { type Access, evaluateAuthorizerPolicy } from "../iam/access.ts"
import type { Guard } from "../iam/guard.ts"
import type { RoutePorts } from "../routes/ports.ts"
import type { Deployment } from "./deployment.ts"

/** @param deployment today's: a reload brings other roles and other keys */
export function routePermissions(
  deployment: () => Pick<Deployment, "access" | "usagePlans">,
  guard: Guard,
): Pick<RoutePorts, "mayInvoke" | "mayInvokeAuthorizer" | "mayCallRoute" | "useApiKey" | "evaluatePolicy"> {
  const access = () => deployment().access
  return {
    mayInvoke: ({ api, definition }, routeKey, { functionArn = "", credentialsArn }) =>
      access().invokeFunction({
        apiId: api.apiId,
        stageName: definition.stageName,
        routeKey,
        functionArn,
        ...(credentialsArn !== undefined && { credentialsArn }),
      }),
    mayInvokeAuthorizer: ({ api, definition }, { functionArn = "", credentialsArn, authorizerId }) =>
      access().invokeFunction({
        apiId: api.apiId,
        stageName: definition.stageName,
        routeKey: "$connect",
        functionArn,
        authorizerId,
        ...(credentialsArn !== undefined && { credentialsArn }),
      }),
    mayCallRoute: ({ api, definition }, routeKey, request) =>
      guard.mayCallRoute(request, { apiId: api.apiId, stageName: definition.stageName, routeKey }),
    useApiKey: ({ api, definition }, value) =>
      deployment().usagePlans.use({ apiId: api.apiId, stageName: definition.stageName }, value),
    evaluatePolicy: evaluateAuthorizerPolicy,
  }
}

export function mayInvokeHttp(
  access: Access,
  { apiId }: HttpApiDefinition,
  stageName: string,
  { routeKey, functionArn = "", credentialsArn }: HttpRouteDefinition,
): Permission {
  return access.invokeFunction({
    apiId,
    stageName,
    // AWS: the source ARN of a call by an HTTP API ends in {stage}/{method}/{path} (http-source-arn)
    routeKey: routeKey.replace(" /", "/"),
    functionArn,
    ...(credentialsArn !== undefined && { credentialsArn }),
  })
}
