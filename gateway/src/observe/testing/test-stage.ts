// The stage of the records in tests.
import type { StageDefinition } from "../../definition/api.ts"

export const testStage: StageDefinition = {
  stageName: "dev",
  logicalId: "Stage",
  stackName: "test",
  variables: {},
  defaultRouteSettings: {},
  routeSettings: {},
}
