// SAM's WebSocket API: the API, its stage, and per route an integration and a permission.
// AWS: SAM generates these resources for a WebSocket API (template-sam)

import { isRecord } from "../../foundation/is-record.ts"
import type { ResourceBody } from "../source/stack.ts"
import { given, type Properties, permission, type Resources } from "./properties.ts"

export function expandWebSocketApi(logicalId: string, resource: ResourceBody, properties: Properties): Resources {
  const { Name, RouteSelectionExpression, ApiKeySelectionExpression, DisableExecuteApiEndpoint } = properties
  const { StageName = "default", StageVariables, DefaultRouteSettings, RouteSettings, AccessLogSettings } = properties
  const auth = isRecord(properties.Auth) ? properties.Auth : {}
  const resources: Resources = {
    [logicalId]: {
      ...resource,
      Type: "AWS::ApiGatewayV2::Api",
      Properties: {
        Name: Name ?? logicalId,
        ProtocolType: "WEBSOCKET",
        ...given({ RouteSelectionExpression, ApiKeySelectionExpression, DisableExecuteApiEndpoint }),
      },
    },
    [`${logicalId}${typeof StageName === "string" ? StageName : ""}Stage`]: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: {
        ApiId: { Ref: logicalId },
        StageName,
        AutoDeploy: true,
        ...given({ StageVariables, DefaultRouteSettings, RouteSettings, AccessLogSettings }),
      },
    },
    ...expandAuthorizer(logicalId, auth),
  }
  for (const [routeKey, route] of Object.entries(isRecord(properties.Routes) ? properties.Routes : {})) {
    if (isRecord(route)) Object.assign(resources, expandRoute(logicalId, routeKey, route, auth))
  }
  return resources
}

function expandRoute(apiId: string, routeKey: string, route: Properties, auth: Properties): Resources {
  const { FunctionArn, IntegrationTimeout, ApiKeyRequired, OperationName, RouteResponseSelectionExpression } = route
  const id = `${apiId}${routeKey.replaceAll(/[^A-Za-z0-9]/g, "")}`
  const authorization = routeKey === "$connect" ? authorizationOf(apiId, auth) : {}
  return {
    [`${id}Integration`]: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: apiId },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: invocationUri(FunctionArn),
        ...given({ TimeoutInMillis: IntegrationTimeout }),
      },
    },
    [`${id}Route`]: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: apiId },
        RouteKey: routeKey,
        Target: { "Fn::Join": ["/", ["integrations", { Ref: `${id}Integration` }]] },
        ...authorization,
        ...given({ ApiKeyRequired, OperationName, RouteResponseSelectionExpression }),
      },
    },
    [`${id}Permission`]: permission(FunctionArn, "apigateway.amazonaws.com", {
      SourceArn: sourceArn(apiId, `*/${routeKey}`),
    }),
  }
}

function authorizationOf(apiId: string, { AuthType }: Properties): Properties {
  if (AuthType === "CUSTOM") return { AuthorizationType: AuthType, AuthorizerId: { Ref: `${apiId}Authorizer` } }
  return given({ AuthorizationType: AuthType })
}

function expandAuthorizer(apiId: string, auth: Properties): Resources {
  const { AuthType, AuthArn, InvokeRole, IdentitySource, Name } = auth
  if (AuthType !== "CUSTOM") return {}
  return {
    [`${apiId}Authorizer`]: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: {
        ApiId: { Ref: apiId },
        AuthorizerType: "REQUEST",
        Name: Name ?? `${apiId}Authorizer`,
        AuthorizerUri: invocationUri(AuthArn),
        ...given({ IdentitySource, AuthorizerCredentialsArn: InvokeRole }),
      },
    },
    ...(InvokeRole === undefined && {
      [`${apiId}AuthorizerPermission`]: permission(AuthArn, "apigateway.amazonaws.com", {
        SourceArn: sourceArn(apiId, "authorizers/*"),
      }),
    }),
  }
}

function invocationUri(functionArn: unknown): Properties {
  const text = `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${arn}/invocations`
  return { "Fn::Sub": [text, { arn: functionArn }] }
}

function sourceArn(apiId: string, path: string): Properties {
  return { "Fn::Sub": `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}/${path}` }
}
