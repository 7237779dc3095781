// Redacts the credentials of a request in the event that its function received, before the event is shown.
import type { EventType } from "../definition/record.ts"
import { parseJson } from "../foundation/parse-json.ts"

const confidential = /^(authorization|x-api-key|x-amz-(credential|security-token|signature))$/i
const unreadable = "[a text that may contain credentials]"
const mayContainSecrets = /"(authorization|x-api-key|x-amz-(credential|security-token|signature))"/i

/**
 * Only handshakes and HTTP requests have headers and a query string; other events are returned unchanged.
 * AWS: authorization parameters are redacted except for their last six characters (permissions-redacted)
 *
 * @param event JSON text, or the text that a mapping template made of a request
 */
export function redactSecrets(eventType: EventType, event: string): string {
  if ((eventType !== "CONNECT" && eventType !== "HTTP") || !mayContainSecrets.test(event)) return event
  const parsed = parseJson(event)
  if (parsed === undefined) return unreadable
  try {
    return JSON.stringify(parsed, redactValue)
  } catch {
    // It is nested too deeply to be serialized.
    return unreadable
  }
}

function redactValue(name: string, value: unknown): unknown {
  if (!confidential.test(name) || value === "") return value
  return Array.isArray(value) ? value.map(redact) : redact(value)
}

function redact(value: unknown): string {
  return `****${String(value).slice(-6)}`
}
