// Expands the OpenAPI definition of a REST API to resources, methods, authorizers and gateway responses.
// AWS: the extensions of API Gateway in an OpenAPI definition have the documented fields (rest-openapi)
import { isRecord } from "../../foundation/is-record.ts"
import { alphanumeric, entriesOf, type Properties } from "../generated-resource.ts"
import type { Report } from "../report.ts"
import type { ResourceBody } from "../source/stack.ts"
import { addRestMethod } from "./rest-resources.ts"
import { addValidation, validationOf } from "./rest-validation.ts"

export const httpMethods = ["get", "put", "post", "delete", "options", "head", "patch"]

export function expandRestBody(
  apiId: string,
  body: Properties,
  resources: Map<string, ResourceBody>,
  report: Report,
): void {
  const authorizers = addAuthorizers(apiId, body, resources)
  addValidation(apiId, body, resources)
  for (const [path, operations] of entriesOf(body.paths)) {
    const item = isRecord(operations) ? operations : {}
    for (const [name, operation] of entriesOf(operations)) {
      const method = name === "x-amazon-apigateway-any-method" ? "ANY" : name.toUpperCase()
      if ((method !== "ANY" && !httpMethods.includes(name)) || !isRecord(operation)) continue
      const integration = operation["x-amazon-apigateway-integration"]
      if (!isRecord(integration)) {
        const message = `The operation ${method} ${path} has no x-amazon-apigateway-integration, so its requests fail.`
        report.notice({ logicalId: apiId, type: "AWS::ApiGateway::RestApi" }, message)
      }
      const place = { apiId, method, path }
      const properties = {
        ...validationOf(place, { operation, item, body }, resources),
        ...authorizationOf(operation.security ?? body.security, authorizers),
        ...(isRecord(integration) && { Integration: integrationOf(integration) }),
      }
      addRestMethod(place, properties, resources)
    }
  }
  for (const [type, response] of entriesOf(body["x-amazon-apigateway-gateway-responses"])) {
    if (isRecord(response)) resources.set(`${apiId}${type}`, gatewayResponseOf(apiId, type, response))
  }
}

/** What a security scheme requires: an authorizer, an API key or a signature. */
type Scheme = { authorizerId: string; isUserPool: boolean } | "api-key" | "iam"

function addAuthorizers(apiId: string, body: Properties, resources: Map<string, ResourceBody>): Map<string, Scheme> {
  const components = isRecord(body.components) ? body.components.securitySchemes : undefined
  const schemes = new Map<string, Scheme>()
  for (const [name, scheme] of entriesOf(body.securityDefinitions ?? components)) {
    if (!isRecord(scheme)) continue
    const authorizer = scheme["x-amazon-apigateway-authorizer"]
    if (isRecord(authorizer)) {
      const id = `${apiId}Authorizer${alphanumeric(name)}`
      resources.set(id, authorizerOf(apiId, scheme, authorizer))
      schemes.set(name, { authorizerId: id, isUserPool: authorizer.type === "cognito_user_pools" })
    } else if (scheme["x-amazon-apigateway-authtype"] === "awsSigv4") schemes.set(name, "iam")
    else schemes.set(name, "api-key")
  }
  return schemes
}

function authorizerOf(apiId: string, scheme: Properties, authorizer: Properties): ResourceBody {
  return {
    Type: "AWS::ApiGateway::Authorizer",
    Properties: {
      RestApiId: { Ref: apiId },
      Type: String(authorizer.type).toUpperCase(),
      AuthorizerUri: authorizer.authorizerUri,
      ProviderARNs: authorizer.providerARNs,
      AuthorizerCredentials: authorizer.authorizerCredentials,
      AuthorizerResultTtlInSeconds: authorizer.authorizerResultTtlInSeconds,
      IdentitySource:
        authorizer.identitySource ??
        (authorizer.type !== "request" ? `method.request.header.${scheme.name}` : undefined),
      IdentityValidationExpression: authorizer.identityValidationExpression,
    },
  }
}

function authorizationOf(security: unknown, schemes: ReadonlyMap<string, Scheme>): Properties {
  const requirements = (Array.isArray(security) ? security : []).flatMap(entriesOf)
  const used = requirements.flatMap(([name]) => schemes.get(name) ?? [])
  const scopes = requirements.flatMap(([, scopesOfScheme]) => scopesOfScheme)
  const authorizer = used.find((scheme) => typeof scheme === "object")
  return {
    ...(used.includes("api-key") && { ApiKeyRequired: true }),
    ...(used.includes("iam") && { AuthorizationType: "AWS_IAM" }),
    ...(authorizer && { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: authorizer.authorizerId } }),
    ...(authorizer?.isUserPool && { AuthorizationType: "COGNITO_USER_POOLS", AuthorizationScopes: scopes }),
  }
}

function integrationOf(integration: Properties): Properties {
  return {
    Type: typeof integration.type === "string" ? integration.type.toUpperCase() : integration.type,
    Uri: integration.uri,
    IntegrationHttpMethod: integration.httpMethod,
    Credentials: integration.credentials,
    PassthroughBehavior:
      typeof integration.passthroughBehavior === "string"
        ? integration.passthroughBehavior.toUpperCase()
        : integration.passthroughBehavior,
    RequestParameters: integration.requestParameters,
    RequestTemplates: integration.requestTemplates,
    ContentHandling: integration.contentHandling,
    TimeoutInMillis: integration.timeoutInMillis,
    ConnectionType: integration.connectionType,
    IntegrationResponses: entriesOf(integration.responses).flatMap(([pattern, response]) =>
      isRecord(response)
        ? [
            {
              ...(pattern !== "default" && { SelectionPattern: pattern }),
              StatusCode: response.statusCode,
              ResponseParameters: response.responseParameters,
              ResponseTemplates: response.responseTemplates,
              ContentHandling: response.contentHandling,
            },
          ]
        : [],
    ),
  }
}

export function gatewayResponseOf(apiId: string, type: string, response: Properties): ResourceBody {
  return {
    Type: "AWS::ApiGateway::GatewayResponse",
    Properties: {
      RestApiId: { Ref: apiId },
      ResponseType: type,
      StatusCode: response.statusCode,
      ResponseParameters: response.responseParameters,
      ResponseTemplates: response.responseTemplates,
    },
  }
}
