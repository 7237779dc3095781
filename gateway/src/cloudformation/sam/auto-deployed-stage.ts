// The stage that SAM generates for an HTTP API or a WebSocket API.
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"

/** @param properties those of the API, which has the settings of its stage */
export function autoDeployedStage(apiId: string, stageName: unknown, properties: Properties): ResourceBody {
  const { StageVariables, DefaultRouteSettings, RouteSettings, AccessLogSettings } = properties
  return {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: {
      ApiId: { Ref: apiId },
      StageName: stageName,
      AutoDeploy: true,
      ...withoutUndefined({ StageVariables, DefaultRouteSettings, RouteSettings, AccessLogSettings }),
    },
  }
}
