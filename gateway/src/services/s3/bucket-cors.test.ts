// CORS rules of buckets: which rule applies, and which headers it gives.
import { expect, test } from "vitest"
import { corsHeaders } from "./bucket-cors.ts"

const rule = { allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [], exposedHeaders: [] }

const headersFor = (allowedOrigin: string, origin: string) =>
  corsHeaders([{ ...rule, allowedOrigins: [allowedOrigin] }], { origin, method: "GET", headers: [] })

test("responds with * and without credentials for a rule that allows every origin", () => {
  const headers = headersFor("*", "https://a.example")
  expect(headers?.["access-control-allow-origin"]).toBe("*")
  expect(headers).not.toHaveProperty("access-control-allow-credentials")
})

test.each([
  ["https://*.example", "https://a.example", true],
  ["https://*.example", "https://.example", true],
  ["https://*.example", "http://a.example", false],
  ["https://*.example", "https://example", false],
  ["https://a.*", "https://a.b.c", true],
  ["https://a.example", "https://a.example", true],
  ["https://a.example", "https://aXexample", false],
])("the origin pattern %s for %s: %s", (pattern, origin, isAllowed) => {
  expect(headersFor(pattern, origin)?.["access-control-allow-origin"]).toBe(isAllowed ? origin : undefined)
})

test("applies the first rule that allows the request", () => {
  const rules = [
    { ...rule, allowedMethods: ["PUT"], maxAgeSeconds: 1 },
    { ...rule, maxAgeSeconds: 2 },
    { ...rule, maxAgeSeconds: 3 },
  ]
  const headers = corsHeaders(rules, { origin: "https://a.example", method: "GET", headers: [] })
  expect(headers?.["access-control-max-age"]).toBe("2")
})
