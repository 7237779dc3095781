// Rejects requests of web pages other than the console's: only the console may change something.
import { createHash, timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { isLocalHost } from "../local-host.ts"

/** @returns what is wrong, as a sentence for the caller; undefined when the request is the console's */
export function foreignConsoleRequest(request: IncomingMessage, token: string): string | undefined {
  const { headers } = request
  // Not under the site's name on AWS, under which functions may request pages.
  if (!isLocalHost(request)) return "The Host header is not a name of this machine."
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
    return "The request comes from another web page. Only the console may send it."
  }
  const site = headers["sec-fetch-site"]
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return "The request comes from another web page. Only the console may send it."
  }
  // A form can send other types without a preflight request.
  if (!headers["content-type"]?.startsWith("application/json")) return "Send the content type application/json."
  if (!isEqual(String(headers["x-console-token"]), token)) {
    return "The header X-Console-Token does not have the token of this run. Reload the console."
  }
  return undefined
}

function isEqual(given: string, expected: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest()
  return timingSafeEqual(hash(given), hash(expected))
}
