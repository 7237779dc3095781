// The keys of a user pool: one signs ID tokens, the other access tokens, as on AWS.
import { randomBytes } from "node:crypto"
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose"

export type SigningKey = {
  keyId: string
  publicKey: JWK
  sign(claims: Record<string, unknown>): Promise<string>
}

export type SigningKeys = { id: SigningKey; access: SigningKey }

const ALGORITHM = "RS256"

export async function createSigningKeys(): Promise<SigningKeys> {
  const [id, access] = await Promise.all([createSigningKey(), createSigningKey()])
  return { id, access }
}

async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048 })
  const keyId = randomBytes(32).toString("base64")
  const header = { alg: ALGORITHM, kid: keyId }
  return {
    keyId,
    publicKey: { ...(await exportJWK(publicKey)), alg: ALGORITHM, kid: keyId, use: "sig" },
    sign: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
  }
}
