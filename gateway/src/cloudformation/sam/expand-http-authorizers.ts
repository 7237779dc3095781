// Expands the `Auth` of SAM's HTTP APIs and of their events to authorizers and to the authorization of routes.
// AWS: an authorizer is a JWT authorizer or, with a function, a Lambda authorizer (template-sam-http-auth)
import { isRecord } from "../../foundation/is-record.ts"
import { invocationUri, type Properties, permission, type Resources, withoutUndefined } from "../generated-resource.ts"

/** @param auth the property `Auth` of the API */
export function expandHttpAuthorizers(apiId: string, auth: unknown): Resources {
  return Object.entries(authorizersOf(auth)).flatMap(([name, authorizer]): Resources => {
    if (!isRecord(authorizer)) return []
    const isLambda = authorizer.FunctionArn !== undefined
    const Properties = {
      ApiId: { Ref: apiId },
      Name: name,
      ...(isLambda ? lambdaAuthorizer(authorizer) : jwtAuthorizer(authorizer)),
    }
    const id = authorizerId(apiId, name)
    const resources: Resources = [[id, { Type: "AWS::ApiGatewayV2::Authorizer", Properties }]]
    // AWS: SAM grants the invocation only when the template asks for it (template-sam-http-auth)
    if (isLambda && authorizer.EnableFunctionDefaultPermissions === true) {
      const source = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}/authorizers/*`
      const own = permission(authorizer.FunctionArn, "apigateway.amazonaws.com", { SourceArn: { "Fn::Sub": source } })
      resources.push([`${id}Permission`, own])
    }
    return resources
  })
}

/**
 * The authorization of a route.
 * @param apiAuth the property `Auth` of the API
 * @param eventAuth that of the event
 */
export function httpAuthorizationOf(apiId: string, apiAuth: unknown, eventAuth: unknown): Properties {
  const own = isRecord(eventAuth) ? eventAuth : {}
  const name = own.Authorizer ?? (isRecord(apiAuth) ? apiAuth.DefaultAuthorizer : undefined)
  if (typeof name !== "string" || name === "NONE") return {}
  if (name === "AWS_IAM") return { AuthorizationType: "AWS_IAM" }
  const authorizer = new Map(Object.entries(authorizersOf(apiAuth))).get(name)
  const isLambda = isRecord(authorizer) && authorizer.FunctionArn !== undefined
  const AuthorizerId = { Ref: authorizerId(apiId, name) }
  if (isLambda) return { AuthorizationType: "CUSTOM", AuthorizerId }
  const scopes = own.AuthorizationScopes ?? (isRecord(authorizer) ? authorizer.AuthorizationScopes : undefined)
  return { AuthorizationType: "JWT", AuthorizerId, ...withoutUndefined({ AuthorizationScopes: scopes }) }
}

function authorizersOf(auth: unknown): Properties {
  return isRecord(auth) && isRecord(auth.Authorizers) ? auth.Authorizers : {}
}

function jwtAuthorizer({ JwtConfiguration, IdentitySource }: Properties): Properties {
  const { issuer, audience } = isRecord(JwtConfiguration) ? JwtConfiguration : {}
  return {
    AuthorizerType: "JWT",
    // AWS: the token is in this header unless the template names another place (template-sam-http-auth)
    IdentitySource: [IdentitySource ?? "$request.header.Authorization"],
    JwtConfiguration: withoutUndefined({ Issuer: issuer, Audience: audience }),
  }
}

function lambdaAuthorizer(authorizer: Properties): Properties {
  const { FunctionArn, FunctionInvokeRole, AuthorizerPayloadFormatVersion, EnableSimpleResponses } = authorizer
  const identity = isRecord(authorizer.Identity) ? authorizer.Identity : {}
  const list = (name: string, prefix: string) =>
    (Array.isArray(identity[name]) ? identity[name] : []).map((one) => `${prefix}.${String(one)}`)
  const sources = [
    ...list("Headers", "$request.header"),
    ...list("QueryStrings", "$request.querystring"),
    ...list("Context", "$context"),
    ...list("StageVariables", "$stageVariables"),
  ]
  return {
    AuthorizerType: "REQUEST",
    AuthorizerUri: invocationUri(FunctionArn),
    ...withoutUndefined({
      AuthorizerCredentialsArn: FunctionInvokeRole,
      AuthorizerPayloadFormatVersion,
      EnableSimpleResponses,
      AuthorizerResultTtlInSeconds: identity.ReauthorizeEvery,
      IdentitySource: sources.length > 0 ? sources : undefined,
    }),
  }
}

function authorizerId(apiId: string, name: string): string {
  return `${apiId}${name.replaceAll(/[^A-Za-z0-9]/g, "")}Authorizer`
}
