// Applies the CORS configuration of an HTTP API or a function URL.
import type { HttpCors } from "../../definition/api.ts"
import type { HeaderLists, HttpRequest, HttpResponse } from "./request.ts"

/** Adds the CORS headers for `origin`. AWS: those of the integration are ignored (http-cors-integration) */
export function addCorsHeaders(headers: HeaderLists, cors: HttpCors, origin: string | undefined): void {
  for (const name in headers) if (name.startsWith("access-control-")) delete headers[name]
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin)
  if (allowed === undefined) return
  headers["access-control-allow-origin"] = [allowed]
  if (allowed !== "*") headers.vary = [...(headers.vary ?? []), "Origin"]
  if (cors.allowCredentials) headers["access-control-allow-credentials"] = ["true"]
  if (cors.exposeHeaders.length > 0) headers["access-control-expose-headers"] = [cors.exposeHeaders.join(",")]
}

export function isPreflight({ method, headers }: HttpRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined
}

export function preflightResponse(cors: HttpCors, origin: string | undefined): HttpResponse {
  const headers: HeaderLists = Object.create(null)
  addCorsHeaders(headers, cors, origin)
  if (headers["access-control-allow-origin"]) {
    headers["access-control-allow-methods"] = [cors.allowMethods.join(",")]
    if (cors.allowHeaders.length > 0) headers["access-control-allow-headers"] = [cors.allowHeaders.join(",")]
    if (cors.maxAgeSeconds !== undefined) headers["access-control-max-age"] = [String(cors.maxAgeSeconds)]
  }
  return { status: 204, headers, body: Buffer.alloc(0) }
}

/** AWS: an allowed origin is `*`, `http://*`, `https://*` or an exact one (http-cors) */
function allowedOrigin(cors: HttpCors, origin: string): string | undefined {
  if (cors.allowOrigins.includes("*")) return "*"
  const isAllowed = cors.allowOrigins.some(
    (allowed) => allowed === origin || (/^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1))),
  )
  return isAllowed ? origin : undefined
}
