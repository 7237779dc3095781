// Expands `AWS::Serverless::Api` and the `Api` events of functions to a REST API, its stage and its methods.
// AWS: SAM generates these resources for a REST API (template-sam-rest)
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import {
  entriesOf,
  executeApiArn,
  invocationUri,
  type Properties,
  permission,
  type Resources,
} from "../generated-resource.ts"
import { gatewayResponseOf } from "../openapi/expand-rest-body.ts"
import { addRestMethod, restMethodId } from "../openapi/rest-resources.ts"
import type { ResourceBody } from "../source/stack.ts"
import { authorizerId, authorizersIn, identitySourcesIn } from "./authorizers.ts"
import { expandDomain } from "./expand-domain.ts"
import { expandModels, requestValidation } from "./request-model.ts"

export const implicitRestApi = "ServerlessRestApi"

export function expandRestApi(logicalId: string, resource: ResourceBody, properties: Properties): Resources {
  const { StageName = "Prod", Variables, MethodSettings, AccessLogSetting } = properties
  const { Name, DefinitionBody, DefinitionUri } = properties
  const { BinaryMediaTypes, ApiKeySourceType, DisableExecuteApiEndpoint } = properties
  const stageName = typeof StageName === "string" ? StageName : "Stage"
  const api: ResourceBody = {
    ...resource,
    Type: "AWS::ApiGateway::RestApi",
    Properties: {
      Name: Name ?? logicalId,
      ...withoutUndefined({ Body: DefinitionBody, BodyS3Location: DefinitionUri }),
      ...withoutUndefined({ ApiKeySourceType, DisableExecuteApiEndpoint }),
      // AWS: SAM writes the slash of a type as `~1` (template-sam-rest)
      ...(Array.isArray(BinaryMediaTypes) && {
        BinaryMediaTypes: BinaryMediaTypes.map((type) => String(type).replaceAll("~1", "/")),
      }),
    },
  }
  const stage: ResourceBody = {
    Type: "AWS::ApiGateway::Stage",
    Properties: {
      RestApiId: { Ref: logicalId },
      StageName,
      DeploymentId: { Ref: `${logicalId}Deployment` },
      ...withoutUndefined({ Variables, MethodSettings, AccessLogSetting }),
    },
  }
  return [
    [logicalId, api],
    [`${logicalId}Deployment`, { Type: "AWS::ApiGateway::Deployment", Properties: { RestApiId: { Ref: logicalId } } }],
    [`${logicalId}${stageName}Stage`, stage],
    ...authorizersOf(logicalId, properties.Auth),
    ...expandModels(logicalId, properties.Models),
    ...expandDomain({ apiId: logicalId, stageId: `${logicalId}${stageName}Stage`, kind: "REST" }, properties.Domain),
    ...entriesOf(properties.GatewayResponses).flatMap(([type, response]): Resources => {
      if (!isRecord(response)) return []
      const { StatusCode, ResponseParameters, ResponseTemplates } = response
      const fields = { statusCode: StatusCode, responseTemplates: ResponseTemplates }
      const responseParameters = headersOf(ResponseParameters)
      return [[`${logicalId}${type}`, gatewayResponseOf(logicalId, type, { ...fields, responseParameters })]]
    }),
  ]
}

/** SAM groups the parameters: `Headers: { Name: "'value'" }`. */
function headersOf(parameters: unknown): Properties {
  const headers = isRecord(parameters) ? entriesOf(parameters.Headers) : []
  return Object.fromEntries(headers.map(([name, value]) => [`gatewayresponse.header.${name}`, value]))
}

function authorizersOf(apiId: string, auth: unknown): Resources {
  return [...authorizersIn(auth)].flatMap(([name, authorizer]): Resources => {
    const identity = isRecord(authorizer.Identity) ? authorizer.Identity : {}
    const id = authorizerId(apiId, name)
    const generate = (properties: Properties): Resources[number] => [
      id,
      { Type: "AWS::ApiGateway::Authorizer", Properties: { RestApiId: { Ref: apiId }, Name: name, ...properties } },
    ]
    if (authorizer.UserPoolArn !== undefined) {
      const userPools = generate({
        Type: "COGNITO_USER_POOLS",
        ProviderARNs: [authorizer.UserPoolArn].flat(),
        IdentitySource: identitySource(identity, true),
        ...withoutUndefined({ IdentityValidationExpression: identity.ValidationExpression }),
      })
      return [userPools]
    }
    if (authorizer.FunctionArn === undefined) return []
    const isToken = authorizer.FunctionPayloadType !== "REQUEST"
    const lambda = generate({
      Type: isToken ? "TOKEN" : "REQUEST",
      AuthorizerUri: invocationUri(authorizer.FunctionArn),
      ...withoutUndefined({
        AuthorizerCredentials: authorizer.FunctionInvokeRole,
        AuthorizerResultTtlInSeconds: identity.ReauthorizeEvery,
        IdentityValidationExpression: identity.ValidationExpression,
        IdentitySource: identitySource(identity, isToken),
      }),
    })
    const resources: Resources = [lambda]
    if (authorizer.FunctionInvokeRole === undefined) {
      const source = { SourceArn: executeApiArn(apiId, "authorizers/*") }
      resources.push([`${id}Permission`, permission(authorizer.FunctionArn, "apigateway.amazonaws.com", source)])
    }
    return resources
  })
}

/** AWS: the header of a token is `Authorization` unless the template names another (template-sam-rest) */
function identitySource(identity: Properties, isToken: boolean): string | undefined {
  if (isToken) return `method.request.header.${String(identity.Header ?? "Authorization")}`
  const sources = identitySourcesIn(identity, {
    Headers: "method.request.header",
    QueryStrings: "method.request.querystring",
    StageVariables: "stageVariables",
    Context: "context",
  })
  return sources.length === 0 ? undefined : sources.join(",")
}

/** Adds the method of an event, with the permission to invoke its function. */
export function addRestEvent(
  { id, functionId, properties }: { id: string; functionId: string; properties: Properties },
  apis: ReadonlyMap<string, Properties>,
  resources: Map<string, ResourceBody>,
): void {
  const { RestApiId, Path, Method, TimeoutInMillis } = properties
  const apiId = isRecord(RestApiId) && typeof RestApiId.Ref === "string" ? RestApiId.Ref : implicitRestApi
  const method = String(Method ?? "ANY")
    .toUpperCase()
    .replace("*", "ANY")
  const path = String(Path)
  const api = apis.get(apiId) ?? {}
  const places = method === "ANY" ? "*" : method
  const source = executeApiArn(apiId, `*/${places}${path.replaceAll(/\{[^}]+\}/g, "*")}`)
  const invoke = permission({ Ref: functionId }, "apigateway.amazonaws.com", { SourceArn: source })
  resources.set(`${id}Permission`, invoke)
  // The definition has the method.
  if (isRecord(api.DefinitionBody)) return
  const integration = {
    Type: "AWS_PROXY",
    IntegrationHttpMethod: "POST",
    Uri: invocationUri({ "Fn::GetAtt": [functionId, "Arn"] }),
    ...withoutUndefined({ TimeoutInMillis }),
  }
  const place = { apiId, method, path }
  const validation = requestValidation(apiId, properties)
  for (const [validatorId, validator] of validation.resources) resources.set(validatorId, validator)
  const authorization = authorizationOf(apiId, api.Auth, properties.Auth)
  addRestMethod(place, { ...authorization, ...validation.properties, Integration: integration }, resources)
  if (api.Cors !== undefined) addPreflight({ ...place, method: "OPTIONS" }, api.Cors, resources)
}

function authorizationOf(apiId: string, apiAuth: unknown, eventAuth: unknown): Properties {
  const general = isRecord(apiAuth) ? apiAuth : {}
  const own = isRecord(eventAuth) ? eventAuth : {}
  const name = own.Authorizer ?? general.DefaultAuthorizer
  const key = own.ApiKeyRequired ?? general.ApiKeyRequired
  const apiKey = key === undefined ? {} : { ApiKeyRequired: key }
  if (name === undefined || name === "NONE") return apiKey
  if (name === "AWS_IAM") return { ...apiKey, AuthorizationType: "AWS_IAM" }
  const AuthorizerId = { Ref: authorizerId(apiId, String(name)) }
  const authorizer = authorizersIn(apiAuth).get(String(name))
  if (authorizer?.UserPoolArn === undefined) return { ...apiKey, AuthorizationType: "CUSTOM", AuthorizerId }
  const scopes = withoutUndefined({ AuthorizationScopes: own.AuthorizationScopes ?? authorizer.AuthorizationScopes })
  return { ...apiKey, AuthorizationType: "COGNITO_USER_POOLS", AuthorizerId, ...scopes }
}

/** AWS: with `Cors` every path has a mock method that responds to preflights (template-sam-rest-cors) */
function addPreflight(
  place: { apiId: string; method: string; path: string },
  cors: unknown,
  resources: Map<string, ResourceBody>,
): void {
  const { AllowOrigin, AllowMethods, AllowHeaders, AllowCredentials, MaxAge } = isRecord(cors)
    ? cors
    : { AllowOrigin: cors }
  const parameters = withoutUndefined({
    "method.response.header.Access-Control-Allow-Origin": AllowOrigin,
    "method.response.header.Access-Control-Allow-Methods": AllowMethods ?? "'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'",
    "method.response.header.Access-Control-Allow-Headers": AllowHeaders,
    "method.response.header.Access-Control-Max-Age": MaxAge,
    "method.response.header.Access-Control-Allow-Credentials": AllowCredentials === true ? "'true'" : undefined,
  })
  const integration = {
    Type: "MOCK",
    RequestTemplates: { "application/json": '{ "statusCode": 200 }' },
    IntegrationResponses: [{ StatusCode: "200", ResponseParameters: parameters }],
  }
  if (!resources.has(restMethodId(place))) addRestMethod(place, { Integration: integration }, resources)
}
