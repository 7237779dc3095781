// The routes of the HTTP API with sign-in: each has the JWT authorizer of the user pool.
//
// A stack of its own, because the authorizer names the page's client, the client names the page's address, and the
// page's stack names the HTTP API. So the order is: HTTP API, page and its client, routes.
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from "aws-cdk-lib/aws-apigatewayv2"
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers"
import { OAuthScope, type UserPoolClient } from "aws-cdk-lib/aws-cognito"
import type { Construct } from "constructs"
import { type ApiGatewayStack, documentRoutes, type HttpRouteProps } from "./api-gateway-stack.ts"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { addSignInClient } from "./sign-in-client.ts"
import type { SignInStack } from "./sign-in-stack.ts"

export type SignedInRoutesStackProps = DocumentInsightStackProps & {
  signIn: SignInStack
  httpApi: ApiGatewayStack
  /** The client in the page's stack; undefined when the page is hosted elsewhere. */
  pageClient: UserPoolClient | undefined
}

const routes: readonly HttpRouteProps[] = [
  ...documentRoutes,
  { path: "/documents/{documentId}/share", method: HttpMethod.POST },
  { path: "/documents/{documentId}/share", method: HttpMethod.DELETE },
  { path: "/tickets", method: HttpMethod.POST },
]

export class SignedInRoutesStack extends BaseDocumentInsightStack {
  constructor(scope: Construct, props: SignedInRoutesStackProps) {
    super(scope, "signed-in-routes", props, "The routes of the HTTP API, for users who are signed in")
    const { signIn, httpApi } = props
    const client = props.pageClient ?? addSignInClient(this, signIn, this.config.web_origins)
    const authorizer = new HttpJwtAuthorizer("JwtAuthorizer", signIn.issuer, {
      authorizerName: "user-pool",
      jwtAudience: [client.userPoolClientId],
    })
    // CDK adds authorizer and integration to the stack of the API that a route names: an imported one is in this stack.
    const api = HttpApi.fromHttpApiAttributes(this, "HttpApi", { httpApiId: httpApi.httpApi.httpApiId })
    const integrationOf = httpApi.integrations()
    for (const { path, method, handler } of routes) {
      new HttpRoute(this, `${method}${path.replaceAll(/[^A-Za-z]/g, "")}`, {
        httpApi: api,
        routeKey: HttpRouteKey.with(path, method),
        integration: integrationOf(handler),
        authorizer,
        // Only access tokens have scopes: an ID token, which is meant for the page, is rejected with 403.
        authorizationScopes: [OAuthScope.OPENID.scopeName],
      })
    }
  }
}
