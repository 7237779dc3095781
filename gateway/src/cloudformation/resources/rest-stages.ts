// Reads the stages of a REST API: stage resources, and stages that deployments create.
import type { RouteSettings, StageDefinition } from "../../definition/api.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { Resource } from "../resolve/resource.ts"
import { reportUnorderedDeployment } from "./deployment-order.ts"
import { readAccessLog, readRouteSettings, readStageVariables } from "./stages.ts"

export function readRestStages(ofApi: (type: string) => Resource[]): StageDefinition[] {
  const deployments = ofApi("AWS::ApiGateway::Deployment")
  // AWS: a deployment is a snapshot of the methods that exist when it is created (rest-deployment-order)
  for (const deployment of deployments) reportUnorderedDeployment(deployment, ofApi("AWS::ApiGateway::Method"))
  const stages = ofApi("AWS::ApiGateway::Stage").map((stage) => {
    const deploymentId = stage.properties.text("DeploymentId")
    if (!deployments.some(({ ref }) => ref === deploymentId)) {
      stage.problem(`DeploymentId must be the id of a deployment of this API, not ${deploymentId ?? "missing"}.`)
    }
    return readStage(stage, stage.properties, deploymentId)
  })
  // AWS: a deployment with a stage name creates that stage (rest-deployment-stage)
  const created = deployments.flatMap((deployment) => {
    const name = deployment.properties.text("StageName")
    if (name === undefined || stages.some(({ stageName }) => stageName === name)) return []
    return [readStage(deployment, deployment.properties.object("StageDescription"), deployment.ref)]
  })
  return [...stages, ...created]
}

function readStage(
  resource: Resource,
  description: Properties | undefined,
  deploymentId: string | undefined,
): StageDefinition {
  const stageName = resource.properties.required("StageName")
  const settings = description?.objects("MethodSettings") ?? []
  // AWS: letters, digits, hyphen and underscore (rest-stage-path)
  if (stageName !== "" && !/^[A-Za-z0-9_-]{1,128}$/.test(stageName)) {
    resource.problem(`StageName "${stageName}" must have 1 to 128 letters, digits, hyphens and underscores.`)
  }
  if (description?.flag("CacheClusterEnabled")) resource.notice("Responses are not cached.")
  if (description?.value("CanarySetting") !== undefined) resource.notice("Canary releases are not served.")
  const all = settings.find((one) => one.text("HttpMethod") === "*" && one.text("ResourcePath") === "/*")
  return {
    ...resource.origin,
    stageName,
    variables: description === resource.properties ? readStageVariables(resource, "Variables") : recordFrom([]),
    defaultRouteSettings: settingsOf(resource, all),
    routeSettings: recordFrom(
      settings.filter((one) => one !== all).map((one) => [routeKeyOf(one), settingsOf(resource, one)]),
    ),
    ...withoutUndefined({ deploymentId, accessLog: readAccessLog(resource) }),
  }
}

/** AWS: a slash in the path of a setting is written as `~1` (rest-method-settings) */
function routeKeyOf(setting: Properties): string {
  const path = (setting.text("ResourcePath") ?? "").replaceAll("~1", "/").replace(/^\/+/, "/")
  const method = setting.text("HttpMethod") ?? "*"
  return `${method === "*" ? "ANY" : method} ${path}`
}

function settingsOf(resource: Resource, setting: Properties | undefined): RouteSettings {
  const settings = readRouteSettings(resource, setting)
  const detailed = setting?.flag("MetricsEnabled")
  return detailed === undefined ? settings : { ...settings, detailedMetricsEnabled: detailed }
}
