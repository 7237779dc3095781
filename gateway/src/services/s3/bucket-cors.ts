// A bucket's CORS rules, applied as S3 applies them.
import type { BucketCorsRule } from "../../definition/storage.ts"

export type CorsRequest = {
  origin: string
  /** The request's own method, or what a preflight asks for. */
  method: string
  /** Lower case; what a preflight asks for. */
  headers: string[]
}

/**
 * Headers for the answer, of the first rule that allows the request.
 * @returns undefined when no rule does: S3 answers a preflight with 403 then, and any other request without CORS headers.
 */
export function corsHeaders(rules: BucketCorsRule[], request: CorsRequest): Record<string, string> | undefined {
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
