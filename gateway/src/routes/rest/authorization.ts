// What the authorization of a request to a REST API decides.
import { configurationErrorLog } from "../failure.ts"
import type { RestFailure } from "./gateway-responses.ts"

export type RestAuthorization =
  /** `authorizer`: its part of the event. `usageIdentifierKey`: the API key that it names. */
  { allowed: true; authorizer?: Record<string, unknown>; usageIdentifierKey?: string } | RestRejection

export type RestRejection = { allowed: false; failure: RestFailure }

/** `message`: of the response, where it is not the usual one. */
export function unauthorized(log: string, message = "Unauthorized"): RestRejection {
  return { allowed: false, failure: { type: "UNAUTHORIZED", message, blame: "client", log } }
}

export function accessDenied(message: string): RestRejection {
  return { allowed: false, failure: { type: "ACCESS_DENIED", message, blame: "client" } }
}

/** AWS: an authorizer that fails is a 500 whose message is null (rest-authorizer-failure) */
export function authorizerFailure(...cause: string[]): RestRejection {
  const log = [...cause, "Authorizer error"].map(configurationErrorLog)
  return {
    allowed: false,
    failure: { type: "AUTHORIZER_CONFIGURATION_ERROR", message: null, blame: "execution", log },
  }
}
