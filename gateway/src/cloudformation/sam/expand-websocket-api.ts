// Expands `AWS::Serverless::WebSocketApi` to an API, its stage, an authorizer, and an integration and a permission per route.
// AWS: SAM generates these resources for a WebSocket API (template-sam)
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import {
  alphanumeric,
  entriesOf,
  executeApiArn,
  invocationUri,
  type Properties,
  permission,
  type Resources,
} from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"
import { autoDeployedStage } from "./auto-deployed-stage.ts"

export function expandWebSocketApi(logicalId: string, resource: ResourceBody, properties: Properties): Resources {
  const { Name, RouteSelectionExpression, ApiKeySelectionExpression, DisableExecuteApiEndpoint } = properties
  const { StageName = "default" } = properties
  const stageId = `${logicalId}${typeof StageName === "string" ? StageName : ""}Stage`
  const auth = isRecord(properties.Auth) ? properties.Auth : {}
  const api: ResourceBody = {
    ...resource,
    Type: "AWS::ApiGatewayV2::Api",
    Properties: {
      Name: Name ?? logicalId,
      ProtocolType: "WEBSOCKET",
      ...withoutUndefined({ RouteSelectionExpression, ApiKeySelectionExpression, DisableExecuteApiEndpoint }),
    },
  }
  const routes = entriesOf(properties.Routes)
  return [
    [logicalId, api],
    [stageId, autoDeployedStage(logicalId, StageName, properties)],
    ...expandAuthorizer(logicalId, auth),
    ...routes.flatMap(([routeKey, route]) => (isRecord(route) ? expandRoute(logicalId, routeKey, route, auth) : [])),
  ]
}

function expandRoute(apiId: string, routeKey: string, route: Properties, auth: Properties): Resources {
  const { FunctionArn, IntegrationTimeout, ApiKeyRequired, OperationName, RouteResponseSelectionExpression } = route
  const id = `${apiId}${alphanumeric(routeKey)}`
  const integration: ResourceBody = {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: apiId },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: invocationUri(FunctionArn),
      ...withoutUndefined({ TimeoutInMillis: IntegrationTimeout }),
    },
  }
  const routeResource: ResourceBody = {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: apiId },
      RouteKey: routeKey,
      Target: { "Fn::Join": ["/", ["integrations", { Ref: `${id}Integration` }]] },
      ...(routeKey === "$connect" ? authorizationOf(apiId, auth) : {}),
      ...withoutUndefined({ ApiKeyRequired, OperationName, RouteResponseSelectionExpression }),
    },
  }
  const source = { SourceArn: executeApiArn(apiId, `*/${routeKey}`) }
  return [
    [`${id}Integration`, integration],
    [`${id}Route`, routeResource],
    [`${id}Permission`, permission(FunctionArn, "apigateway.amazonaws.com", source)],
  ]
}

function authorizationOf(apiId: string, { AuthType }: Properties): Properties {
  if (AuthType === "CUSTOM") return { AuthorizationType: AuthType, AuthorizerId: { Ref: `${apiId}Authorizer` } }
  return withoutUndefined({ AuthorizationType: AuthType })
}

function expandAuthorizer(apiId: string, auth: Properties): Resources {
  const { AuthType, AuthArn, InvokeRole, IdentitySource, Name } = auth
  if (AuthType !== "CUSTOM") return []
  const authorizer: ResourceBody = {
    Type: "AWS::ApiGatewayV2::Authorizer",
    Properties: {
      ApiId: { Ref: apiId },
      AuthorizerType: "REQUEST",
      Name: Name ?? `${apiId}Authorizer`,
      AuthorizerUri: invocationUri(AuthArn),
      ...withoutUndefined({ IdentitySource, AuthorizerCredentialsArn: InvokeRole }),
    },
  }
  const resources: Resources = [[`${apiId}Authorizer`, authorizer]]
  if (InvokeRole === undefined) {
    const source = { SourceArn: executeApiArn(apiId, "authorizers/*") }
    resources.push([`${apiId}AuthorizerPermission`, permission(AuthArn, "apigateway.amazonaws.com", source)])
  }
  return resources
}
