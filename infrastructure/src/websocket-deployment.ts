// A deployment whose logical id changes with the routes it deploys, because API Gateway serves snapshots.
import { createHash } from "node:crypto"
import { type CfnResource, Lazy, Stack } from "aws-cdk-lib"
import { type CfnApi, CfnDeployment } from "aws-cdk-lib/aws-apigatewayv2"

/** The properties of the API that are part of a deployment's snapshot; name, description and tags apply at once. */
const snapshotOfApi = [
  "RouteSelectionExpression",
  "ApiKeySelectionExpression",
  "DisableExecuteApiEndpoint",
  "DisableSchemaValidation",
]

/**
 * Adds a deployment of `api` that depends on `parts` (routes, integrations, responses, authorizers).
 *
 * AWS: a deployment is a snapshot; a later change goes live only with another deployment (system-deployment)
 *
 * CloudFormation creates another one when the logical id changes, so the id ends in a digest of the parts' properties:
 * it changes exactly when one of them does.
 */
export function addDeployment(api: CfnApi, parts: readonly CfnResource[], description: string): CfnDeployment {
  const stack = Stack.of(api)
  const deployment = new CfnDeployment(stack, "Deployment", { apiId: api.ref, description })
  for (const part of parts) deployment.addResourceDependency(part)
  deployment.overrideLogicalId(Lazy.uncachedString({ produce: () => `Deployment${digest()}` }))
  return deployment

  // Read when the template is written, so that overrides and aspects are included.
  function digest(): string {
    const snapshot = parts.map((part) => [stack.resolve(part.logicalId), propertiesOf(part)])
    const apiProperties = propertiesOf(api)
    const ofApi = snapshotOfApi.map((name) => apiProperties[name] ?? null)
    return createHash("sha256")
      .update(JSON.stringify([ofApi, snapshot]))
      .digest("hex")
      .slice(0, 16)
  }

  function propertiesOf(resource: CfnResource): Record<string, unknown> {
    // The rendered resource is not in CDK's published types, and is the only form that includes overrides.
    const rendered = stack.resolve((resource as CfnResource & Rendered)._toCloudFormation())
    const [definition] = Object.values(rendered.Resources as Record<string, { Properties?: Record<string, unknown> }>)
    return definition?.Properties ?? {}
  }
}

type Rendered = { _toCloudFormation(): object }
