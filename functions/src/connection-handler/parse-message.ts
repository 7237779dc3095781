// Parses a message's text as JSON, for the routes to validate.

/** Undefined for anything that is not JSON; the routes' schemas then reject it like any other invalid message. */
export function parseMessage(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? "")
  } catch {
    return undefined
  }
}
