// The session of a user of the page: sign-in with a code and PKCE, silent renewal, and sign-out.
//
// The access token is kept in memory. The refresh token is kept in the storage that the caller passes. In a page that is
// `sessionStorage`: it survives a reload, which memory does not, and ends with its tab, which `localStorage` does not. A
// script of another origin in the page could read either, so the page's Content-Security-Policy allows none. A refresh
// token works once, so a copy of it ends the session when both are used.
import * as v from "valibot"
import { type Clock, systemClock } from "../clock.ts"
import { DocumentError } from "../document-error.ts"
import type { Store } from "../progress-client.ts"
import { challengeOf, randomText } from "./pkce.ts"
import { requestTokens, sessionEnded, type TokenResponse, type User, userOf } from "./tokens.ts"

/** `ended`: the user was signed in, and the session cannot be renewed any more. */
export type SessionState =
  | { status: "signed-out"; problem?: string }
  | { status: "signed-in"; user: User }
  | { status: "ended" }

/** The subset of `Storage` that is used here. */
export type SessionStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">

export type SessionOptions = {
  /** The hosted pages of the user pool, `https://{host}`. */
  url: string
  clientId: string
  /** Where the user pool returns to: a callback URL and a sign-out URL of the client. */
  redirectUri: string
  storage: SessionStorage
  /** Separates sessions that share a storage. */
  storageName: string
  /** Loads another page in place of this one. */
  navigate: (url: string) => void
  clock?: Clock | undefined
}

const pendingSchema = v.object({ state: v.string(), verifier: v.string(), returnTo: v.string() })

/** A token is renewed this long before it expires, so that a request does not arrive too late. */
const renewBeforeMs = 60_000

export class Session {
  readonly state: Store<SessionState>
  readonly #options: SessionOptions
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  #state: SessionState = { status: "signed-out" }
  #access: { token: string; renewAt: number } | undefined
  #renewal: Promise<string> | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.state = {
      subscribe: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      getSnapshot: () => this.#state,
    }
  }

  /**
   * Completes a sign-in when `address` is where the user pool returned to, or renews the session of this tab.
   *
   * @returns the path to show instead of `address`, which contains the code; undefined when `address` is not a return.
   */
  async start(address: string): Promise<string | undefined> {
    const { searchParams } = new URL(address)
    if (!searchParams.has("state")) {
      await this.#restore()
      return undefined
    }
    const pending = this.#takePending()
    // A return that this tab did not ask for would sign it in as another user (CSRF).
    if (pending?.state !== searchParams.get("state")) {
      await this.#restore()
      if (this.#state.status === "signed-out") this.#reject("The sign-in was not started in this tab. Try again.")
      return "/"
    }
    const code = searchParams.get("code")
    if (code === null) this.#reject("The sign-in was not completed. Try again.")
    else await this.#exchange(code, pending.verifier)
    return isLocalPath(pending.returnTo) ? pending.returnTo : "/"
  }

  /** Leaves the page for the hosted sign-in. @param returnTo the path of this page to show afterwards */
  async signIn(returnTo = "/"): Promise<void> {
    const { url, clientId, redirectUri, storage, navigate } = this.#options
    const pending = { state: randomText(), verifier: randomText(), returnTo }
    storage.setItem(this.#name("pending"), JSON.stringify(pending))
    const query = new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: "openid email",
      state: pending.state,
      code_challenge: await challengeOf(pending.verifier),
      code_challenge_method: "S256",
    })
    navigate(`${url}/oauth2/authorize?${query}`)
  }

  /** Revokes the session of this tab, and leaves the page to end that of the hosted sign-in. */
  async signOut(): Promise<void> {
    const { url, clientId, redirectUri, navigate } = this.#options
    // A renewal that is under way would sign in again, with a refresh token that was not revoked.
    await this.#renewal?.catch(() => {})
    const token = this.#refreshToken()
    this.#forget({ status: "signed-out" })
    if (token !== null) {
      const body = new URLSearchParams({ token, client_id: clientId })
      // Without the network the token is forgotten here, and expires there.
      await fetch(`${url}/oauth2/revoke`, { method: "POST", body }).catch(() => {})
    }
    navigate(`${url}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: redirectUri })}`)
  }

  /**
   * A valid access token, renewed when it expires soon or is the one that was rejected.
   *
   * @throws DocumentError `signed-out` when there is no session any more; another when it could not be renewed now.
   */
  async accessToken(rejected?: string): Promise<string> {
    const access = this.#access
    if (access && access.token !== rejected && this.#clock.now() < access.renewAt) return access.token
    // A refresh token works once, so concurrent requests share one renewal.
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #renew(): Promise<string> {
    const { url, clientId } = this.#options
    const token = this.#refreshToken()
    if (token === null) throw sessionEnded()
    try {
      const form = { grant_type: "refresh_token", client_id: clientId, refresh_token: token }
      return this.#accept(await requestTokens(url, form))
    } catch (error) {
      if (isSignedOut(error)) this.#forget({ status: "ended" })
      throw error
    }
  }

  async #exchange(code: string, verifier: string): Promise<void> {
    const { url, clientId, redirectUri } = this.#options
    const form = { grant_type: "authorization_code", client_id: clientId, redirect_uri: redirectUri }
    try {
      this.#accept(await requestTokens(url, { ...form, code, code_verifier: verifier }))
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error
      this.#reject(isSignedOut(error) ? "The sign-in was rejected. Try again." : error.message)
    }
  }

  async #restore(): Promise<void> {
    if (this.#refreshToken() === null) return
    try {
      await this.accessToken()
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error
      if (!isSignedOut(error)) this.#reject(error.message)
    }
  }

  #accept(tokens: TokenResponse): string {
    const token = tokens.access_token
    const lifetimeMs = tokens.expires_in * 1000
    // A token with a very short life is used for half of it.
    const renewAt = this.#clock.now() + Math.max(lifetimeMs - renewBeforeMs, lifetimeMs / 2)
    this.#access = { token, renewAt }
    if (tokens.refresh_token !== undefined) {
      this.#options.storage.setItem(this.#name("refresh-token"), tokens.refresh_token)
    }
    this.#set({ status: "signed-in", user: userOf(tokens) })
    return token
  }

  #takePending(): v.InferOutput<typeof pendingSchema> | undefined {
    const { storage } = this.#options
    const text = storage.getItem(this.#name("pending"))
    storage.removeItem(this.#name("pending"))
    try {
      // mutants: equivalent, an empty text is not JSON, and "null" is not a sign-in
      const pending = v.safeParse(pendingSchema, JSON.parse(text ?? "null"))
      return pending.success ? pending.output : undefined
    } catch {
      return undefined
    }
  }

  #refreshToken(): string | null {
    return this.#options.storage.getItem(this.#name("refresh-token"))
  }

  #reject(problem: string): void {
    this.#set({ status: "signed-out", problem })
  }

  #forget(state: SessionState): void {
    this.#access = undefined
    this.#options.storage.removeItem(this.#name("refresh-token"))
    this.#set(state)
  }

  #name(part: string): string {
    return `${this.#options.storageName}/${part}`
  }

  #set(state: SessionState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

/** Whether a path stays on this origin: `//host` and `/\host` are addresses of other hosts to a browser. */
function isLocalPath(path: string): boolean {
  return /^\/(?![\\/])/.test(path) && URL.canParse(path, "http://page") && new URL(path, "http://page").host === "page"
}

function isSignedOut(error: unknown): boolean {
  return error instanceof DocumentError && error.reason === "signed-out"
}
