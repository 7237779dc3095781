// CORS headers of an HTTP API with a `CorsConfiguration`.
import type { HttpCors } from "../definition/api.ts"

export type CorsHeaders = Record<string, string>

/** What every response to `origin` carries; nothing for an origin that is not allowed. */
export function corsHeaders(cors: HttpCors, origin: string | undefined): CorsHeaders {
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin)
  if (allowed === undefined) return {}
  return {
    "access-control-allow-origin": allowed,
    ...(allowed !== "*" && { vary: "Origin" }),
    ...(cors.allowCredentials && { "access-control-allow-credentials": "true" }),
    ...(cors.exposeHeaders.length > 0 && { "access-control-expose-headers": cors.exposeHeaders.join(",") }),
  }
}

/** What a preflight is answered with. */
export function preflightHeaders(cors: HttpCors, origin: string | undefined): CorsHeaders {
  const headers = corsHeaders(cors, origin)
  if (!("access-control-allow-origin" in headers)) return {}
  return {
    ...headers,
    "access-control-allow-methods": cors.allowMethods.join(","),
    ...(cors.allowHeaders.length > 0 && { "access-control-allow-headers": cors.allowHeaders.join(",") }),
    ...(cors.maxAgeSeconds !== undefined && { "access-control-max-age": String(cors.maxAgeSeconds) }),
  }
}

/** AWS: an allowed origin is `*`, `http://*`, `https://*` or an exact one (http-cors) */
function allowedOrigin(cors: HttpCors, origin: string): string | undefined {
  if (cors.allowOrigins.includes("*")) return "*"
  const isAllowed = cors.allowOrigins.some(
    (allowed) => allowed === origin || (/^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1))),
  )
  return isAllowed ? origin : undefined
}
