// The pages that a browser visits: /oauth2/authorize, /login and /logout.
import { randomBytes, randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { equalBytes } from "../../foundation/equal-bytes.ts"
import {
  type AuthorizationRequest,
  isRegistered,
  readAuthorizationRequest,
  withParameters,
} from "./authorization-request.ts"
import { addCookie, cookieName, originOf, queryOf, readCookie, readForm, sendPage, sendRedirect } from "./http.ts"
import { errorPage, loginPage } from "./pages.ts"
import type { Session, SignInWorld } from "./sign-in-world.ts"

/** AWS: a code is valid for five minutes (cognito-code) */
const CODE_MS = 5 * 60_000
/** AWS: the session of the hosted sign-in lasts an hour (cognito-session) */
const SESSION_MS = 60 * 60_000

export function authorize(world: SignInWorld, incoming: IncomingMessage, response: ServerResponse): void {
  const query = queryOf(incoming)
  const request = validRequest(world, query, response)
  if (!request) return
  const session = sessionOf(world, incoming, request)
  if (session && request.prompt !== "login") {
    sendCode(world, request, session, response)
    return
  }
  if (request.prompt === "none") {
    const { redirectUri, state } = request
    sendRedirect(response, withParameters(redirectUri, { error: "login_required", state }))
    return
  }
  sendRedirect(response, `/login?${query}`)
}

export function showLogin(world: SignInWorld, incoming: IncomingMessage, response: ServerResponse): void {
  const query = queryOf(incoming)
  const request = validRequest(world, query, response)
  if (!request) return
  const known = readCookie(incoming, cookieName(incoming, "csrf")) ?? ""
  const csrfToken = /^[\w-]{43}$/.test(known) ? known : randomBytes(32).toString("base64url")
  addCookie(response, `${cookieName(incoming, "csrf")}=${csrfToken}`)
  const { clientName } = request.client
  const page = loginPage({ clientName, names: world.names, action: `/login?${query}`, csrfToken })
  sendPage(response, 200, page, formTargetOf(request.redirectUri))
}

export async function logIn(world: SignInWorld, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await readForm(incoming)
  if (!form || !isFromOwnPage(incoming, form)) {
    const explanation = "The form was not sent by the sign-in page of this server. Start again at the application."
    return sendPage(response, 403, errorPage("Sign-in rejected", explanation))
  }
  const request = validRequest(world, queryOf(incoming), response)
  if (!request) return
  const username = form.get("username") ?? ""
  if (!world.names.includes(username)) {
    const explanation = `The user pool has no user ${JSON.stringify(username)}. Add one with --user NAME.`
    return sendPage(response, 400, errorPage("Unknown user", explanation))
  }
  // AWS: a user who is disabled cannot sign in (cognito-disabled)
  if (world.users.find(request.pool, username)?.isDisabled) {
    return sendPage(response, 400, errorPage("User disabled", `An administrator has disabled ${username}.`))
  }
  const authTime = Math.floor(world.clock.now() / 1000)
  const session = { userPoolId: request.pool.userPoolId, username, authTime }
  const sessionId = randomBytes(32).toString("base64url")
  world.sessions.set(sessionId, session, SESSION_MS)
  addCookie(response, `${cookieName(incoming, "session")}=${sessionId}`)
  sendCode(world, request, session, response)
}

export function logOut(world: SignInWorld, incoming: IncomingMessage, response: ServerResponse): void {
  const query = queryOf(incoming)
  const found = world.findClient(query.get("client_id"))
  const logoutUri = query.get("logout_uri")
  if (!found) {
    const explanation = "The client_id is not that of an app client of this template."
    sendPage(response, 400, errorPage("Sign-out rejected", explanation))
    return
  }
  // AWS: a redirect URI instead of a logout URI leads to the sign-in page (cognito-logout)
  if (logoutUri === null && query.has("redirect_uri")) {
    if (!validRequest(world, query, response)) return
    endSession(world, incoming, response)
    sendRedirect(response, `/login?${query}`)
    return
  }
  // AWS: the sign-out URL is compared exactly with the registered ones (cognito-logout)
  if (logoutUri === null || !isRegistered(world, found.client.logoutUrls, logoutUri)) {
    const known = found.client.logoutUrls.map(world.localize).join(", ") || "none"
    const explanation = `The logout_uri is not registered. Sign-out URLs of ${found.client.logicalId}: ${known}.`
    sendPage(response, 400, errorPage("Sign-out rejected", explanation))
    return
  }
  endSession(world, incoming, response)
  sendRedirect(response, withParameters(logoutUri, { state: query.get("state") }))
}

/** Responds to an invalid request. */
function validRequest(
  world: SignInWorld,
  query: URLSearchParams,
  response: ServerResponse,
): AuthorizationRequest | undefined {
  const read = readAuthorizationRequest(world, query)
  if (read.outcome === "valid") return read.request
  if (read.outcome === "redirect") sendRedirect(response, read.location)
  else sendPage(response, 400, errorPage("The application sent an invalid request", read.message))
  return undefined
}

function sendCode(
  { codes, issuerOf }: SignInWorld,
  { pool, client, redirectUri, scopes, state, nonce, codeChallenge }: AuthorizationRequest,
  { username, authTime }: Session,
  response: ServerResponse,
): void {
  const code = randomUUID()
  const grant = { ...issuerOf(pool).grant(client.clientId, username, scopes, nonce ?? undefined), authTime }
  codes.set(code, { grant, redirectUri, ...(codeChallenge !== null && { codeChallenge }) }, CODE_MS)
  // AWS: the state is returned as it was sent (cognito-state)
  sendRedirect(response, withParameters(redirectUri, { code, state }))
}

function sessionOf(world: SignInWorld, incoming: IncomingMessage, { pool }: AuthorizationRequest): Session | undefined {
  const session = world.sessions.get(readCookie(incoming, cookieName(incoming, "session")) ?? "")
  return session?.userPoolId === pool.userPoolId ? session : undefined
}

function endSession(world: SignInWorld, incoming: IncomingMessage, response: ServerResponse): void {
  const name = cookieName(incoming, "session")
  world.sessions.delete(readCookie(incoming, name) ?? "")
  addCookie(response, `${name}=; Max-Age=0`)
}

/** Another page can neither send this origin nor read the cookie (CSRF). */
function isFromOwnPage(incoming: IncomingMessage, form: URLSearchParams): boolean {
  const { origin } = incoming.headers
  if (origin !== undefined && origin !== originOf(incoming)) return false
  const expected = Buffer.from(readCookie(incoming, cookieName(incoming, "csrf")) ?? "")
  const given = Buffer.from(form.get("_csrf") ?? "")
  return expected.length > 0 && equalBytes(expected, given)
}

/** The origin of a web address, or the scheme of an app. */
function formTargetOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri)
  return origin === "null" ? protocol : origin
}
