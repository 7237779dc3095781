// Sign-in, renewal and sign-out against an HTTP server that responds like a user pool, and attacks on the return address.
import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { ManualClock } from "../../testing/manual-clock.ts"
import { Session } from "./session.ts"

let server: Server
let url: string
let requests: { path: string; form: Record<string, string> }[]
/** The responses to come; by default tokens of alice, valid for an hour, with another refresh token each time. */
let responses: { status: number; body?: unknown }[]
let issued: number
let clock: ManualClock
let stored: Map<string, string>
let visited: URL[]

const redirectUri = "https://page.example.com/"

beforeEach(async () => {
  requests = []
  responses = []
  issued = 0
  clock = new ManualClock()
  stored = new Map()
  visited = []
  server = createServer(async (request, response) => {
    requests.push({ path: request.url ?? "", form: Object.fromEntries(new URLSearchParams(await text(request))) })
    const { status, body } = responses.shift() ?? { status: 200, body: tokens() }
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body ?? {}))
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function tokens(change: Record<string, unknown> = {}) {
  issued += 1
  const claims = Buffer.from(JSON.stringify({ sub: "u-alice", email: "alïce@example.com" })).toString("base64url")
  const names = { access_token: `a${issued}.${claims}.s`, id_token: `i.${claims}.s`, refresh_token: `r${issued}` }
  return { ...names, expires_in: 3600, token_type: "Bearer", ...change }
}

/** A session of a tab, as after a reload of the page when it is called again. */
function openTab(): Session {
  return new Session({
    url,
    clientId: "client",
    redirectUri,
    storage: {
      getItem: (name) => stored.get(name) ?? null,
      setItem: (name, value) => void stored.set(name, value),
      removeItem: (name) => void stored.delete(name),
    },
    storageName: "page",
    navigate: (address) => visited.push(new URL(address)),
    clock,
  })
}

/** What the user pool returns to after the sign-in that was started last. */
function returned(change: Record<string, string> = {}): string {
  const state = visited.at(-1)?.searchParams.get("state") ?? ""
  return `${redirectUri}?${new URLSearchParams({ code: "c1", state, ...change })}`
}

async function signedIn(): Promise<Session> {
  await openTab().signIn("/d/7")
  const session = openTab()
  await session.start(returned())
  requests = []
  return session
}

const alice = { status: "signed-in", user: { id: "u-alice", name: "alïce@example.com" } }

describe("sign-in", () => {
  test("asks for a code with PKCE, exchanges it, and returns to the path where it started", async () => {
    const first = openTab()
    expect(await first.start(redirectUri)).toBe(undefined)
    await first.signIn("/d/7")
    const [authorize] = visited
    expect(authorize?.pathname).toBe("/oauth2/authorize")
    const { code_challenge, state, ...query } = Object.fromEntries(authorize?.searchParams ?? [])
    expect(query).toEqual({
      response_type: "code",
      client_id: "client",
      redirect_uri: redirectUri,
      scope: "openid email",
      code_challenge_method: "S256",
    })
    expect(state).toMatch(/^[\w-]{43}$/)

    const second = openTab()
    expect(await second.start(returned())).toBe("/d/7")
    expect(second.state.getSnapshot()).toEqual(alice)
    const { code_verifier = "", ...form } = requests[0]?.form ?? {}
    expect(form).toEqual({
      grant_type: "authorization_code",
      client_id: "client",
      redirect_uri: redirectUri,
      code: "c1",
    })
    expect(createHash("sha256").update(code_verifier).digest("base64url")).toBe(code_challenge)
    expect(await second.accessToken()).toMatch(/^a1\./)
  })

  test("that this tab did not start is rejected: a stranger's code would sign it in as the stranger (CSRF)", async () => {
    const session = openTab()
    expect(await session.start(returned({ state: "stranger" }))).toBe("/")
    expect(session.state.getSnapshot()).toMatchObject({
      status: "signed-out",
      problem: expect.stringContaining("not started"),
    })
    expect(requests).toEqual([])
  })

  test("with another state than that of the sign-in in progress is rejected, and the sign-in is over", async () => {
    await openTab().signIn()
    const rightReturn = returned()
    await openTab().start(returned({ state: "guess" }))
    await openTab().start(rightReturn)
    expect(requests).toEqual([])
  })

  test("that is returned to twice is completed once", async () => {
    await openTab().signIn()
    await openTab().start(returned())
    requests = []
    const again = openTab()
    expect(await again.start(returned())).toBe("/")
    expect(requests.map(({ form }) => form.grant_type)).toEqual(["refresh_token"])
    expect(again.state.getSnapshot()).toEqual(alice)
  })

  test.each([
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "",
  ])("returns to the start page instead of %j, which is not a path of this page", async (returnTo) => {
    await openTab().signIn(returnTo)
    expect(await openTab().start(returned())).toBe("/")
  })

  test("that the user cancels, or whose code is rejected, leaves the user signed out and reports why", async () => {
    await openTab().signIn()
    const cancelled = openTab()
    await cancelled.start(
      `${redirectUri}?${new URLSearchParams({ error: "access_denied", state: visited[0]?.searchParams.get("state") ?? "" })}`,
    )
    expect(cancelled.state.getSnapshot()).toMatchObject({
      status: "signed-out",
      problem: "The sign-in was not completed. Try again.",
    })
    await openTab().signIn()
    responses = [{ status: 400, body: { error: "invalid_grant" } }]
    const rejected = openTab()
    await rejected.start(returned())
    expect(rejected.state.getSnapshot()).toMatchObject({
      status: "signed-out",
      problem: "The sign-in was rejected. Try again.",
    })
  })
})

describe("the session", () => {
  test("continues after a reload, by the refresh token that is stored; the access token is not stored", async () => {
    await signedIn()
    expect([...stored]).toEqual([["page/refresh-token", "r1"]])
    const reloaded = openTab()
    await reloaded.start(redirectUri)
    expect(reloaded.state.getSnapshot()).toEqual(alice)
    expect(requests).toMatchObject([
      { form: { grant_type: "refresh_token", refresh_token: "r1", client_id: "client" } },
    ])
    expect(stored.get("page/refresh-token")).toBe("r2")
  })

  test.each([
    [{ email: "a@b.example", "cognito:username": "ann", username: "name" }, "a@b.example"],
    [{ "cognito:username": "ann", username: "name" }, "ann"],
    [{ username: "name" }, "name"],
    [{}, "u-1"],
  ])("of a token with %j shows the name %s", async (claims, name) => {
    await openTab().signIn()
    const payload = Buffer.from(JSON.stringify({ sub: "u-1", ...claims })).toString("base64url")
    responses.push({ status: 200, body: tokens({ id_token: `i.${payload}.s` }) })
    const session = openTab()
    await session.start(returned())
    expect(session.state.getSnapshot()).toEqual({ status: "signed-in", user: { id: "u-1", name } })
  })

  test("without an ID token shows the name of the access token", async () => {
    await openTab().signIn()
    const payload = Buffer.from(JSON.stringify({ sub: "u-1", username: "name" })).toString("base64url")
    responses.push({ status: 200, body: tokens({ access_token: `a.${payload}.s`, id_token: undefined }) })
    const session = openTab()
    await session.start(returned())
    expect(session.state.getSnapshot()).toEqual({ status: "signed-in", user: { id: "u-1", name: "name" } })
  })

  test("is renewed a minute before the token expires, once for all requests", async () => {
    const session = await signedIn()
    clock.advance(3_539_000)
    expect(await session.accessToken()).toMatch(/^a1\./)
    clock.advance(1_000)
    const renewed = await Promise.all([session.accessToken(), session.accessToken(), session.accessToken()])
    expect(new Set(renewed).size).toBe(1)
    expect(requests).toHaveLength(1)
  })

  test("is renewed when a token was rejected, and not again for the one that replaced it", async () => {
    const session = await signedIn()
    const rejected = await session.accessToken()
    const renewed = await session.accessToken(rejected)
    expect(renewed).not.toBe(rejected)
    expect(await session.accessToken(rejected)).toBe(renewed)
    expect(requests).toHaveLength(1)
  })

  test("keeps the refresh token of a pool that does not rotate it", async () => {
    const session = await signedIn()
    responses = [{ status: 200, body: tokens({ refresh_token: undefined }) }]
    await session.accessToken(await session.accessToken())
    expect(stored.get("page/refresh-token")).toBe("r1")
  })

  test("has ended when the pool rejects the refresh token, which is then forgotten", async () => {
    const session = await signedIn()
    const states: string[] = []
    session.state.subscribe(() => states.push(session.state.getSnapshot().status))
    responses = [{ status: 400, body: { error: "invalid_grant" } }]
    await expect(session.accessToken(await session.accessToken())).rejects.toMatchObject({ reason: "signed-out" })
    expect(states).toEqual(["ended"])
    expect(stored.size).toBe(0)
    await expect(session.accessToken()).rejects.toMatchObject({ reason: "signed-out" })
    expect(requests).toHaveLength(1)
  })

  test("goes on when the pool fails or throttles: the next request tries again", async () => {
    const session = await signedIn()
    const token = await session.accessToken()
    responses = [{ status: 500 }, { status: 429 }]
    await expect(session.accessToken(token)).rejects.toMatchObject({ reason: "failed", isRetryable: true })
    await expect(session.accessToken(token)).rejects.toMatchObject({ reason: "failed" })
    expect(session.state.getSnapshot()).toEqual(alice)
    expect(await session.accessToken(token)).not.toBe(token)
  })

  test("ends with sign-out: here, at the token endpoint, and on the hosted pages", async () => {
    const session = await signedIn()
    await session.signOut()
    expect(requests).toEqual([{ path: "/oauth2/revoke", form: { token: "r1", client_id: "client" } }])
    const { pathname, searchParams } = visited.at(-1) ?? expect.unreachable()
    expect(pathname).toBe("/logout")
    expect(Object.fromEntries(searchParams)).toEqual({ client_id: "client", logout_uri: redirectUri })
    expect(stored.size).toBe(0)
    await expect(session.accessToken()).rejects.toMatchObject({ reason: "signed-out" })
  })

  test("ends a session that is being renewed", async () => {
    const session = await signedIn()
    const renewal = session.accessToken(await session.accessToken())
    await Promise.all([renewal, session.signOut()])
    expect(requests.at(-1)).toEqual({ path: "/oauth2/revoke", form: { token: "r2", client_id: "client" } })
    expect(stored.size).toBe(0)
    expect(session.state.getSnapshot()).toEqual({ status: "signed-out" })
  })
})
