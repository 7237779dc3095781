// Expands the OpenAPI definition of an HTTP API to integrations and routes.
// AWS: a path with an operation is a route (http-openapi)
import { isRecord } from "../../foundation/is-record.ts"
import { alphanumeric, entriesOf, type Properties } from "../generated-resource.ts"
import type { Report } from "../report.ts"
import { stableId } from "../resolve/physical-names.ts"
import type { ResourceBody } from "../source/stack.ts"
import { httpMethods } from "./expand-rest-body.ts"

export function expandHttpBody(
  apiId: string,
  body: Properties,
  resources: Map<string, ResourceBody>,
  report: Report,
): void {
  const cors = body["x-amazon-apigateway-cors"]
  const api = resources.get(apiId)
  if (api && isRecord(cors)) api.Properties = { CorsConfiguration: corsOf(cors), ...api.Properties }
  const authorizers = addAuthorizers(apiId, body, resources)
  for (const [path, operations] of entriesOf(body.paths)) {
    for (const [name, operation] of entriesOf(operations)) {
      const method = name === "x-amazon-apigateway-any-method" ? "ANY" : name.toUpperCase()
      if ((method !== "ANY" && !httpMethods.includes(name)) || !isRecord(operation)) continue
      const integration = integrationIn(operation, body)
      // AWS: the path of the default route is `/$default` (http-openapi)
      const routeKey = path === "/$default" ? "$default" : `${method} ${path}`
      if (!integration) {
        const message = `The operation ${routeKey} has no x-amazon-apigateway-integration, so it has no route.`
        report.notice({ logicalId: apiId, type: "AWS::ApiGatewayV2::Api" }, message)
        continue
      }
      const id = `${apiId}${stableId(routeKey, 10)}`
      resources.set(`${id}Integration`, integrationOf(apiId, integration))
      resources.set(`${id}Route`, {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: { Ref: apiId },
          RouteKey: routeKey,
          Target: { "Fn::Sub": `integrations/\${${id}Integration}` },
          ...authorizationOf(operation.security ?? body.security, authorizers),
        },
      })
    }
  }
}

/** An integration can be a reference to `components/x-amazon-apigateway-integrations`. */
function integrationIn(operation: Properties, body: Properties): Properties | undefined {
  const integration = operation["x-amazon-apigateway-integration"]
  if (!isRecord(integration)) return undefined
  const name = /^#\/components\/x-amazon-apigateway-integrations\/(.+)$/.exec(String(integration.$ref))?.[1]
  if (name === undefined) return integration
  const shared = isRecord(body.components) ? body.components["x-amazon-apigateway-integrations"] : undefined
  const found = isRecord(shared) && Object.hasOwn(shared, name) ? shared[name] : undefined
  return isRecord(found) ? found : undefined
}

function integrationOf(apiId: string, integration: Properties): ResourceBody {
  return {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: apiId },
      IntegrationType: String(integration.type).toUpperCase(),
      IntegrationUri: integration.uri,
      IntegrationMethod: integration.httpMethod,
      PayloadFormatVersion: integration.payloadFormatVersion ?? "1.0",
      TimeoutInMillis: integration.timeoutInMillis,
      CredentialsArn: integration.credentials,
    },
  }
}

function addAuthorizers(apiId: string, body: Properties, resources: Map<string, ResourceBody>) {
  const schemes = isRecord(body.components) ? body.components.securitySchemes : undefined
  const authorizers = new Map<string, { id: string; type: string }>()
  for (const [name, scheme] of entriesOf(schemes)) {
    const authorizer = isRecord(scheme) ? scheme["x-amazon-apigateway-authorizer"] : undefined
    if (!isRecord(authorizer)) continue
    const id = `${apiId}Authorizer${alphanumeric(name)}`
    const type = String(authorizer.type).toUpperCase()
    const { jwtConfiguration: jwt } = authorizer
    resources.set(id, {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: {
        ApiId: { Ref: apiId },
        Name: name,
        AuthorizerType: type,
        AuthorizerUri: authorizer.authorizerUri,
        AuthorizerCredentialsArn: authorizer.authorizerCredentials,
        AuthorizerPayloadFormatVersion: authorizer.authorizerPayloadFormatVersion,
        AuthorizerResultTtlInSeconds: authorizer.authorizerResultTtlInSeconds,
        EnableSimpleResponses: authorizer.enableSimpleResponses,
        IdentitySource:
          typeof authorizer.identitySource === "string"
            ? authorizer.identitySource.split(",").map((one) => one.trim())
            : authorizer.identitySource,
        ...(isRecord(jwt) && { JwtConfiguration: { Audience: jwt.audience, Issuer: jwt.issuer } }),
      },
    })
    authorizers.set(name, { id, type: type === "JWT" ? "JWT" : "CUSTOM" })
  }
  return authorizers
}

function authorizationOf(
  security: unknown,
  authorizers: ReadonlyMap<string, { id: string; type: string }>,
): Properties {
  for (const one of Array.isArray(security) ? security : []) {
    for (const [name, scopes] of entriesOf(one)) {
      const authorizer = authorizers.get(name)
      if (!authorizer) continue
      const hasScopes = Array.isArray(scopes) && scopes.length > 0
      return {
        AuthorizationType: authorizer.type,
        AuthorizerId: { Ref: authorizer.id },
        ...(hasScopes && { AuthorizationScopes: scopes }),
      }
    }
  }
  return {}
}

function corsOf(cors: Properties): Properties {
  return {
    AllowOrigins: cors.allowOrigins,
    AllowMethods: cors.allowMethods,
    AllowHeaders: cors.allowHeaders,
    ExposeHeaders: cors.exposeHeaders,
    AllowCredentials: cors.allowCredentials,
    MaxAge: cors.maxAge,
  }
}
