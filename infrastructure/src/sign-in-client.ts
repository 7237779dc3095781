// The page as a client of the user pool: authorization code with PKCE, and without a secret, which a page cannot keep.
import { Duration } from "aws-cdk-lib"
import { OAuthScope, UserPoolClient } from "aws-cdk-lib/aws-cognito"
import type { BaseDocumentInsightStack } from "./base-stack.ts"
import type { SignInStack } from "./sign-in-stack.ts"

/** An access token outlives the end of its session by this much at most, and so does a WebSocket connection. */
const accessTokenValidity = Duration.minutes(15)

/** Adds the client to the stack that knows where the page is: Cognito redirects only to addresses that it lists. */
export function addSignInClient(
  stack: BaseDocumentInsightStack,
  signIn: SignInStack,
  pageOrigins: readonly string[],
): UserPoolClient {
  const returnUrls = pageOrigins.map((origin) => `${origin}/`)
  return new UserPoolClient(stack, "SignInClient", {
    userPool: signIn.userPool,
    userPoolClientName: stack.resourceName("page"),
    generateSecret: false,
    // Only the hosted pages ask for passwords. Listed, because an omitted list enables every default flow.
    authFlows: { userSrp: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
      callbackUrls: returnUrls,
      logoutUrls: returnUrls,
    },
    accessTokenValidity,
    idTokenValidity: accessTokenValidity,
    refreshTokenValidity: Duration.hours(12),
    // A refresh token works once, so a copy of it is noticed. The period is for a response that was lost.
    refreshTokenRotationGracePeriod: Duration.seconds(30),
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  })
}
