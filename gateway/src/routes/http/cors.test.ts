import { expect, test } from "vitest"
import type { HttpCors } from "../../definition/api.ts"
import { addCorsHeaders, preflightResponse } from "./cors.ts"
import type { HeaderLists } from "./request.ts"

const cors: HttpCors = {
  allowOrigins: ["https://page.example", "http://*"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["content-type"],
  exposeHeaders: ["x-total"],
  allowCredentials: true,
  maxAgeSeconds: 600,
}

function corsHeaders(configuration: HttpCors, origin: string | undefined, headers: HeaderLists = {}): HeaderLists {
  addCorsHeaders(headers, configuration, origin)
  return headers
}

test("a response to an allowed origin names the origin, and varies by it", () => {
  expect(corsHeaders(cors, "https://page.example")).toEqual({
    "access-control-allow-origin": ["https://page.example"],
    vary: ["Origin"],
    "access-control-allow-credentials": ["true"],
    "access-control-expose-headers": ["x-total"],
  })
})

test("http://* allows every http origin and no https origin", () => {
  expect(corsHeaders(cors, "http://localhost:4000")).toMatchObject({
    "access-control-allow-origin": ["http://localhost:4000"],
  })
  expect(corsHeaders(cors, "https://elsewhere.example")).toEqual({})
})

test("* allows every origin with *, and a request without an origin gets no headers", () => {
  expect(corsHeaders({ ...cors, allowOrigins: ["*"], allowCredentials: false, exposeHeaders: [] }, "null")).toEqual({
    "access-control-allow-origin": ["*"],
  })
  expect(corsHeaders(cors, undefined)).toEqual({})
})

test("the function's own CORS headers are ignored, and its Vary header is kept", () => {
  const own = { "access-control-allow-origin": ["https://evil.example"], vary: ["Accept"] }
  expect(corsHeaders(cors, "https://elsewhere.example", { ...own })).toEqual({ vary: ["Accept"] })
  expect(corsHeaders(cors, "https://page.example", { ...own })).toMatchObject({
    "access-control-allow-origin": ["https://page.example"],
    vary: ["Accept", "Origin"],
  })
})

test("the response to a preflight from an allowed origin has methods, headers and maximum age", () => {
  expect(preflightResponse(cors, "https://page.example")).toMatchObject({
    status: 204,
    headers: {
      "access-control-allow-methods": ["GET,POST"],
      "access-control-allow-headers": ["content-type"],
      "access-control-max-age": ["600"],
    },
  })
  expect(preflightResponse(cors, "https://elsewhere.example").headers).toEqual({})
})

test("a preflight response has only the headers that are configured, and no body", () => {
  const { maxAgeSeconds: _, ...others } = cors
  const configuration = { ...others, allowHeaders: [], exposeHeaders: [], allowCredentials: false }
  const { headers, body } = preflightResponse(configuration, "https://page.example")
  expect({ ...headers }).toEqual({
    "access-control-allow-origin": ["https://page.example"],
    "access-control-allow-methods": ["GET,POST"],
    vary: ["Origin"],
  })
  expect(body).toHaveLength(0)
  const lists = { ...cors, allowMethods: ["GET"], allowHeaders: ["x-a", "x-b"], exposeHeaders: ["x-c", "x-d"] }
  expect(preflightResponse(lists, "https://page.example").headers).toMatchObject({
    "access-control-allow-headers": ["x-a,x-b"],
    "access-control-expose-headers": ["x-c,x-d"],
  })
})

test("an origin that only contains an allowed one is not allowed", () => {
  for (const origin of ["https://page.example.evil", "xhttp://a", "http:/a"]) {
    expect(corsHeaders(cors, origin)).toEqual({})
  }
  expect(corsHeaders({ ...cors, allowOrigins: ["https://page.*"] }, "https://page.example")).toEqual({})
})
