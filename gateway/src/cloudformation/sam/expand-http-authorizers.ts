// Expands the `Auth` of SAM's HTTP APIs and of their events to authorizers and to the authorization of routes.
// AWS: an authorizer is a JWT authorizer or, with a function, a Lambda authorizer (template-sam-http-auth)
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { executeApiArn, invocationUri, type Properties, permission, type Resources } from "../generated-resource.ts"
import { authorizerId, authorizersIn, identitySourcesIn } from "./authorizers.ts"

/** @param auth the property `Auth` of the API */
export function expandHttpAuthorizers(apiId: string, auth: unknown): Resources {
  return [...authorizersIn(auth)].flatMap(([name, authorizer]): Resources => {
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
      const source = { SourceArn: executeApiArn(apiId, "authorizers/*") }
      resources.push([`${id}Permission`, permission(authorizer.FunctionArn, "apigateway.amazonaws.com", source)])
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
  const authorizer = authorizersIn(apiAuth).get(name)
  const AuthorizerId = { Ref: authorizerId(apiId, name) }
  if (authorizer?.FunctionArn !== undefined) return { AuthorizationType: "CUSTOM", AuthorizerId }
  const scopes = own.AuthorizationScopes ?? authorizer?.AuthorizationScopes
  return { AuthorizationType: "JWT", AuthorizerId, ...withoutUndefined({ AuthorizationScopes: scopes }) }
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
  const sources = identitySourcesIn(identity, {
    Headers: "$request.header",
    QueryStrings: "$request.querystring",
    Context: "$context",
    StageVariables: "$stageVariables",
  })
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
