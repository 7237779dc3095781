import { expect, test } from "vitest"
import { redactSecrets } from "./redact-secrets.ts"

const event = {
  headers: { Authorization: "Bearer abcdef123456", "X-Api-Key": "", Host: "api.example" },
  multiValueHeaders: { Authorization: ["Bearer abcdef123456"] },
  queryStringParameters: { "X-Amz-Signature": "0123456789abcdef", room: "7" },
}
const redacted = {
  headers: { Authorization: "****123456", "X-Api-Key": "", Host: "api.example" },
  multiValueHeaders: { Authorization: ["****123456"] },
  queryStringParameters: { "X-Amz-Signature": "****abcdef", room: "7" },
}

test.each(["CONNECT", "HTTP"] as const)(
  "credentials of a %s event keep only their last six characters",
  (eventType) => {
    expect(JSON.parse(redactSecrets(eventType, JSON.stringify(event)))).toEqual(redacted)
  },
)

test("other events are returned unchanged", () => {
  const text = '{ "authorization": "mine" }'
  expect(redactSecrets("MESSAGE", text)).toBe(text)
  expect(redactSecrets("CONNECT", '{ "headers": {} }')).toBe('{ "headers": {} }')
})
