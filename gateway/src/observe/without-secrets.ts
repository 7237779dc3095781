// An event for a function as it may be shown: without what its request was authorized with.

const confidential = /^(authorization|x-api-key|x-amz-(credential|security-token|signature))$/i
const mayHaveAny = /"(authorization|x-api-key|x-amz-(credential|security-token|signature))"/i

/**
 * Only a handshake has headers and a query: every other event is as it was.
 * AWS: such parameters are redacted; the form is that of the captured headers. [doc: set-up-logging; obs, section 10.3]
 *
 * @param event JSON text
 */
export function withoutSecrets(eventType: string, event: string): string {
  if (eventType !== "CONNECT" || !mayHaveAny.test(event)) return event
  return JSON.stringify(JSON.parse(event), (name, value: unknown) => {
    if (!confidential.test(name) || value === "") return value
    return Array.isArray(value) ? value.map(hide) : hide(value)
  })
}

function hide(value: unknown): string {
  return `****${String(value).slice(-6)}`
}
