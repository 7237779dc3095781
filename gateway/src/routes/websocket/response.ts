// Reads the response of a Lambda proxy integration, and writes the messages of API Gateway itself.
import type { RouteResponse } from "../integrations/response-mapping.ts"

/** @param payload the function's result as JSON text @returns undefined when it is not a proxy response */
export function readProxyResponse(payload: string): RouteResponse | undefined {
  const result: unknown = JSON.parse(payload)
  // AWS: null is a "Malformed Lambda proxy response" (answer-null)
  if (typeof result !== "object" || result === null || Array.isArray(result)) return undefined
  const { statusCode = 200, headers, multiValueHeaders, body, isBase64Encoded } = result as Record<string, unknown>
  // AWS?: a result without statusCode counts as 200 (answer-without-status)
  const status = typeof statusCode === "string" ? Number(statusCode) : statusCode
  if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 599) return undefined
  if (body !== undefined && body !== null && typeof body !== "string") return undefined
  const text = typeof body === "string" ? body : undefined
  return {
    statusCode: status,
    headers: headers || multiValueHeaders ? firstValues(multiValueHeaders, headers) : noHeaders,
    // AWS: a body in base64 is decoded and sent as text (answer-base64)
    ...(text !== undefined && { body: isBase64Encoded === true ? Buffer.from(text, "base64").toString("utf8") : text }),
  }
}

/** Shared by all responses without headers: nearly all responses to messages. */
const noHeaders: Record<string, string> = Object.freeze(Object.create(null))

/** Names in lower case, as header names are case-insensitive. They come from a function, so the prototype is null. */
function firstValues(...maps: unknown[]): Record<string, string> {
  const flat: Record<string, string> = Object.create(null)
  for (const headers of maps) {
    if (typeof headers !== "object" || headers === null) continue
    for (const [name, value] of Object.entries(headers)) {
      const first = Array.isArray(value) ? value[0] : value
      if (first !== undefined && first !== null) flat[name.toLowerCase()] = String(first)
    }
  }
  return flat
}

/**
 * A message of API Gateway itself, as a text frame or as the body of a rejected handshake.
 * AWS: byte for byte, with a space after the first colon only (no-route-frame, answer-throw)
 */
export function gatewayMessage(message: string, connectionId: string, requestId: string): string {
  return `{"message": ${JSON.stringify(message)}, "connectionId":"${connectionId}", "requestId":"${requestId}"}`
}
