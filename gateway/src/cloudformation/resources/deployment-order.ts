// Reports deployments of APIs that AWS may create before what they deploy.
import type { Resource } from "../resolve/resource.ts"

/** @param deployed the routes or methods of the API */
export function reportUnorderedDeployment(deployment: Resource, deployed: readonly Resource[]): void {
  const missing = deployed.filter(({ logicalId }) => !deployment.dependsOn.includes(logicalId))
  if (missing.length === 0) return
  const names = missing.map(({ logicalId }) => logicalId).join(", ")
  deployment.advice(
    `It does not depend on ${names}, so on AWS it can be created without them. Add them to its DependsOn.`,
  )
}
