// The tokens of a user pool: requests to its token endpoint, and the claims that the page shows.
import * as v from "valibot"
import { DocumentError } from "../document-error.ts"

const responseSchema = v.object({
  access_token: v.string(),
  id_token: v.optional(v.string()),
  /** Absent when the pool does not rotate refresh tokens. */
  refresh_token: v.optional(v.string()),
  expires_in: v.number(),
})
export type TokenResponse = v.InferOutput<typeof responseSchema>

const claimsSchema = v.object({
  sub: v.string(),
  email: v.optional(v.string()),
  username: v.optional(v.string()),
  "cognito:username": v.optional(v.string()),
})

export type User = {
  /** The `sub` of the tokens, which never changes. */
  id: string
  /** For people: the e-mail address, or the name in the user pool. */
  name: string
}

/** @throws DocumentError `signed-out` when the pool rejects the code or the refresh token; another when it cannot be asked. */
export async function requestTokens(url: string, form: Record<string, string>): Promise<TokenResponse> {
  const body = new URLSearchParams(form)
  const response = await fetch(`${url}/oauth2/token`, { method: "POST", body }).catch((error) => {
    const message = "The sign-in server could not be reached. Check the network and try again."
    throw new DocumentError("unreachable", message, error)
  })
  // The errors of RFC 6749, such as invalid_grant. Throttling is not one of them.
  if (response.status === 400 || response.status === 401) throw sessionEnded()
  const tokens = v.safeParse(responseSchema, await response.json().catch(() => undefined))
  if (response.ok && tokens.success) return tokens.output
  throw new DocumentError("failed", `The sign-in server failed (status ${response.status}). Try again in a moment.`)
}

export function sessionEnded(): DocumentError {
  return new DocumentError("signed-out", "Your session has ended. Sign in again.")
}

/**
 * The user that tokens were issued to, to show it: nothing is decided by it here. The token comes from the pool over
 * HTTPS, so its signature is not verified; the APIs verify theirs.
 */
export function userOf({ access_token, id_token }: TokenResponse): User {
  const { sub, email, username, "cognito:username": cognitoName } = claimsOf(id_token ?? access_token)
  return { id: sub, name: email ?? cognitoName ?? username ?? sub }
}

function claimsOf(token: string) {
  const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0))
  return v.parse(claimsSchema, JSON.parse(new TextDecoder().decode(bytes)))
}
