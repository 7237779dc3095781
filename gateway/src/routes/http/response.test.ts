import { describe, expect, test } from "vitest"
import { gatewayResponse, readHttpResponse } from "./response.ts"

function read(result: unknown, version: "1.0" | "2.0" = "2.0") {
  const response = readHttpResponse(JSON.stringify(result) ?? "null", { version })
  return "malformed" in response ? response.malformed : { ...response, body: response.body.toString() }
}

describe("in format 2.0", () => {
  test("a result with a statusCode is the response", () => {
    expect(
      read({
        statusCode: 201,
        headers: { "Content-Type": "text/html", "X-N": 1 },
        cookies: ["a=b", "c=d"],
        body: "hi",
      }),
    ).toEqual({
      status: 201,
      headers: { "content-type": ["text/html"], "x-n": ["1"], "set-cookie": ["a=b", "c=d"] },
      body: "hi",
    })
    expect(read({ statusCode: "204" })).toMatchObject({ status: 204, body: "" })
    expect(read({ statusCode: 200, body: "aGk=", isBase64Encoded: true })).toMatchObject({ body: "hi" })
  })

  test("a result without a statusCode is the body of a 200", () => {
    expect(read({ hello: "world" })).toMatchObject({
      status: 200,
      headers: { "content-type": ["application/json"] },
      body: '{"hello":"world"}',
    })
    expect(read("plain")).toMatchObject({ status: 200, body: "plain" })
    expect(read(null)).toMatchObject({ status: 200, body: "null" })
  })

  test("multiValueHeaders are ignored", () => {
    expect(read({ statusCode: 200, multiValueHeaders: { "x-a": ["1", "2"] } })).not.toHaveProperty("headers.x-a")
  })
})

describe("in format 1.0", () => {
  test("multiValueHeaders and headers are merged, and equal values are sent once", () => {
    const result = {
      statusCode: 200,
      headers: { "Set-Cookie": "a=1", "X-A": "3" },
      multiValueHeaders: { "set-cookie": ["a=1", "b=2"] },
    }
    expect(read(result, "1.0")).toMatchObject({ headers: { "set-cookie": ["a=1", "b=2"], "x-a": ["3"] } })
  })

  test("cookies are ignored", () => {
    expect(read({ statusCode: 200, cookies: ["a=b"] }, "1.0")).not.toHaveProperty("headers.set-cookie")
  })

  test.each([{ hello: "world" }, "plain", null])("a result without a statusCode is malformed: %j", (result) => {
    expect(read(result, "1.0")).toBe("The result has no statusCode")
  })
})

test.each([200, 599])("the status %i is valid", (statusCode) => {
  expect(read({ statusCode })).toMatchObject({ status: statusCode })
})

test.each([
  { body: null },
  { body: undefined },
  { headers: "none" },
  { headers: { "content-type": "text/plain;charset=UTF-8" } },
])("a result with only %j is an empty text", (others) => {
  expect(read({ statusCode: 200, ...others })).toEqual({
    status: 200,
    headers: { "content-type": ["text/plain;charset=UTF-8"] },
    body: "",
  })
})

test("a header may have a list of values, and a cookie is added to the header of the same name", () => {
  expect(
    read({ statusCode: 200, headers: { "X-A": ["1", 2], "set-cookie": "a=1" }, cookies: ["b=2", 3] }),
  ).toMatchObject({
    headers: { "x-a": ["1", "2"], "set-cookie": ["a=1", "b=2", "3"] },
  })
  expect(read({ statusCode: 200, cookies: [] })).not.toHaveProperty("headers.set-cookie")
})

test("a response of API Gateway itself is JSON with its message", () => {
  const { status, headers, body } = gatewayResponse(429, "Too Many Requests")
  expect(status).toBe(429)
  expect({ ...headers }).toEqual({ "content-type": ["application/json"] })
  expect(body.toString()).toBe('{"message":"Too Many Requests"}')
})

test.each([
  [{ statusCode: "many" }, "The statusCode is invalid"],
  [{ statusCode: 101 }, "The statusCode is invalid"],
  [{ statusCode: 600 }, "The statusCode is invalid"],
  [{ statusCode: 200, body: { a: 1 } }, "The body is not a string"],
  [{ statusCode: 200, headers: { "x y": "1" } }, 'The header name "x y" is invalid'],
  [
    { statusCode: 200, headers: { "x-a": "1\r\nx-b: 2" } },
    "The value of the header x-a contains a character that headers must not contain",
  ],
  [
    { statusCode: 200, cookies: ["a=1\nb"] },
    "The value of the header set-cookie contains a character that headers must not contain",
  ],
])("%j is malformed", (result, reason) => {
  expect(read(result)).toBe(reason)
})

test("the function does not set the headers that the server sets", () => {
  const headers = { "Content-Length": "7", "Transfer-Encoding": "chunked", Connection: "close", "x-a": "1" }
  expect(read({ statusCode: 200, headers })).toMatchObject({
    headers: { "content-type": ["text/plain;charset=UTF-8"], "x-a": ["1"] },
  })
  expect(Object.keys((read({ statusCode: 200, headers }) as { headers: object }).headers)).toHaveLength(2)
})

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("a header may be named %s", (name) => {
  const payload = `{"statusCode":200,"headers":{"${name}":"1"},"multiValueHeaders":{"${name}":["2"]}}`
  const response = readHttpResponse(payload, { version: "1.0" })
  expect("malformed" in response ? [] : Object.entries(response.headers)).toContainEqual([
    name.toLowerCase(),
    ["2", "1"],
  ])
})
