// The discovery document and the key set of a user pool.
import type { IncomingMessage } from "node:http"
import type { UserPoolDefinition } from "../../definition/user-pool.ts"
import { isServedHost, originOf } from "./http.ts"
import type { TokenIssuer } from "./token-issuer.ts"

/** AWS: the document of a user pool (cognito-discovery). Under a local address, its endpoints are local too. */
export function discoveryDocument(pool: UserPoolDefinition, request: IncomingMessage): Record<string, unknown> {
  const isAws = isServedHost(request, [pool.host])
  const keys = isAws ? `https://${pool.host}` : originOf(request)
  const [domain] = pool.domains
  const hosted = isAws ? domain && `https://${domain}` : originOf(request)
  return {
    issuer: pool.issuer,
    jwks_uri: `${keys}/${pool.userPoolId}/.well-known/jwks.json`,
    ...(hosted !== undefined && {
      authorization_endpoint: `${hosted}/oauth2/authorize`,
      token_endpoint: `${hosted}/oauth2/token`,
      userinfo_endpoint: `${hosted}/oauth2/userInfo`,
      revocation_endpoint: `${hosted}/oauth2/revoke`,
      end_session_endpoint: `${hosted}/logout`,
    }),
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  }
}

export async function keySet({ keys }: TokenIssuer): Promise<{ keys: unknown[] }> {
  const { id, access } = await keys.get()
  return { keys: [id.publicKey, access.publicKey] }
}
