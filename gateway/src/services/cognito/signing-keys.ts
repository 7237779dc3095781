// The keys of a user pool: one signs ID tokens, the other access tokens, as on AWS.
import { randomBytes } from "node:crypto"
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, SignJWT } from "jose"

export type SigningKey = {
  keyId: string
  publicKey: JWK
  sign(claims: Record<string, unknown>): Promise<string>
  /** It signs nothing any more. */
  release(): void
}

export type SigningKeys = { id: SigningKey; access: SigningKey }

const ALGORITHM = "RS256"

/**
 * Pairs of closed gateways, for the next ones of this process: a test suite starts many, and creating a pair takes longer
 * than most tests. Each use has another key id, so the tokens of a closed gateway stay invalid.
 */
const released: GenerateKeyPairResult[] = []

/** The keys of one pool, created for the first token or the first request for them: a start does not wait for them. */
export class PoolKeys {
  #created: Promise<SigningKeys> | undefined

  get(): Promise<SigningKeys> {
    this.#created ??= createSigningKeys()
    return this.#created
  }

  /** They sign nothing any more. */
  async release(): Promise<void> {
    const { id, access } = (await this.#created) ?? {}
    id?.release()
    access?.release()
  }
}

async function createSigningKeys(): Promise<SigningKeys> {
  const [id, access] = await Promise.all([createSigningKey(), createSigningKey()])
  return { id, access }
}

async function createSigningKey(): Promise<SigningKey> {
  const pair = released.pop() ?? (await generateKeyPair(ALGORITHM, { modulusLength: 2048 }))
  const { publicKey, privateKey } = pair
  const keyId = randomBytes(32).toString("base64")
  const header = { alg: ALGORITHM, kid: keyId }
  return {
    keyId,
    publicKey: { ...(await exportJWK(publicKey)), alg: ALGORITHM, kid: keyId, use: "sig" },
    sign: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
    release: () => void released.push(pair),
  }
}
