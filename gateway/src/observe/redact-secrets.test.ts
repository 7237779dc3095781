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

test.each(["authorization", "X-API-KEY", "x-amz-credential", "X-Amz-Security-Token", "x-amz-signature"])(
  "the value of %s is redacted",
  (name) => {
    expect(redactSecrets("CONNECT", JSON.stringify({ [name]: "0123456789" }))).toBe(`{"${name}":"****456789"}`)
  },
)

test("the values of other keys are kept, and an event without credentials is returned byte for byte", () => {
  const text = '{ "x-authorization": "mine" }'
  expect(redactSecrets("HTTP", text)).toBe(text)
  expect(redactSecrets("HTTP", '{"authorization":"0123456789","a":"0123456789"}')).toBe(
    '{"authorization":"****456789","a":"0123456789"}',
  )
  expect(redactSecrets("DISCONNECT", '{"authorization":"0123456789"}')).toBe('{"authorization":"0123456789"}')
})

test("a text that is not JSON is withheld when it may contain credentials, and shown otherwise", () => {
  expect(redactSecrets("CONNECT", 'token "authorization": secret')).toBe("[a text that may contain credentials]")
  expect(redactSecrets("CONNECT", "Action=SendMessage")).toBe("Action=SendMessage")
})

test("an event that is nested too deeply to be redacted is not shown", () => {
  const depth = 50_000
  const event = `${"[".repeat(depth)}{"authorization":"0123456789"}${"]".repeat(depth)}`
  expect(redactSecrets("HTTP", event)).toBe("[a text that may contain credentials]")
})
