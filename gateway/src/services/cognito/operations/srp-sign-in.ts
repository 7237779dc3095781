// Signs a user in with the Secure Remote Password protocol: a challenge, and the proof that the client knows the password.
import { randomBytes } from "node:crypto"
import { ServiceError } from "../../local/local-service.ts"
import { nameOfPool, type PoolUser } from "../pool-users.ts"
import type { PoolClient, SignInWorld } from "../sign-in-world.ts"
import { createVerifier, exchangeKeys, isProof } from "../srp.ts"
import { CHALLENGE_MS } from "./complete-sign-in.ts"
import { incorrectPassword, userSigningIn } from "./operation.ts"

const SECRET_BLOCK_BYTES = 256

/**
 * @param clientKey SRP_A
 * @returns the parameters of the challenge PASSWORD_VERIFIER
 */
export function beginSrp(world: SignInWorld, found: PoolClient, name: string, clientKey: string) {
  const user = userSigningIn(world, found, name)
  if (user && !user.password) {
    const message = `${name} signs in with any password, which SRP cannot prove.`
    const hint = "set a password with AdminSetUserPassword, sign up another user, or use the flow USER_PASSWORD_AUTH"
    world.log.warn("A sign-in was rejected", { message, hint })
    throw incorrectPassword()
  }
  const username = user?.username ?? name
  // No client knows the password of an unknown user.
  const verifier = user?.password ?? createVerifier(name, randomBytes(16).toString("hex"))
  const exchange = exchangeKeys(verifier, clientKey)
  if (!exchange) throw new ServiceError("InvalidParameterException", "SRP_A is not a public key of SRP.")
  const secretBlock = randomBytes(SECRET_BLOCK_BYTES).toString("base64")
  world.proofs.set(secretBlock, { userPoolId: found.pool.userPoolId, username, key: exchange.key }, CHALLENGE_MS)
  return {
    SALT: verifier.salt,
    SECRET_BLOCK: secretBlock,
    SRP_B: exchange.serverKey,
    USERNAME: username,
    USER_ID_FOR_SRP: username,
  }
}

/**
 * @param responses of the client to PASSWORD_VERIFIER
 * @throws ServiceError NotAuthorizedException
 */
export function provenUser(world: SignInWorld, { pool }: PoolClient, responses: ReadonlyMap<string, string>): PoolUser {
  const response = (name: string) => responses.get(name) ?? ""
  const secretBlock = response("PASSWORD_CLAIM_SECRET_BLOCK")
  const begun = world.proofs.take(secretBlock)
  if (begun?.userPoolId !== pool.userPoolId) throw incorrectPassword()
  const { username, key } = begun
  const claim = {
    poolName: nameOfPool(pool),
    username,
    secretBlock,
    timestamp: response("TIMESTAMP"),
    signature: response("PASSWORD_CLAIM_SIGNATURE"),
  }
  const user = isProof(key, claim) ? world.users.find(pool, username) : undefined
  if (!user) throw incorrectPassword()
  return user
}
