// Reads the WebSocket APIs with their deployments, stages and authorizers.
import type {
  DeploymentDefinition,
  RouteDefinition,
  StageDefinition,
  WebSocketApiDefinition,
} from "../../definition/api.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { stableId } from "../resolve/physical-names.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { apiEnvironment } from "./api-environment.ts"
import { reportUnorderedDeployment } from "./deployment-order.ts"
import { readModels } from "./models.ts"
import { readStage, reportMissingStage } from "./stages.ts"
import { readAuthorizer } from "./websocket-authorizers.ts"
import { readIntegrations } from "./websocket-integrations.ts"
import { readRoutes } from "./websocket-routes.ts"

export function readWebSocketApis(template: ResolvedTemplate): WebSocketApiDefinition[] {
  const apis = template
    .ofType("AWS::ApiGatewayV2::Api")
    .filter((api) => api.properties.text("ProtocolType") === "WEBSOCKET")
  return apis.map((api) => readApi(api, template))
}

function readApi(api: Resource, template: ResolvedTemplate): WebSocketApiDefinition {
  const { properties, ref: apiId } = api
  properties.required("Name")
  const ofApi = (type: string) =>
    template.ofType(type).filter((resource) => resource.properties.text("ApiId") === apiId)
  const authorizers = new Map(
    ofApi("AWS::ApiGatewayV2::Authorizer").map((resource) => [resource.ref, readAuthorizer(resource)]),
  )
  const integrations = readIntegrations(ofApi)
  const routes = readRoutes(api, ofApi, { integrations, authorizers, models: readModels(ofApi) })
  const { deployments, stages } = readDeployments(ofApi, routes)
  if (deployments.size > 0 && Object.keys(routes).length === 0) {
    // AWS: a deployment without routes is rejected with this text (deploy-without-routes)
    api.problem("At least one route is required before deploying the Api")
  }
  reportMissingStage(api, stages)
  return {
    ...api.origin,
    apiId,
    environment: apiEnvironment(api),
    // AWS: WebSocket APIs require an expression (template-selection-expression)
    routeSelectionExpression: properties.required("RouteSelectionExpression"),
    deployments: recordFrom(deployments),
    stages,
    authorizers: recordFrom(authorizers),
    ...withoutUndefined({ apiKeySelectionExpression: properties.text("ApiKeySelectionExpression") }),
  }
}

function readDeployments(
  ofApi: (type: string) => Resource[],
  routes: Record<string, RouteDefinition>,
): { deployments: Map<string, DeploymentDefinition>; stages: StageDefinition[] } {
  const deployments = new Map<string, DeploymentDefinition>()
  const resources = ofApi("AWS::ApiGatewayV2::Deployment")
  for (const resource of resources) {
    // AWS: a deployment created before its routes lacks them, or fails without any (template-deployment-order)
    reportUnorderedDeployment(resource, ofApi("AWS::ApiGatewayV2::Route"))
    // CloudFormation creates everything at once, so a deployment holds all routes of its API.
    deployments.set(resource.ref, { ...resource.origin, deploymentId: resource.ref, routes })
  }
  const stages = ofApi("AWS::ApiGatewayV2::Stage").map((resource) => {
    const stage = readStage(resource)
    if (resource.properties.flag("AutoDeploy")) {
      const deploymentId = stableId(`${resource.stack.stackName}/${resource.logicalId}/auto`, 6)
      deployments.set(deploymentId, { ...resource.origin, deploymentId, routes })
      return { ...stage, deploymentId }
    }
    const { deploymentId } = stage
    if (deploymentId !== undefined && !deployments.has(deploymentId)) {
      resource.problem(`Invalid deployment identifier specified: ${deploymentId} is not a deployment of this API.`)
    }
    // A deployment can name its stage, instead of the stage its deployment.
    const own = resources.find((one) => one.properties.text("StageName") === stage.stageName)
    return deploymentId === undefined && own ? { ...stage, deploymentId: own.ref } : stage
  })
  rejectDuplicateStages(ofApi("AWS::ApiGatewayV2::Stage"))
  return { deployments, stages }
}

function rejectDuplicateStages(stages: Resource[]): void {
  const seen = new Set<string | undefined>()
  for (const stage of stages) {
    const name = stage.properties.text("StageName")
    if (seen.has(name)) stage.problem(`Stage with name ${name} already exists for this API`)
    seen.add(name)
  }
}
