// The WebSocket APIs of the template: what each stage serves is the snapshot that its deployment took.

import type { AuthorizerDefinition, DeploymentDefinition, WebSocketApiDefinition } from "../../definition/api.ts"
import { stableId } from "../resolve/physical-names.ts"
import type { ResolvedTemplate, Resource } from "../resolve/resolve-template.ts"
import { readAuthorizer } from "./authorizers.ts"
import { readIntegrations } from "./integrations.ts"
import { readStage } from "./stages.ts"
import { readRoutes } from "./websocket-routes.ts"

export function readWebSocketApis(template: ResolvedTemplate): WebSocketApiDefinition[] {
  const apis = template
    .ofType("AWS::ApiGatewayV2::Api")
    .filter((api) => api.properties.text("ProtocolType") === "WEBSOCKET")
  return apis.map((api) => readApi(api, template))
}

function readApi(api: Resource, template: ResolvedTemplate): WebSocketApiDefinition {
  const { properties, ref: apiId } = api
  const name = properties.required("Name")
  const routeSelectionExpression = properties.text("RouteSelectionExpression")
  // AWS: WebSocket APIs require an expression (template-selection-expression)
  if (!routeSelectionExpression) api.problem("RouteSelectionExpression is required for a WebSocket API.")
  const ofApi = (type: string) =>
    template.ofType(type).filter((resource) => resource.properties.text("ApiId") === apiId)

  const authorizers: Record<string, AuthorizerDefinition> = {}
  for (const resource of ofApi("AWS::ApiGatewayV2::Authorizer")) authorizers[resource.ref] = readAuthorizer(resource)
  const routes = readRoutes(api, ofApi, readIntegrations(ofApi), authorizers)

  const deployments: Record<string, DeploymentDefinition> = {}
  const deploymentResources = ofApi("AWS::ApiGatewayV2::Deployment")
  for (const resource of deploymentResources) {
    warnOfUnorderedDeployment(resource, ofApi("AWS::ApiGatewayV2::Route"))
    // CloudFormation creates everything once, so a deployment's snapshot holds all routes of its API.
    deployments[resource.ref] = { ...resource.origin, deploymentId: resource.ref, routes }
  }
  const stages = ofApi("AWS::ApiGatewayV2::Stage").map((resource) => {
    const stage = readStage(resource, "WEBSOCKET")
    if (resource.properties.flag("AutoDeploy")) {
      const deploymentId = stableId(`${resource.stack.stackName}/${resource.logicalId}/auto`, 6)
      deployments[deploymentId] = { ...resource.origin, deploymentId, routes }
      return { ...stage, deploymentId }
    }
    const { deploymentId } = stage
    if (deploymentId !== undefined && !deployments[deploymentId]) {
      resource.problem(`Invalid deployment identifier specified: ${deploymentId} is no deployment of this API.`)
    }
    // A deployment may name its stage instead of the stage its deployment.
    const own = deploymentResources.find((one) => one.properties.text("StageName") === stage.stageName)
    return deploymentId === undefined && own ? { ...stage, deploymentId: own.ref } : stage
  })
  refuseDuplicateStages(ofApi("AWS::ApiGatewayV2::Stage"))
  if (Object.keys(deployments).length > 0 && Object.keys(routes).length === 0) {
    // AWS: a deployment without routes is rejected with this text (deploy-without-routes)
    api.problem("At least one route is required before deploying the Api")
  }
  noticeWhatIsNotServed(api, ofApi)

  const definition: WebSocketApiDefinition = {
    ...api.origin,
    apiId,
    name,
    routeSelectionExpression: routeSelectionExpression ?? "",
    deployments,
    stages,
    authorizers,
  }
  const apiKeySelectionExpression = properties.text("ApiKeySelectionExpression")
  if (apiKeySelectionExpression !== undefined) definition.apiKeySelectionExpression = apiKeySelectionExpression
  return definition
}

/** AWS: a deployment created before its routes lacks them, or fails without any (template-deployment-order) */
function warnOfUnorderedDeployment(deployment: Resource, routes: Resource[]): void {
  const missing = routes
    .filter((route) => !deployment.dependsOn.includes(route.logicalId))
    .map((route) => route.logicalId)
  if (missing.length === 0) return
  deployment.notice(
    `It does not depend on ${missing.join(", ")}: on AWS it may be made first and lack what is missing. Add them to its DependsOn.`,
  )
}

function refuseDuplicateStages(stages: Resource[]): void {
  const seen = new Set<string | undefined>()
  for (const stage of stages) {
    const name = stage.properties.text("StageName")
    if (seen.has(name)) stage.problem(`Stage with name ${name} already exists for this API`)
    seen.add(name)
  }
}

function noticeWhatIsNotServed(api: Resource, ofApi: (type: string) => Resource[]): void {
  for (const mapping of ofApi("AWS::ApiGatewayV2::ApiMapping")) {
    mapping.notice("Custom domain names are not served; use the stage's own address.")
  }
  for (const model of ofApi("AWS::ApiGatewayV2::Model")) {
    model.notice("Messages are not validated against models.")
  }
  if (api.properties.flag("DisableExecuteApiEndpoint")) {
    api.notice("DisableExecuteApiEndpoint is ignored: the stage's own address is the only one there is here.")
  }
}
