// The stand-in for Cognito user pools: sign-in in a browser, tokens, sign-out, and attacks on each of them.
import { createHash, randomBytes } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { type IncomingMessage, type RequestOptions, request as sendRequest } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { ManualClock, startGateway } from "@document-insight/gateway"
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose"
import { expect, onTestFinished, test } from "vitest"
import { appClient, callbackUrl, type SignInTemplate, withUserPool } from "../testing/sign-in-template.ts"
import { startLocal } from "../testing/start-local.ts"
import { webSocketTemplate } from "../testing/template.ts"

type Tokens = { access_token: string; id_token: string; refresh_token?: string; expires_in: number }

async function start(options: SignInTemplate = {}, gatewayOptions: Parameters<typeof startLocal>[1] = {}) {
  const local = await startLocal(withUserPool(options), gatewayOptions)
  const { SignInUrl = "", ClientId = "", PoolId = "" } = local.gateway.outputs()
  const Issuer = `https://cognito-idp.us-east-1.amazonaws.com/${PoolId}`
  const verifier = randomBytes(32).toString("base64url")
  const challenge = createHash("sha256").update(verifier).digest("base64url")
  const parameters = {
    client_id: ClientId,
    response_type: "code",
    redirect_uri: callbackUrl,
    scope: "openid email",
    state: "a b/+=&?#",
    code_challenge: challenge,
    code_challenge_method: "S256",
  }
  const authorizeUrl = (changes: Record<string, string | undefined> = {}) => addressOf("/oauth2/authorize", changes)
  function addressOf(path: string, changes: Record<string, string | undefined> = {}): string {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...parameters, ...changes })) if (value) query.set(name, value)
    return `${SignInUrl}${path}?${query}`
  }
  /** Goes through the pages as a browser does. @returns the address that the browser is sent to */
  async function signIn(username = "alice", changes: Record<string, string | undefined> = {}) {
    const page = await fetch(addressOf("/login", changes))
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ""
    const cookie = page.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ")
    const body = new URLSearchParams({ username, _csrf: csrf })
    const headers = { cookie, origin: new URL(SignInUrl).origin }
    const answer = await fetch(addressOf("/login", changes), { method: "POST", body, headers, redirect: "manual" })
    const session = answer.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ")
    return { status: answer.status, location: answer.headers.get("location") ?? "", session }
  }
  async function code(changes: Record<string, string | undefined> = {}): Promise<string> {
    return new URL((await signIn("alice", changes)).location).searchParams.get("code") ?? ""
  }
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${SignInUrl}${path}`, { method: "POST", body: new URLSearchParams(form), headers })
  const exchange = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    post(
      "/oauth2/token",
      { grant_type: "authorization_code", client_id: ClientId, redirect_uri: callbackUrl, ...form },
      headers,
    )
  const tokens = async () => (await (await exchange({ code: await code(), code_verifier: verifier })).json()) as Tokens
  return {
    ...local,
    addressOf,
    SignInUrl,
    ClientId,
    Issuer,
    PoolId,
    verifier,
    authorizeUrl,
    signIn,
    code,
    post,
    exchange,
    tokens,
  }
}

test("signs a user in by authorization code and PKCE, and the state returns as it was sent", async () => {
  const world = await start()
  const toLogin = await fetch(world.authorizeUrl(), { redirect: "manual" })
  expect(toLogin.status).toBe(302)
  expect(toLogin.headers.get("location")).toMatch(/^\/login\?/)
  const { status, location } = await world.signIn()
  expect(status).toBe(302)
  const target = new URL(location)
  expect(target.origin + target.pathname).toBe(callbackUrl)
  expect(target.searchParams.get("state")).toBe("a b/+=&?#")
  const code = target.searchParams.get("code") ?? ""
  const response = await world.exchange({ code, code_verifier: world.verifier })
  expect(response.status).toBe(200)
  const tokens = (await response.json()) as Tokens
  expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 3600, refresh_token: expect.any(String) })
  const keys = createRemoteJWKSet(new URL(`${world.SignInUrl}/${world.PoolId}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(tokens.id_token, keys, { issuer: world.Issuer, audience: world.ClientId })
  expect(payload).toMatchObject({
    token_use: "id",
    "cognito:username": "alice",
    email: "alice@example.com",
    email_verified: true,
  })
  const access = await jwtVerify(tokens.access_token, keys, { issuer: world.Issuer })
  expect(access.payload).toMatchObject({
    token_use: "access",
    client_id: world.ClientId,
    username: "alice",
    scope: "openid email",
    sub: payload.sub,
  })
})

/** The page that a browser shows, with its cookies and the token of its form. */
async function openLogin(world: Awaited<ReturnType<typeof start>>) {
  const page = await fetch(world.addressOf("/login"))
  const html = await page.text()
  const csrf = /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? ""
  const cookie = page.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ")
  return { page, html, csrf, cookie }
}

const browserHour = 60 * 60_000

test("shows every user as a button, in a page that no other page can frame and that runs no script", async () => {
  const world = await start({}, { users: ["carol", "<b>"] })
  const { page, html } = await openLogin(world)
  expect(page.status).toBe(200)
  expect([...html.matchAll(/<button name="username" value="([^"]+)"/g)].map(([, name]) => name)).toEqual([
    "alice",
    "bob",
    "carol",
    "&#60;b&#62;",
  ])
  expect(html).toContain("<strong>Example app</strong>")
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'")
  expect(page.headers.get("content-security-policy")).toContain("form-action 'self' http://localhost:5173;")
  expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
  expect((await world.signIn("carol")).status).toBe(302)
  expect((await world.signIn("mallory")).status).toBe(400)
})

test("keeps a browser signed in for an hour, until it signs out", async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const world = await start({}, { clock })
  const { session } = await world.signIn("bob")
  const visit = async (changes: Record<string, string> = {}, cookie = session) =>
    (await fetch(world.authorizeUrl(changes), { headers: { cookie }, redirect: "manual" })).headers.get("location") ??
    ""
  expect(await visit()).toMatch(/^http:\/\/localhost:5173\/callback\?code=/)
  expect(await visit({ prompt: "login" })).toMatch(/^\/login\?/)
  expect(await visit({ prompt: "none" }, "")).toContain("error=login_required")
  clock.advance(browserHour)
  expect(await visit()).toMatch(/^\/login\?/)
  const again = await world.signIn("bob")
  const logout = world.addressOf("/logout", { logout_uri: "http://localhost:5173/" })
  const left = await fetch(logout, { headers: { cookie: again.session }, redirect: "manual" })
  expect([left.status, left.headers.get("location")]).toEqual([
    302,
    "http://localhost:5173/?state=a+b%2F%2B%3D%26%3F%23",
  ])
  expect(await visit({}, again.session)).toMatch(/^\/login\?/)
})

test("gives a user the same sub in each run, and each user another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sign-in-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const source = join(folder, "template.json")
  writeFileSync(source, webSocketTemplate(withUserPool()))
  async function subs() {
    await using gateway = await startGateway({ source })
    const tokens = await Promise.all(["alice", "bob"].map((name) => gateway.signIn(name)))
    return tokens.map((one) => decodeJwt(one?.idToken ?? "").sub)
  }
  const [first, second] = [await subs(), await subs()]
  expect(first).toEqual(second)
  expect(new Set(first).size).toBe(2)
})

test("refreshes tokens until the refresh token is revoked or expires", async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const client = {
    RefreshTokenValidity: 2,
    TokenValidityUnits: { RefreshToken: "hours", AccessToken: "minutes" },
    AccessTokenValidity: 5,
  }
  const world = await start({ client }, { clock })
  const first = await world.tokens()
  expect(first.expires_in).toBe(300)
  const refresh = (refresh_token = first.refresh_token ?? "") =>
    world.exchange({ grant_type: "refresh_token", refresh_token })
  clock.advance(1000)
  const second = (await (await refresh()).json()) as Tokens
  expect(second.refresh_token).toBeUndefined()
  const [before, after] = [decodeJwt(first.access_token), decodeJwt(second.access_token)]
  expect([after.sub, after.auth_time, after.origin_jti]).toEqual([before.sub, before.auth_time, before.origin_jti])
  expect((after.exp ?? 0) - (before.exp ?? 0)).toBe(1)
  clock.advance(2 * browserHour)
  expect(await (await refresh()).json()).toEqual({ error: "invalid_grant" })

  const other = await world.tokens()
  const info = (token: string) =>
    fetch(`${world.SignInUrl}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })
  expect(await (await info(other.access_token)).json()).toMatchObject({ username: "alice", email: "alice@example.com" })
  const revoke = (token: string) => world.post("/oauth2/revoke", { token, client_id: world.ClientId })
  expect((await revoke(other.access_token)).status).toBe(400)
  expect((await revoke(other.refresh_token ?? "")).status).toBe(200)
  expect(await (await refresh(other.refresh_token)).json()).toEqual({ error: "invalid_grant" })
  const after401 = await info(other.access_token)
  expect(after401.status).toBe(401)
  expect(after401.headers.get("www-authenticate")).toContain('error="invalid_token"')
  expect((await fetch(`${world.SignInUrl}/oauth2/userInfo`)).status).toBe(400)
  expect((await info(other.id_token)).status).toBe(401)
})

test("needs the secret of a client that has one, in the header or in the form", async () => {
  const world = await start({ client: { GenerateSecret: true } })
  const secret = world.gateway.outputs().ClientSecret ?? ""
  expect(secret).toHaveLength(51)
  const basic = `Basic ${Buffer.from(`${world.ClientId}:${secret}`).toString("base64")}`
  const { verifier: code_verifier } = world
  const attempts = [
    await world.exchange({ code: await world.code(), code_verifier }),
    await world.exchange({ code: await world.code(), code_verifier, client_secret: "wrong" }),
    await world.exchange({ code: await world.code(), code_verifier, client_secret: secret }),
    await world.exchange({ code: await world.code(), code_verifier }, { authorization: basic }),
  ]
  expect(attempts.map(({ status }) => status)).toEqual([400, 400, 200, 200])
  expect(await attempts[0]!.json()).toEqual({ error: "invalid_client" })
})

test("a code is used once, within five minutes, by its client, for its redirect URI", async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const callbacks = [callbackUrl, "http://localhost:5173/other"]
  const resources = { OtherClient: appClient("Pool", { CallbackURLs: callbacks }) }
  const world = await start({ resources, client: { CallbackURLs: callbacks } }, { clock })
  const { verifier: code_verifier } = world
  const errorOf = async (response: Response) => {
    expect(response.status).toBe(400)
    return ((await response.json()) as { error: string }).error
  }
  const code = await world.code()
  expect((await world.exchange({ code, code_verifier })).status).toBe(200)
  expect(await errorOf(await world.exchange({ code, code_verifier }))).toBe("invalid_grant")
  const late = await world.code()
  clock.advance(5 * 60_000)
  expect(await errorOf(await world.exchange({ code: late, code_verifier }))).toBe("invalid_grant")
  const elsewhere = { code: await world.code(), code_verifier, redirect_uri: "http://localhost:5173/other" }
  expect(await errorOf(await world.exchange(elsewhere))).toBe("unauthorized_client")
  const stolen = await world.code()
  const client_id = world.gateway.outputs().ClientId ?? ""
  expect(await errorOf(await world.exchange({ code: stolen, code_verifier, client_id: "unknown" }))).toBe(
    "invalid_client",
  )
  expect((await world.exchange({ code: stolen, code_verifier, client_id })).status).toBe(200)
  expect(await errorOf(await world.exchange({ code: "invented", code_verifier }))).toBe("invalid_grant")
  expect(await errorOf(await world.exchange({ grant_type: "password" }))).toBe("unsupported_grant_type")
})

test("PKCE cannot be left out, guessed, or changed to plain", async () => {
  const world = await start()
  const errorOf = async (form: Record<string, string>) => (await world.exchange(form)).json()
  expect(await errorOf({ code: await world.code() })).toEqual({ error: "invalid_grant" })
  expect(await errorOf({ code: await world.code(), code_verifier: "a".repeat(43) })).toEqual({ error: "invalid_grant" })
  // The challenge itself is no verifier: that is the method `plain`.
  const challenge = createHash("sha256").update(world.verifier).digest("base64url")
  expect(await errorOf({ code: await world.code(), code_verifier: challenge })).toEqual({ error: "invalid_grant" })
  for (const changes of [
    { code_challenge_method: "plain" },
    { code_challenge_method: undefined },
    { code_challenge: undefined },
  ]) {
    const response = await fetch(world.authorizeUrl(changes), { redirect: "manual" })
    expect(response.headers.get("location")).toContain("error=invalid_request")
  }
  // A verifier without a challenge: somebody removed the challenge on the way.
  const without = { code_challenge: undefined, code_challenge_method: undefined }
  expect(await errorOf({ code: await world.code(without), code_verifier: world.verifier })).toEqual({
    error: "invalid_grant",
  })
  expect((await world.exchange({ code: await world.code(without) })).status).toBe(200)
})

test("redirects only to registered addresses (open redirect)", async () => {
  const world = await start()
  for (const redirect_uri of [
    "https://evil.example/",
    `${callbackUrl}/`,
    `${callbackUrl}?x=1`,
    `${callbackUrl}#x`,
    "http://localhost:5173/callback@evil.example",
    "http://localhost:51730/callback",
    "HTTP://localhost:5173/callback",
    "//evil.example",
    undefined,
  ]) {
    for (const path of ["/oauth2/authorize", "/login"]) {
      const response = await fetch(world.addressOf(path, { redirect_uri }), { redirect: "manual" })
      expect([redirect_uri, path, response.status]).toEqual([redirect_uri, path, 400])
      expect(response.headers.has("location")).toBe(false)
    }
    expect((await world.signIn("alice", { redirect_uri })).location).toBe("")
  }
  for (const logout_uri of ["https://evil.example/", "http://localhost:5173", callbackUrl, undefined]) {
    const url = world.addressOf("/logout", { logout_uri, redirect_uri: undefined })
    expect((await fetch(url, { redirect: "manual" })).status).toBe(400)
  }
  const script = await fetch(world.addressOf("/login", { redirect_uri: "javascript:alert(1)//<script>" }))
  expect(await script.text()).not.toContain("<script>")
  expect((await fetch(world.authorizeUrl({ client_id: "unknown" }), { redirect: "manual" })).status).toBe(400)
})

test("reports the other mistakes of a request to its client", async () => {
  const world = await start()
  const errorOf = async (changes: Record<string, string | undefined>) => {
    const response = await fetch(world.authorizeUrl(changes), { redirect: "manual" })
    const location = new URL(response.headers.get("location") ?? "")
    expect([location.origin + location.pathname, location.searchParams.get("state")]).toEqual([
      callbackUrl,
      "a b/+=&?#",
    ])
    return location.searchParams.get("error")
  }
  expect(await errorOf({ response_type: "token" })).toBe("invalid_request")
  expect(await errorOf({ response_type: undefined })).toBe("invalid_request")
  expect(await errorOf({ scope: "openid admin" })).toBe("invalid_scope")
  const noCode = await start({ client: { AllowedOAuthFlows: ["implicit"] } })
  const response = await fetch(noCode.authorizeUrl(), { redirect: "manual" })
  expect(response.headers.get("location")).toContain("error=unauthorized_client")
})

test("the form cannot be sent by a page of another site, nor without the page's token (CSRF)", async () => {
  const world = await start()
  const { csrf, cookie } = await openLogin(world)
  const origin = new URL(world.SignInUrl).origin
  const send = async (headers: Record<string, string>, _csrf = csrf) => {
    const body = new URLSearchParams({ username: "alice", _csrf })
    return (await fetch(world.addressOf("/login"), { method: "POST", body, headers, redirect: "manual" })).status
  }
  expect(await send({ cookie, origin })).toBe(302)
  expect(
    await Promise.all([
      send({ cookie, origin: "https://evil.example" }),
      send({ cookie, origin: "null" }),
      send({ cookie, origin: "http://localhost:5173" }),
      send({ cookie, origin }, ""),
      send({ cookie, origin }, "a".repeat(csrf.length)),
      send({ origin }),
      send({ origin }, ""),
    ]),
  ).toEqual([403, 403, 403, 403, 403, 403, 403])
  expect(cookie).toMatch(/^cognito-csrf-\d+=/)
})

test("a page of another site, and one under another host name, reaches no endpoint", async () => {
  const world = await start()
  const { port } = new URL(world.SignInUrl)
  const send = (options: RequestOptions) =>
    new Promise<{ status: number; headers: IncomingMessage["headers"]; body: string }>((resolve, reject) => {
      const sent = sendRequest({ host: "127.0.0.1", port, ...options }, async (response) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }),
      )
      sent.on("error", reject).end()
    })
  const keys = `/${world.PoolId}/.well-known/jwks.json`
  const host = `localhost:${port}`
  for (const [path, method] of [
    [keys, "GET"],
    ["/oauth2/token", "POST"],
    ["/oauth2/token", "OPTIONS"],
    ["/login", "GET"],
  ] as const) {
    expect((await send({ path, method, headers: { host: "evil.example" } })).status).toBe(403)
    const foreign = await send({ path, method, headers: { host, origin: "https://evil.example" } })
    expect([foreign.status, foreign.headers["access-control-allow-origin"]]).toEqual([403, undefined])
  }
  const own = await send({
    path: "/oauth2/token",
    method: "OPTIONS",
    headers: { host, origin: "http://localhost:5173", "access-control-request-headers": "x-amz-target,x-a" },
  })
  expect([own.status, own.headers["access-control-allow-origin"]]).toEqual([204, "http://localhost:5173"])
  expect(own.headers["access-control-allow-headers"]).toBe("x-amz-target,x-a")
  const asFunction = await send({ path: keys, headers: { host: "cognito-idp.us-east-1.amazonaws.com" } })
  expect(JSON.parse(asFunction.body).keys).toHaveLength(2)
  const operation = await send({
    path: "/",
    method: "POST",
    headers: { host, "x-amz-target": "AWSCognitoIdentityProviderService.GetCSVHeader" },
  })
  expect([operation.status, JSON.parse(operation.body).__type]).toEqual([400, "NotServedLocally"])
  expect((await send({ path: "/nothing", headers: { host } })).status).toBe(404)
})

test("the discovery document has the addresses of AWS for functions, and local ones for browsers", async () => {
  const world = await start()
  const path = `/${world.PoolId}/.well-known/openid-configuration`
  const local = (await (await fetch(world.SignInUrl + path)).json()) as Record<string, unknown>
  expect(local).toMatchObject({
    issuer: world.Issuer,
    authorization_endpoint: `${world.SignInUrl}/oauth2/authorize`,
    jwks_uri: `${world.SignInUrl}/${world.PoolId}/.well-known/jwks.json`,
  })
  expect(world.SignInUrl).toMatch(/^http:\/\/localhost:\d+$/)
})

test("an ID token needs the scope openid, and a request without scopes gets all of the client", async () => {
  const world = await start()
  const tokensFor = async (scope: string | undefined) => {
    const code = await world.code({ scope })
    return (await (await world.exchange({ code, code_verifier: world.verifier })).json()) as Tokens
  }
  expect(await tokensFor("email")).not.toHaveProperty("id_token")
  const all = await tokensFor(undefined)
  expect(decodeJwt(all.access_token).scope).toBe("openid email")
  expect(all.id_token).toEqual(expect.any(String))
})

test("a reload keeps keys, sessions and refresh tokens, and serves the clients of the new template", async () => {
  const world = await start()
  const before = await world.tokens()
  const { session } = await world.signIn()
  world.rewrite(withUserPool({ client: { CallbackURLs: [callbackUrl, "http://localhost:5173/new"] } }))
  await world.gateway.reload()
  const info = { headers: { authorization: `Bearer ${before.access_token}` } }
  expect((await fetch(`${world.SignInUrl}/oauth2/userInfo`, info)).status).toBe(200)
  const refreshed = { grant_type: "refresh_token", refresh_token: before.refresh_token ?? "" }
  expect((await world.exchange(refreshed)).status).toBe(200)
  const url = world.authorizeUrl({ redirect_uri: "http://localhost:5173/new" })
  const again = await fetch(url, { headers: { cookie: session }, redirect: "manual" })
  expect(again.headers.get("location")).toMatch(/^http:\/\/localhost:5173\/new\?code=/)
})

test("tokens and sessions follow the gateway's clock when it is moved forward", async () => {
  const world = await start()
  const { session } = await world.signIn()
  const { gateway, authorizeUrl } = world
  gateway.clock.advance(2 * browserHour)
  const late = await fetch(authorizeUrl(), { headers: { cookie: session }, redirect: "manual" })
  expect(late.headers.get("location")).toMatch(/^\/login\?/)
  const { iat = 0 } = decodeJwt((await gateway.signIn())?.accessToken ?? "")
  expect(iat * 1000).toBeGreaterThan(Date.now() + browserHour)
})
