// A message's text as JSON, for the routes to check.

/** Undefined for anything that is not JSON; the routes' schemas then refuse it like any other wrong shape. */
export function parseMessage(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? "")
  } catch {
    return undefined
  }
}
