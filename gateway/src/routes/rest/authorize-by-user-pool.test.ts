// Which tokens of user pools a method accepts, and how their claims appear in events.
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { describe, expect, test } from "vitest"
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { createWorld, origin } from "../testing/route-world.ts"
import { authorizeByUserPool, claimsOf } from "./authorize-by-user-pool.ts"

test("claims are texts, lists are separated by commas, and times are dates", () => {
  const claims = {
    sub: "1",
    email_verified: true,
    auth_time: 1469814773,
    "cognito:groups": ["a", "b"],
    exp: 1469818373,
  }
  expect({ ...claimsOf({ ...claims, iat: 1469814773, absent: null }) }).toEqual({
    sub: "1",
    email_verified: "true",
    auth_time: "1469814773",
    "cognito:groups": "a,b",
    exp: "Fri Jul 29 18:52:53 UTC 2016",
    iat: "Fri Jul 29 17:52:53 UTC 2016",
  })
})

describe("a token of a user pool", async () => {
  const [first, second] = ["https://pool.example/one", "https://pool.example/two"] as const
  const { privateKey, publicKey } = await generateKeyPair("RS256")
  const key = { ...(await exportJWK(publicKey)) }
  const token = (claims: Record<string, unknown>) =>
    new SignJWT({ iss: first, exp: 2_000_000_000, token_use: "id", aud: "client1", ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "k" })
      .sign(privateKey)

  async function authorize(authorization: string | undefined, options: Options = {}) {
    const { scopes = [], identityValidation, findKey = async () => ({ key }) } = options
    const { ports, logged } = createWorld({ ports: { findKey: findKey as never } })
    const record: { context: object; authorizer?: Record<string, string>; apiId: string; routeKey: string } = {
      context: { requestId: "r1" },
      apiId: "api",
      routeKey: "GET /",
    }
    const authorizer = {
      ...origin,
      authorizerId: "pool",
      kind: "COGNITO_USER_POOLS",
      issuers: options.issuers ?? [first, second],
      identitySource: ["method.request.header.Authorization"],
      cacheSeconds: 0,
      ...(identityValidation !== undefined && { identityValidation }),
    } as unknown as RestAuthorizerDefinition
    const headers = authorization === undefined ? {} : { authorization: [authorization] }
    const transaction = { request: { headers, query: "" }, record, stage: { definition: { variables: {} } } }
    const request = { method: { definition: { scopes } }, transaction } as never
    return { result: await authorizeByUserPool(request, authorizer, ports), record, logged }
  }
  type Options = {
    scopes?: string[]
    identityValidation?: string
    issuers?: string[]
    findKey?: (issuer: string) => Promise<object>
  }
  const unauthorized = { allowed: false, failure: { type: "UNAUTHORIZED" } }

  test("of each of its pools is accepted, alone or after Bearer, and its claims are recorded", async () => {
    const ofSecond = await token({ iss: second, sub: "u" })
    for (const authorization of [await token({}), ofSecond, `Bearer ${ofSecond}`]) {
      expect((await authorize(authorization)).result).toMatchObject({ allowed: true })
    }
    const { result, record } = await authorize(ofSecond)
    expect(result).toMatchObject({ authorizer: { claims: { sub: "u", iss: second } } })
    expect(record.authorizer).toMatchObject({ "claims.sub": "u" })
  })

  test("is required", async () => {
    expect((await authorize(undefined)).result).toMatchObject(unauthorized)
    expect((await authorize(await token({}), { issuers: [] })).result).toMatchObject(unauthorized)
    expect((await authorize(await token({ iss: "https://other.example" }))).result).toMatchObject(unauthorized)
  })

  test("that has expired is not tried with the next pool, and has its own message", async () => {
    const asked: string[] = []
    const findKey = async (issuer: string) => {
      asked.push(issuer)
      return { key }
    }
    const { result } = await authorize(await token({ exp: 1_600_000_000 }), { findKey })
    expect(result).toMatchObject({ ...unauthorized, failure: { message: "The incoming token has expired" } })
    expect(asked).toEqual([first])
    expect((await authorize("a.b")).result).toMatchObject({ failure: { message: "Unauthorized" } })
  })

  test("whose key cannot be used is rejected, and the cause is logged", async () => {
    const { result, logged } = await authorize(await token({}), { findKey: async () => ({ problem: "no connection" }) })
    expect(result).toMatchObject(unauthorized)
    const fields = { message: "no connection", apiId: "api", routeKey: "GET /", requestId: "r1" }
    expect(logged).toEqual([{ level: "warn", event: "A token was rejected", fields }])
  })

  test.each([
    ["client[12]", "client1", true],
    ["client", "client1", false],
    ["", undefined, true],
  ])("whose audience is matched by %j as a whole: %s is accepted: %s", async (identityValidation, aud, allowed) => {
    expect((await authorize(await token({ aud }), { identityValidation })).result).toMatchObject({ allowed })
  })

  test("is an ID token for a method without scopes, else an access token with one of the scopes", async () => {
    const access = (scope: string) => token({ token_use: "access", scope })
    const scopes = ["a/read", "a/write"]
    expect((await authorize(await access("a/read"))).result).toMatchObject(unauthorized)
    expect((await authorize(await token({}), { scopes })).result).toMatchObject(unauthorized)
    expect((await authorize(await access("b a/write"), { scopes })).result).toMatchObject({ allowed: true })
    expect((await authorize(await access("b"), { scopes })).result).toMatchObject({
      allowed: false,
      failure: { type: "ACCESS_DENIED", message: "User is not authorized to access this resource" },
    })
  })
})
