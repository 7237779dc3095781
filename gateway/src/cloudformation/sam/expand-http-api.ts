// Expands `AWS::Serverless::HttpApi` to an API with its stage and authorizers.
// AWS: SAM generates these resources for an HTTP API (template-sam)
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties, Resources } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"
import { autoDeployedStage } from "./auto-deployed-stage.ts"
import { expandDomain } from "./expand-domain.ts"
import { expandHttpAuthorizers } from "./expand-http-authorizers.ts"

export function expandHttpApi(logicalId: string, resource: ResourceBody, properties: Properties): Resources {
  const { CorsConfiguration, DefinitionBody, DefinitionUri } = properties
  const { StageName = "$default", DisableExecuteApiEndpoint } = properties
  const stageId =
    StageName === "$default" ? `${logicalId}ApiGatewayDefaultStage` : `${logicalId}${String(StageName)}Stage`
  // AWS: `true` allows every origin (template-sam-cors)
  const cors = CorsConfiguration === true ? { AllowOrigins: ["*"] } : CorsConfiguration
  const api: ResourceBody = {
    ...resource,
    Type: "AWS::ApiGatewayV2::Api",
    Properties: {
      ProtocolType: "HTTP",
      ...withoutUndefined({ Body: DefinitionBody, BodyS3Location: DefinitionUri }),
      ...withoutUndefined({ CorsConfiguration: cors, DisableExecuteApiEndpoint }),
    },
  }
  return [
    [logicalId, api],
    [stageId, autoDeployedStage(logicalId, StageName, properties)],
    ...expandHttpAuthorizers(logicalId, properties.Auth),
    ...expandDomain({ apiId: logicalId, stageId, kind: "HTTP" }, properties.Domain),
  ]
}
