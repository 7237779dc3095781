// Completes a sign-in: its user receives tokens, or has to choose another password first.
import { randomBytes } from "node:crypto"
import { ServiceError } from "../../local/local-service.ts"
import { type PoolUser, userAttributes } from "../pool-users.ts"
import type { PoolClient, SignInWorld } from "../sign-in-world.ts"
import { API_SCOPE, type IssuedTokens, type TokenSource } from "../token-issuer.ts"

export const CHALLENGE_MS = 3 * 60_000
export const NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"

export async function completeSignIn(
  world: SignInWorld,
  { pool, client }: PoolClient,
  user: PoolUser,
  source: TokenSource = "Authentication",
) {
  const { username } = user
  // AWS: a user who is disabled cannot sign in (cognito-disabled)
  if (user.isDisabled) throw new ServiceError("NotAuthorizedException", "User is disabled.")
  if (user.status === "UNCONFIRMED") throw new ServiceError("UserNotConfirmedException", "User is not confirmed.")
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    const session = randomBytes(48).toString("base64url")
    world.challenges.set(session, { userPoolId: pool.userPoolId, username }, CHALLENGE_MS)
    const { sub: _, ...attributes } = Object.fromEntries(user.attributes)
    const ChallengeParameters = {
      USER_ID_FOR_SRP: username,
      requiredAttributes: "[]",
      userAttributes: JSON.stringify(attributes),
    }
    return { ChallengeName: NEW_PASSWORD, Session: session, ChallengeParameters }
  }
  const { clientId } = client
  await world.runTrigger(pool, "PostAuthentication", {
    source: "PostAuthentication_Authentication",
    username,
    clientId,
    request: { userAttributes: userAttributes(user), newDeviceUsed: false },
  })
  const issuer = world.issuerOf(pool)
  const grant = { ...issuer.grant(clientId, username, [API_SCOPE]), isOfApi: true }
  return resultOf(await issuer.issue(pool, client, { grant, source }))
}

export function resultOf({ accessToken, idToken, refreshToken, expiresIn }: Partial<IssuedTokens>) {
  const AuthenticationResult = {
    AccessToken: accessToken,
    ExpiresIn: expiresIn,
    TokenType: "Bearer",
    ...(refreshToken !== undefined && { RefreshToken: refreshToken }),
    IdToken: idToken,
  }
  return { AuthenticationResult, ChallengeParameters: {} }
}
