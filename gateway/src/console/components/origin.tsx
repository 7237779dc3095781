// Where a resource comes from: its logical id, and its path in the CDK app.
import type { Resource } from "../state/deployment.ts"

export function Origin({ logicalId, constructPath, stackName }: Partial<Resource>) {
  return (
    <small class="origin">
      {logicalId} {constructPath ?? stackName}
    </small>
  )
}
