// JWT authorizers of HTTP APIs: tokens that are accepted, and every kind of token that is not.
import { createPublicKey } from "node:crypto"
import { ManualClock } from "@document-insight/gateway"
import { decodeProtectedHeader, generateKeyPair, UnsecuredJWT } from "jose"
import { describe, expect, test } from "vitest"
import { appClient, type SignInTemplate, withUserPool } from "../testing/sign-in-template.ts"
import { shareLocal, startLocal } from "../testing/start-local.ts"
import { functionResource } from "../testing/template.ts"
import { startIssuer } from "../testing/test-issuer.ts"

type Jwt = { claims: Record<string, string>; scopes: string[] | null }

const HOUR = 60 * 60

const clock = new ManualClock(Date.UTC(2026, 0, 1))
const serve = shareLocal()
const serveWithClock = shareLocal({ clock })

async function start(options: SignInTemplate = {}, serveTemplate = serve) {
  const local = await serveTemplate(withUserPool(options))
  const { HttpUrl = "" } = local.gateway.outputs()
  const me = (authorization?: string, query = "") =>
    fetch(`${HttpUrl}/me${query}`, { headers: authorization === undefined ? {} : { authorization } })
  const jwtOf = async (response: Response) => {
    expect(response.status).toBe(200)
    const { requestContext } = (await response.json()) as { requestContext: { authorizer: { jwt: Jwt } } }
    return requestContext.authorizer.jwt
  }
  const alice = await local.gateway.signIn("alice")
  if (!alice) throw new Error("alice cannot sign in")
  return { ...local, me, jwtOf, alice }
}

/** A gateway whose authorizer trusts an issuer that the test controls. */
async function startWithIssuer(options: SignInTemplate = {}) {
  const issuer = await startIssuer()
  const local = await start({ issuer: issuer.url, audience: ["app", "other"], ...options }, serveWithClock)
  const now = () => Math.floor(clock.now() / 1000)
  const claims = (changes: Record<string, unknown> = {}) => ({
    iss: issuer.url,
    aud: "app",
    sub: "user",
    iat: now(),
    exp: now() + HOUR,
    ...changes,
  })
  /** The reason in the challenge of a rejected token. */
  const reasonFor = async (token: string) => {
    const response = await local.me(`Bearer ${token}`)
    expect(response.status).toBe(401)
    expect(await response.text()).toBe('{"message":"Unauthorized"}')
    return /error_description="([^"]*)"/.exec(response.headers.get("www-authenticate") ?? "")?.[1]
  }
  return { ...local, issuer, now, claims, reasonFor }
}

describe("a JWT authorizer for a user pool of the template", () => {
  test("passes the claims of a token on as text, and null for scopes that the route does not need", async () => {
    const { me, jwtOf, alice, gateway } = await start()
    const { claims, scopes } = await jwtOf(await me(`Bearer ${alice.accessToken}`))
    expect(scopes).toBeNull()
    expect(claims).toMatchObject({
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${gateway.outputs().PoolId}`,
      client_id: gateway.outputs().ClientId,
      token_use: "access",
      username: "alice",
      exp: expect.stringMatching(/^\d+$/),
      version: "2",
    })
  })

  test("accepts a token without Bearer, and one in the query string", async () => {
    const { me, alice } = await start()
    expect((await me(alice.accessToken)).status).toBe(200)
    const inQuery = await start({ identitySource: "$request.querystring.token" })
    expect((await inQuery.me(undefined, `?token=${inQuery.alice.accessToken}`)).status).toBe(200)
    expect((await inQuery.me(`Bearer ${inQuery.alice.accessToken}`)).status).toBe(401)
  })

  test("accepts an ID token too, and rejects it on a route with scopes", async () => {
    const { me, alice } = await start()
    expect((await me(`Bearer ${alice.idToken}`)).status).toBe(200)
    const scoped = await start({ scopes: ["openid"] })
    expect((await scoped.me(`Bearer ${scoped.alice.idToken}`)).status).toBe(403)
    expect((await scoped.me(`Bearer ${scoped.alice.accessToken}`)).status).toBe(200)
  })

  test("rejects a token of another app client, and one of another pool", async () => {
    const resources = {
      OtherClient: appClient("Pool"),
      OtherPool: { Type: "AWS::Cognito::UserPool", Properties: {} },
      ClientOfOtherPool: appClient("OtherPool"),
    }
    const { me, gateway } = await startWithIds(resources)
    const ofOther = async (output: string) => (await gateway.signIn("alice", gateway.outputs()[output]))?.accessToken
    const audience = await me(`Bearer ${await ofOther("OtherClientId")}`)
    expect([audience.status, audience.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
    ])
    const pool = await me(`Bearer ${await ofOther("ClientIdOfOtherPool")}`)
    expect([pool.status, pool.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer scope="" error="invalid_token" error_description="the signing key of the token is unknown"',
    ])
  })

  test("writes the claims and the reason of a rejection to the access log", async () => {
    const { me, jwtOf, alice, accessLines } = await start()
    const { claims } = await jwtOf(await me(`Bearer ${alice.accessToken}`))
    await me("Bearer no-token")
    expect(accessLines().map((line) => line.replace(/^\S+ /, ""))).toEqual([
      `200 - ${claims.sub}`,
      "401 invalid_token: token contains an invalid number of segments -",
    ])
  })
})

async function startWithIds(resources: Record<string, unknown>) {
  const api = withUserPool({ resources })
  const outputs = {
    ...api.outputs,
    OtherClientId: { Value: { Ref: "OtherClient" } },
    ClientIdOfOtherPool: { Value: { Ref: "ClientOfOtherPool" } },
  }
  const local = await serve({ ...api, outputs })
  const me = (authorization: string) => fetch(`${local.gateway.outputs().HttpUrl}/me`, { headers: { authorization } })
  return { ...local, me }
}

describe("a JWT authorizer", () => {
  test("responds with 401 and a bare challenge without a token, also to a page of another origin", async () => {
    const { me, gateway } = await start()
    for (const response of [await me(), await me("")]) {
      expect(response.status).toBe(401)
      expect(response.headers.get("www-authenticate")).toBe("Bearer")
      expect(response.headers.has("content-type")).toBe(false)
      expect(await response.text()).toBe('{"message":"Unauthorized"}')
    }
    const url = `${gateway.outputs().HttpUrl}/me`
    const fromPage = await fetch(url, { headers: { origin: "https://app.example" } })
    expect(fromPage.headers.get("access-control-allow-origin")).toBe("*")
  })

  test("rejects a text that is not a token", async () => {
    const { reasonFor } = await startWithIssuer()
    expect(await reasonFor("no-token")).toBe("token contains an invalid number of segments")
    expect(await reasonFor("a.b.c")).toBe("the token cannot be decoded")
    expect(await reasonFor("....")).toBe("token contains an invalid number of segments")
  })

  test("rejects tokens without a signature, and those signed with a symmetric or an elliptic key", async () => {
    const { reasonFor, issuer, claims } = await startWithIssuer()
    expect(await reasonFor(new UnsecuredJWT(claims()).encode())).toBe("signing method none is invalid")
    // The classic confusion: the public key, which everybody has, as the secret of an HMAC.
    const pem = createPublicKey({ key: issuer.keys()[0] as never, format: "jwk" }).export({
      type: "spki",
      format: "pem",
    })
    const secret = new TextEncoder().encode(String(pem))
    expect(await reasonFor(await issuer.sign(claims(), { alg: "HS256" }, secret))).toBe(
      "signing method HS256 is invalid",
    )
    const { privateKey } = await generateKeyPair("ES256")
    expect(await reasonFor(await issuer.sign(claims(), { alg: "ES256" }, privateKey))).toBe(
      "signing method ES256 is invalid",
    )
  })

  test("rejects a token whose signature, claims or key were changed", async () => {
    const { reasonFor, issuer, claims, me } = await startWithIssuer()
    const token = await issuer.sign(claims())
    expect((await me(`Bearer ${token}`)).status).toBe(200)
    const [header, , signature = ""] = token.split(".")
    const forged = Buffer.from(JSON.stringify(claims({ sub: "administrator" }))).toString("base64url")
    expect(await reasonFor(`${header}.${forged}.${signature}`)).toBe("the signature of the token is invalid")
    const changed = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    expect(await reasonFor([...token.split(".").slice(0, 2), changed].join("."))).toBe(
      "the signature of the token is invalid",
    )
    const { privateKey } = await generateKeyPair("RS256")
    expect(await reasonFor(await issuer.sign(claims(), {}, privateKey))).toBe("the signature of the token is invalid")
  })

  test("rejects a token that names an unknown key, or none", async () => {
    const { reasonFor, issuer, claims } = await startWithIssuer()
    expect(await reasonFor(await issuer.sign(claims(), { kid: "unknown" }))).toBe(
      "the signing key of the token is unknown",
    )
    expect(await reasonFor(await issuer.sign(claims(), { kid: undefined as never }))).toBe("the token has no key id")
  })

  test("accepts each audience of the authorizer, and the client id only without an audience", async () => {
    const { reasonFor, issuer, claims, me } = await startWithIssuer()
    const accepted = [{ aud: "other" }, { aud: ["x", "app"] }, { aud: undefined, client_id: "app" }]
    for (const changes of accepted) {
      expect((await me(`Bearer ${await issuer.sign(claims(changes))}`)).status).toBe(200)
    }
    for (const changes of [{ aud: "x" }, { aud: "x", client_id: "app" }, { aud: undefined }, { aud: [] }]) {
      expect(await reasonFor(await issuer.sign(claims(changes)))).toBe("the token does not have a valid audience")
    }
  })

  test("rejects a token of another issuer, also one that differs in a slash", async () => {
    const { reasonFor, issuer, claims } = await startWithIssuer()
    for (const iss of ["https://evil.example", `${issuer.url}/`, undefined]) {
      expect(await reasonFor(await issuer.sign(claims({ iss })))).toBe("the token does not have a valid issuer")
    }
  })

  test("rejects an expired token from the second on in which it expires", async () => {
    const { reasonFor, issuer, claims, me } = await startWithIssuer({ scopes: ["read"] })
    const token = await issuer.sign(claims({ scope: "read" }))
    clock.advance(HOUR * 1000 - 1)
    expect((await me(`Bearer ${token}`)).status).toBe(200)
    clock.advance(1)
    const response = await me(`Bearer ${token}`)
    expect(response.status).toBe(401)
    expect(response.headers.get("www-authenticate")).toBe(
      'Bearer scope="read" error="invalid_token" error_description="the token has expired"',
    )
    expect(await reasonFor(await issuer.sign(claims({ exp: undefined })))).toBe(
      "the token does not have an expiration time",
    )
  })

  test("rejects a token that is not valid yet, or was issued in the future", async () => {
    const { reasonFor, issuer, claims, now, me } = await startWithIssuer()
    expect(await reasonFor(await issuer.sign(claims({ nbf: now() + 1 })))).toBe("the token is not valid yet")
    expect(await reasonFor(await issuer.sign(claims({ iat: now() + 1 })))).toBe("the token was issued in the future")
    expect(await reasonFor(await issuer.sign(claims({ nbf: "0" })))).toBe("the token is not valid yet")
    expect((await me(`Bearer ${await issuer.sign(claims({ nbf: now() }))}`)).status).toBe(200)
  })

  test("needs one of the scopes of the route, from scope or scp, and passes the token's scopes on", async () => {
    const { issuer, claims, me, jwtOf } = await startWithIssuer({ scopes: ["read", "admin"] })
    const response = await me(`Bearer ${await issuer.sign(claims({ scope: "write readall" }))}`)
    expect(response.status).toBe(403)
    expect(await response.text()).toBe('{"message":"Forbidden"}')
    expect(response.headers.get("www-authenticate")).toContain('Bearer scope="read admin" error="insufficient_scope"')
    expect((await jwtOf(await me(`Bearer ${await issuer.sign(claims({ scope: "read write" }))}`))).scopes).toEqual([
      "read",
      "write",
    ])
    expect((await jwtOf(await me(`Bearer ${await issuer.sign(claims({ scp: ["admin"] }))}`))).scopes).toEqual(["admin"])
  })

  test("passes lists, numbers, flags and objects on as text, and no null", async () => {
    const { issuer, claims, me, jwtOf } = await startWithIssuer()
    const token = await issuer.sign(
      claims({ "cognito:groups": ["a", "b"], n: 1, yes: true, deep: { a: 1 }, nothing: null, __proto__: undefined }),
    )
    const { claims: texts } = await jwtOf(await me(`Bearer ${token}`))
    expect(texts).toMatchObject({ "cognito:groups": "[a b]", n: "1", yes: "true", deep: '{"a":1}' })
    expect(texts).not.toHaveProperty("nothing")
  })

  test("passes the claims on in format 1.0", async () => {
    const { me, alice } = await start({ payloadFormatVersion: "1.0" })
    const response = await me(`Bearer ${alice.accessToken}`)
    expect(await response.json()).toMatchObject({
      requestContext: { authorizer: { claims: { username: "alice" }, scopes: null } },
    })
  })

  test("requests the keys of an issuer once, and again for an unknown key or after two hours", async () => {
    const { issuer, claims, me, reasonFor } = await startWithIssuer()
    const call = async () => (await me(`Bearer ${await issuer.sign(claims())}`)).status
    expect(await Promise.all([call(), call(), call()])).toEqual([200, 200, 200])
    expect(issuer.requests).toEqual(["/.well-known/openid-configuration", "/jwks"])
    clock.advance(31_000)
    await issuer.rotate("second")
    expect(await call()).toBe(200)
    expect(issuer.requests).toHaveLength(4)
    // Invented key ids do not cause a request each.
    for (const kid of ["a", "b", "c"]) await reasonFor(await issuer.sign(claims(), { kid }))
    expect(issuer.requests).toHaveLength(4)
    clock.advance(2 * HOUR * 1000)
    expect(await call()).toBe(200)
    expect(issuer.requests).toHaveLength(6)
  })

  test("rejects tokens while the issuer does not respond, and accepts them when it does again", async () => {
    const { issuer, claims, me, reasonFor, untilEvent } = await startWithIssuer()
    issuer.fail(500)
    expect(await reasonFor(await issuer.sign(claims()))).toBe("the signing key of the token is unknown")
    await untilEvent((event) => JSON.stringify(event).includes("OIDC discovery endpoint communication error"))
    issuer.fail(undefined)
    expect((await me(`Bearer ${await issuer.sign(claims())}`)).status).toBe(200)
  })

  test("contacts no host of AWS that is not served here, and no plain http address of another machine", async () => {
    for (const issuer of ["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_unknown", "http://issuer.example"]) {
      const { me, alice } = await start({ issuer })
      expect((await me(`Bearer ${alice.accessToken}`)).status).toBe(401)
    }
  })

  test("signs access tokens and ID tokens of a user pool with different keys", async () => {
    const { alice } = await start()
    const [access, id] = [alice.accessToken, alice.idToken].map((token) => decodeProtectedHeader(token))
    expect(access?.kid).not.toBe(id?.kid)
    expect([access?.alg, id?.alg]).toEqual(["RS256", "RS256"])
  })
})

describe("a chosen endpoint of Cognito", () => {
  test("is used instead of the stand-in, by authorizers and inside functions", async () => {
    const issuer = await startIssuer()
    const endpoints = { "cognito-identity-provider": issuer.url }
    const code = `export const handler = async () => {
      const url = "https://cognito-idp.us-east-1.amazonaws.com/" + process.env.POOL + "/.well-known/jwks.json"
      const response = await fetch(url)
      return { statusCode: 200, body: JSON.stringify({ status: response.status }) }
    }`
    const api = withUserPool({ resources: openRoute(code) })
    const local = await startLocal(api, { endpoints })
    const { HttpUrl, PoolId, ClientId, SignInUrl } = local.gateway.outputs()
    expect(await local.gateway.signIn()).toBeUndefined()
    expect(SignInUrl).toBe("https://sign-in.auth.us-east-1.amazoncognito.com")
    const iss = `https://cognito-idp.us-east-1.amazonaws.com/${PoolId}`
    const now = Math.floor(Date.now() / 1000)
    const token = await issuer.sign({ iss, client_id: ClientId, iat: now, exp: now + HOUR })
    const response = await fetch(`${HttpUrl}/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(200)
    expect(issuer.requests).toEqual([`/${PoolId}/.well-known/openid-configuration`, "/jwks"])
    expect(await (await fetch(`${HttpUrl}/open`)).json()).toEqual({ status: 200 })
  })
})

/** A route without authorization. */
function openRoute(code: string): Record<string, unknown> {
  const ApiId = { Ref: "HttpApi" }
  const variables = { environment: { POOL: { Ref: "Pool" } } }
  return {
    Open: functionResource(code, variables),
    OpenIntegration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId,
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": ["Open", "Arn"] },
        PayloadFormatVersion: "2.0",
      },
    },
    OpenRoute: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: { ApiId, RouteKey: "GET /open", Target: { "Fn::Sub": "integrations/${OpenIntegration}" } },
    },
    OpenPermission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { Ref: "Open" },
        Principal: "apigateway.amazonaws.com",
      },
    },
  }
}

test("the console shows the authorization of the route, and whose tokens its authorizer accepts", async () => {
  const { gateway } = await start()
  const response = await fetch(`${gateway.siteUrl}/_console/api/deployment`)
  const { apis } = (await response.json()) as { apis: { protocol: string; stages: object[]; authorizers: object[] }[] }
  const api = apis.find(({ protocol }) => protocol === "HTTP")
  const issuer = expect.stringMatching(/^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\//)
  expect(api?.authorizers).toMatchObject([{ logicalId: "HttpAuthorizer", issuer }])
  const route = { routeKey: "GET /me", authorization: "JWT", authorizer: "HttpAuthorizer" }
  expect(api?.stages).toMatchObject([{ routes: [{ ...route, integration: { functionId: "Me" } }] }])
})
