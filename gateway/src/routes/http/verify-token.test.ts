// What the log receives when the signature of a token cannot be verified.
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { expect, test } from "vitest"
import { verifyToken } from "./verify-token.ts"

const issuer = "https://issuer.example"
const description = "the signature of the token is invalid"
const { privateKey, publicKey } = await generateKeyPair("RS256")
const publicJwk = await exportJWK(publicKey)
const token = await new SignJWT({})
  .setProtectedHeader({ alg: "RS256", kid: "k" })
  .setIssuer(issuer)
  .setExpirationTime(1000)
  .sign(privateKey)

const verifyWith = (key: Record<string, unknown>) =>
  verifyToken(token, { issuer }, { now: 0, findKey: async () => ({ key }) })

test("a token that the key of its issuer has signed is verified", async () => {
  expect(await verifyWith({ ...publicJwk })).toMatchObject({ outcome: "verified" })
})

test("a signature of another key is invalid, without a cause", async () => {
  const other = await generateKeyPair("RS256")
  expect(await verifyWith({ ...(await exportJWK(other.publicKey)) })).toEqual({ outcome: "invalid", description })
})

test.each([
  ["cannot be imported", { kty: "RSA", e: "AQAB" }, "the key of the issuer cannot be imported: "],
  ["is of another type", { kty: "EC" }, "the key of the issuer is not an RSA key"],
  ["is for another algorithm", { ...publicJwk, alg: "RS512" }, "the key of the issuer is not for RS256"],
  ["is for encryption", { ...publicJwk, use: "enc" }, "the key of the issuer is not for signatures"],
])("the cause is reported when the key of the issuer %s", async (_case, key, cause) => {
  const verified = await verifyWith(key)
  expect(verified).toEqual({ outcome: "invalid", description, cause: expect.stringContaining(cause) })
})
