import { expect, test } from "vitest"
import { withoutSecrets } from "./without-secrets.ts"

test("what a handshake was authorized with is hidden but for its end, in headers, lists and the query", () => {
  const event = {
    headers: { Authorization: "Bearer abcdef123456", "X-Api-Key": "", Host: "api.example" },
    multiValueHeaders: { Authorization: ["Bearer abcdef123456"] },
    queryStringParameters: { "X-Amz-Signature": "0123456789abcdef", room: "7" },
  }
  expect(JSON.parse(withoutSecrets("CONNECT", JSON.stringify(event)))).toEqual({
    headers: { Authorization: "****123456", "X-Api-Key": "", Host: "api.example" },
    multiValueHeaders: { Authorization: ["****123456"] },
    queryStringParameters: { "X-Amz-Signature": "****abcdef", room: "7" },
  })
})

test("every other event is the very same text", () => {
  const text = '{ "authorization": "mine" }'
  expect(withoutSecrets("MESSAGE", text)).toBe(text)
  expect(withoutSecrets("CONNECT", '{ "headers": {} }')).toBe('{ "headers": {} }')
})
