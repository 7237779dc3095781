// Requests and responses of the local user pools: hosts, origins, cookies, forms, JSON and pages.
import type { IncomingMessage, ServerResponse } from "node:http"
import { splitTarget } from "../../foundation/request-target.ts"
import { foreignOrigin } from "../front/foreign-request.ts"
import type { SignInWorld } from "./sign-in-world.ts"

/** More than any form of a client has. */
const MAX_BODY_BYTES = 64 * 1024

const localNames = ["localhost", "127.0.0.1", "[::1]"]

/**
 * Rejects a request under a foreign Host header (DNS rebinding), and a call from a page that is neither of this machine
 * nor of a registered callback URL. Responds to preflights of the others.
 * @returns whether the request was answered
 */
export function rejectForeignRequest(world: SignInWorld, request: IncomingMessage, response: ServerResponse): boolean {
  const hosts = world.pools().flatMap(({ host, domains }) => [host, ...domains])
  if (!isLocalHost(request) && !isServedHost(request, hosts)) {
    sendText(response, 403, "The Host header is neither a name of this machine nor a host of the user pool.\n")
    return true
  }
  const { origin } = request.headers
  if (origin === undefined) return false
  if (foreignOrigin(request.headers) !== undefined && !isRegisteredOrigin(world, origin)) {
    sendText(response, 403, "Only pages of this machine and of the registered callback URLs may call the user pool.\n")
    return true
  }
  response.setHeader("access-control-allow-origin", origin)
  response.setHeader("vary", "Origin")
  if (request.method !== "OPTIONS") return false
  response
    .writeHead(204, {
      "access-control-allow-methods": "GET, POST",
      // The user pools API names its operation in a header, and clients add headers with their version.
      "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "",
      "access-control-max-age": "600",
    })
    .end()
  return true
}

/** Whether the Host header is one of these names of AWS, which functions send. */
export function isServedHost({ headers: { host = "" } }: IncomingMessage, hosts: readonly string[]): boolean {
  return hosts.includes(host.toLowerCase().replace(/:\d+$/, ""))
}

function isLocalHost({ headers: { host = "" }, socket }: IncomingMessage): boolean {
  return localNames.some((name) => host.toLowerCase() === `${name}:${socket.localPort}`)
}

function isRegisteredOrigin({ pools }: SignInWorld, origin: string): boolean {
  const urls = pools().flatMap((pool) => pool.clients.flatMap(({ callbackUrls }) => callbackUrls))
  return urls.some((url) => URL.canParse(url) && new URL(url).origin === origin)
}

/** The origin under which a browser has opened this server. */
export function originOf({ headers: { host = "" } }: IncomingMessage): string {
  return `http://${host}`
}

export function queryOf({ url = "/" }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(splitTarget(url).query)
}

/** @returns undefined for a body of another type, or one that is too large */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (!request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    request.resume()
    return undefined
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // The rest is still read, or the client would not read the response.
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return bytes <= MAX_BODY_BYTES ? new URLSearchParams(Buffer.concat(chunks).toString("utf8")) : undefined
}

export function readCookie({ headers: { cookie = "" } }: IncomingMessage, name: string): string | undefined {
  for (const pair of cookie.split(/;\s*/)) if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1)
  return undefined
}

/** Cookies of a host are shared by all its ports, so a name has the port. */
export function cookieName({ socket }: IncomingMessage, purpose: "session" | "csrf"): string {
  return `cognito-${purpose}-${socket.localPort}`
}

export function addCookie(response: ServerResponse, cookie: string): void {
  response.appendHeader("set-cookie", `${cookie}; Path=/; HttpOnly; SameSite=Lax`)
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { "content-type": "application/json;charset=UTF-8", "cache-control": "no-store" })
    .end(JSON.stringify(body))
}

export function sendRedirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location, "cache-control": "no-store" }).end()
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text)
}

/** @param formTarget origin to which the form's response redirects: browsers check `form-action` for redirects too */
export function sendPage(response: ServerResponse, status: number, page: string, formTarget = ""): void {
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${formTarget}; frame-ancestors 'none'; base-uri 'none'`,
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      // Without a referrer, a browser would send the form with the origin `null`.
      "referrer-policy": "same-origin",
    })
    .end(page)
}
