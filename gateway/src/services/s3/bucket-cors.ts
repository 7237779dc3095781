// Applies the CORS rules of a bucket as S3 does.
import type { BucketCorsRule } from "../../definition/storage.ts"

export type CorsRequest = {
  origin: string
  /** The method of the request, or the requested method of a preflight. */
  method: string
  /** The requested headers of a preflight, in lower case. */
  headers: string[]
}

/**
 * The response headers of the first rule that allows the request.
 * @returns undefined when no rule does: the response to a preflight is 403 then, and others have no CORS headers
 */
export function corsHeaders(
  rules: readonly BucketCorsRule[],
  request: CorsRequest,
): Record<string, string> | undefined {
  const rule = rules.find((candidate) => allows(candidate, request))
  if (!rule) return undefined
  // AWS: a rule for every origin responds with "*" and without credentials, another one with the origin (s3-cors)
  const everyone = rule.allowedOrigins.includes("*")
  const headers: Record<string, string> = {
    "access-control-allow-origin": everyone ? "*" : request.origin,
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  }
  if (!everyone) headers["access-control-allow-credentials"] = "true"
  if (request.headers.length > 0) headers["access-control-allow-headers"] = request.headers.join(", ")
  if (rule.exposedHeaders.length > 0) headers["access-control-expose-headers"] = rule.exposedHeaders.join(", ")
  if (rule.maxAgeSeconds !== undefined) headers["access-control-max-age"] = String(rule.maxAgeSeconds)
  return headers
}

function allows(rule: BucketCorsRule, { origin, method, headers }: CorsRequest): boolean {
  const allowed = rule.allowedHeaders.map((pattern) => pattern.toLowerCase())
  return (
    rule.allowedMethods.includes(method) &&
    rule.allowedOrigins.some((pattern) => matches(pattern, origin)) &&
    headers.every((header) => allowed.some((pattern) => matches(pattern, header)))
  )
}

// AWS: a pattern contains at most one "*", which matches any text (s3-cors-pattern)
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*")
  if (star === -1) return pattern === text
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end)
}
