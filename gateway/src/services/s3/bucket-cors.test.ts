// CORS rules of buckets: which rule applies, and the headers of the response.
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

test("an allowed preflight gets the methods and exposed headers of the rule, and its own headers", () => {
  const rules = [{ ...rule, allowedMethods: ["GET", "PUT"], allowedHeaders: ["X-*"], exposedHeaders: ["ETag", "Date"] }]
  const request = { origin: "https://a.example", method: "PUT", headers: ["x-one", "x-two"] }
  expect(corsHeaders(rules, request)).toEqual({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, PUT",
    "access-control-allow-headers": "x-one, x-two",
    "access-control-expose-headers": "ETag, Date",
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  })
  expect(corsHeaders(rules, { ...request, headers: ["x-one", "other"] })).toBe(undefined)
})

test("a rule for some origins allows credentials", () => {
  expect(headersFor("https://*", "https://a.example")).toEqual({
    "access-control-allow-origin": "https://a.example",
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET",
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  })
})
