// A template with a user pool, a public app client, and an HTTP API whose route GET /me needs a token of the pool.
import { echoEvent, functionResource, type TestApi } from "./template.ts"

const ApiId = { Ref: "HttpApi" }

export type SignInTemplate = {
  /** Scopes that the route needs. */
  scopes?: string[]
  identitySource?: string
  /** More properties of the app client. */
  client?: Record<string, unknown>
  /** The authorizer's issuer, instead of the pool. */
  issuer?: unknown
  audience?: unknown[]
  payloadFormatVersion?: string
  /** More resources. */
  resources?: Record<string, unknown>
  routes?: TestApi["routes"]
  authorizer?: TestApi["authorizer"]
  environment?: TestApi["environment"]
}

export const callbackUrl = "http://localhost:5173/callback"

export function withUserPool(options: SignInTemplate = {}): TestApi {
  return {
    routes: options.routes ?? { $connect: {} },
    ...(options.authorizer && { authorizer: options.authorizer }),
    ...(options.environment && { environment: options.environment }),
    resources: {
      Pool: { Type: "AWS::Cognito::UserPool", Properties: { UserPoolName: "pool" } },
      Client: appClient("Pool", options.client),
      Domain: {
        Type: "AWS::Cognito::UserPoolDomain",
        Properties: { UserPoolId: { Ref: "Pool" }, Domain: "sign-in" },
      },
      HttpApi: {
        Type: "AWS::ApiGatewayV2::Api",
        Properties: { Name: "http", ProtocolType: "HTTP", CorsConfiguration: { AllowOrigins: ["*"] } },
      },
      HttpStage: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: {
          ApiId,
          StageName: "$default",
          AutoDeploy: true,
          AccessLogSettings: {
            DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:http",
            Format: "$context.requestId $context.status $context.authorizer.error $context.authorizer.claims.sub",
          },
        },
      },
      HttpAuthorizer: {
        Type: "AWS::ApiGatewayV2::Authorizer",
        Properties: {
          ApiId,
          Name: "jwt",
          AuthorizerType: "JWT",
          IdentitySource: [options.identitySource ?? "$request.header.Authorization"],
          JwtConfiguration: {
            Issuer: options.issuer ?? { "Fn::GetAtt": ["Pool", "ProviderURL"] },
            Audience: options.audience ?? [{ Ref: "Client" }],
          },
        },
      },
      Me: functionResource(echoEvent, {}),
      MeIntegration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId,
          IntegrationType: "AWS_PROXY",
          IntegrationUri: { "Fn::GetAtt": ["Me", "Arn"] },
          PayloadFormatVersion: options.payloadFormatVersion ?? "2.0",
        },
      },
      MeRoute: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId,
          RouteKey: "GET /me",
          Target: { "Fn::Sub": "integrations/${MeIntegration}" },
          AuthorizationType: "JWT",
          AuthorizerId: { Ref: "HttpAuthorizer" },
          ...(options.scopes && { AuthorizationScopes: options.scopes }),
        },
      },
      MePermission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { Ref: "Me" },
          Principal: "apigateway.amazonaws.com",
        },
      },
      ...options.resources,
    },
    outputs: {
      HttpUrl: { Value: { "Fn::GetAtt": ["HttpApi", "ApiEndpoint"] } },
      PoolId: { Value: { Ref: "Pool" } },
      ClientId: { Value: { Ref: "Client" } },
      ClientSecret: { Value: { "Fn::GetAtt": ["Client", "ClientSecret"] } },
      Issuer: { Value: { "Fn::GetAtt": ["Pool", "ProviderURL"] } },
      SignInUrl: { Value: { "Fn::Sub": "https://${Domain}.auth.${AWS::Region}.amazoncognito.com" } },
    },
  }
}

export function appClient(pool: string, properties: Record<string, unknown> = {}) {
  return {
    Type: "AWS::Cognito::UserPoolClient",
    Properties: {
      UserPoolId: { Ref: pool },
      ClientName: "Example app",
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email"],
      CallbackURLs: [callbackUrl],
      LogoutURLs: ["http://localhost:5173/"],
      ...properties,
    },
  }
}
