// Verifies a JSON Web Token for a JWT authorizer: algorithm, signature, claims, scopes.
// Loaded when the first token arrives, because few APIs have JWT authorizers.
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, importJWK, type JWK } from "jose"
import type { FindKey } from "./issuer-keys.ts"

export type TokenClaims = Readonly<Record<string, unknown>>

export type VerifiedToken =
  | { outcome: "verified"; claims: TokenClaims; scopes: string[] }
  /** `description`: for the client. `cause`: for the log, when there is more to know. */
  | { outcome: "invalid"; description: string; cause?: string }

export type TokenRequirements = {
  issuer: string
  /** Absent: every audience is accepted. */
  audience?: readonly string[]
}

/** AWS: only RSA-based algorithms are supported (http-jwt-algorithms) */
const algorithms = ["RS256", "RS384", "RS512"]

export const expiredDescription = "the token has expired"

export async function verifyToken(
  token: string,
  authorizer: TokenRequirements,
  { now, findKey }: { now: number; findKey: FindKey },
): Promise<VerifiedToken> {
  // AWS: the description of a text that is not a token (http-jwt-malformed)
  if (token.split(".").length !== 3) return invalid("token contains an invalid number of segments")
  const decoded = decode(token)
  if (!decoded) return invalid("the token cannot be decoded")
  const { alg, kid } = decoded.header
  if (typeof alg !== "string" || !algorithms.includes(alg))
    return invalid(`signing method ${printable(alg)} is invalid`)
  // AWS: the header names the key (http-jwt-key-id)
  if (typeof kid !== "string") return invalid("the token has no key id")
  const found = await findKey(authorizer.issuer, kid)
  if ("problem" in found) return invalid("the signing key of the token is unknown", found.problem)
  const signature = await verifySignature(token, found.key, alg)
  if (!signature.isValid) return invalid("the signature of the token is invalid", signature.cause)
  const problem = claimProblem(decoded.claims, authorizer, now)
  return problem === undefined
    ? { outcome: "verified", claims: decoded.claims, scopes: scopesOf(decoded.claims) }
    : invalid(problem)
}

function invalid(description: string, cause?: string): VerifiedToken {
  return { outcome: "invalid", description, ...(cause !== undefined && { cause }) }
}

function decode(token: string): { header: TokenClaims; claims: TokenClaims } | undefined {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) }
  } catch {
    return undefined
  }
}

/** `cause`: why the key of the issuer cannot be used, for the log. A signature that does not match has none. */
type SignatureCheck = { isValid: true } | { isValid: false; cause?: string }

async function verifySignature(token: string, key: TokenClaims, alg: string): Promise<SignatureCheck> {
  const unusable = (reason: string): SignatureCheck => ({ isValid: false, cause: `the key of the issuer ${reason}` })
  if (key.kty !== "RSA") return unusable("is not an RSA key")
  if (key.alg !== undefined && key.alg !== alg) return unusable(`is not for ${alg}`)
  if (key.use !== undefined && key.use !== "sig") return unusable("is not for signatures")
  let imported: Awaited<ReturnType<typeof importJWK>>
  try {
    imported = await importJWK({ ...key, ext: true } as JWK, alg)
  } catch (error) {
    return unusable(`cannot be imported: ${(error as Error).message}`)
  }
  try {
    await compactVerify(token, imported, { algorithms: [alg] })
    return { isValid: true }
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return { isValid: false }
    return { isValid: false, cause: (error as Error).message }
  }
}

/** AWS: issuer, audience and times of a token are checked, without a tolerance that is documented (http-jwt-claims) */
function claimProblem(claims: TokenClaims, { issuer, audience }: TokenRequirements, now: number): string | undefined {
  const { iss, aud, client_id: clientId, exp, nbf, iat } = claims
  if (iss !== issuer) return "the token does not have a valid issuer"
  // AWS: `client_id` counts only without `aud` (http-jwt-audience)
  const audiences = [aud ?? clientId].flat()
  if (audience && !audiences.some((one) => typeof one === "string" && audience.includes(one)))
    return "the token does not have a valid audience"
  // AWS?: a token without `exp` is rejected (http-jwt-without-exp)
  if (typeof exp !== "number") return "the token does not have an expiration time"
  // AWS: the description of an expired token (http-jwt-expired)
  if (exp * 1000 <= now) return expiredDescription
  if (!isPast(nbf, now)) return "the token is not valid yet"
  if (!isPast(iat, now)) return "the token was issued in the future"
  return undefined
}

function isPast(seconds: unknown, now: number): boolean {
  return seconds === undefined || (typeof seconds === "number" && seconds * 1000 <= now)
}

/** AWS: the scopes of a token are in `scope` or `scp` (http-jwt-scopes) */
function scopesOf({ scope, scp }: TokenClaims): string[] {
  const scopes = scope ?? scp
  if (typeof scopes === "string") return scopes.split(" ").filter(Boolean)
  return Array.isArray(scopes) ? scopes.map(String) : []
}

function printable(value: unknown): string {
  return String(value)
    .slice(0, 20)
    .replaceAll(/[^\w-]/g, "?")
}
