// Finds the user whose access token an operation receives.
import type { UserPoolDefinition } from "../../../definition/user-pool.ts"
import { ServiceError } from "../../local/local-service.ts"
import type { PoolUser } from "../pool-users.ts"
import type { SignInWorld } from "../sign-in-world.ts"
import { API_SCOPE } from "../token-issuer.ts"

/** AWS: the token needs the scope of the API, which those of an API sign-in have (cognito-api-scope) */
export async function userOfToken(
  world: SignInWorld,
  token: string,
): Promise<{ pool: UserPoolDefinition; user: PoolUser }> {
  for (const pool of world.pools()) {
    const claims = await world.issuerOf(pool).readAccessToken(pool, token)
    const user = claims && world.users.find(pool, claims.username)
    if (!user) continue
    if (claims.scopes.includes(API_SCOPE)) return { pool, user }
    throw new ServiceError("NotAuthorizedException", "Access Token does not have required scopes")
  }
  throw new ServiceError("NotAuthorizedException", "Invalid Access Token")
}
