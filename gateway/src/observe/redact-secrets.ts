// Redacts the credentials of a request in the event that its function received, before the event is shown.
import type { EventType } from "../definition/record.ts"

const confidential = /^(authorization|x-api-key|x-amz-(credential|security-token|signature))$/i
const mayContainSecrets = /"(authorization|x-api-key|x-amz-(credential|security-token|signature))"/i

/**
 * Only handshakes and HTTP requests have headers and a query string; other events are returned unchanged.
 * AWS: authorization parameters are redacted except for their last six characters (permissions-redacted)
 *
 * @param event JSON text
 */
export function redactSecrets(eventType: EventType, event: string): string {
  if ((eventType !== "CONNECT" && eventType !== "HTTP") || !mayContainSecrets.test(event)) return event
  return JSON.stringify(JSON.parse(event), (name, value: unknown) => {
    if (!confidential.test(name) || value === "") return value
    return Array.isArray(value) ? value.map(redact) : redact(value)
  })
}

function redact(value: unknown): string {
  return `****${String(value).slice(-6)}`
}
