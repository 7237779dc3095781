import { expect, test } from "vitest"
import type { HttpCors } from "../definition/api.ts"
import { corsHeaders, preflightHeaders } from "./cors.ts"

const cors: HttpCors = {
  allowOrigins: ["https://page.example", "http://*"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["content-type"],
  exposeHeaders: ["x-total"],
  allowCredentials: true,
  maxAgeSeconds: 600,
}

test("an allowed origin is named back, and caches are told that the answer depends on it", () => {
  expect(corsHeaders(cors, "https://page.example")).toEqual({
    "access-control-allow-origin": "https://page.example",
    vary: "Origin",
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "x-total",
  })
})

test("http://* allows every http origin and no https one", () => {
  expect(corsHeaders(cors, "http://localhost:4000")).toMatchObject({
    "access-control-allow-origin": "http://localhost:4000",
  })
  expect(corsHeaders(cors, "https://elsewhere.example")).toEqual({})
})

test("* is answered with *; no origin, no headers", () => {
  expect(corsHeaders({ ...cors, allowOrigins: ["*"], allowCredentials: false, exposeHeaders: [] }, "null")).toEqual({
    "access-control-allow-origin": "*",
  })
  expect(corsHeaders(cors, undefined)).toEqual({})
})

test("a preflight is told methods, headers and for how long, but only from an allowed origin", () => {
  expect(preflightHeaders(cors, "https://page.example")).toMatchObject({
    "access-control-allow-methods": "GET,POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "600",
  })
  expect(preflightHeaders(cors, "https://elsewhere.example")).toEqual({})
})
