import { describe, expect, test } from "vitest"
import { gatewayMessage, readProxyResponse } from "./response.ts"

const read = (result: unknown) => readProxyResponse(JSON.stringify(result))

describe("a proxy response", () => {
  test("has its status, its headers in lower case, and its body", () => {
    const result = {
      statusCode: 201,
      headers: { "X-A": "1", "X-N": 2, "X-Null": null },
      multiValueHeaders: { "x-a": ["0"], "X-B": ["first", "second"], "X-Empty": [] },
      body: "hi",
    }
    const response = read(result)
    expect(response).toEqual({ statusCode: 201, headers: expect.anything(), body: "hi" })
    expect({ ...response?.headers }).toEqual({ "x-a": "1", "x-n": "2", "x-b": "first" })
  })

  test("has status 200 when it names none", () => {
    expect(read({})).toEqual({ statusCode: 200, headers: Object.create(null) })
  })

  test.each([
    ["200", 200],
    [100, 100],
    [599, 599],
  ])("may have the status %j", (statusCode, status) => {
    expect(read({ statusCode })?.statusCode).toBe(status)
  })

  test("has no body when the body is null", () => {
    expect(read({ statusCode: 200, body: null })).not.toHaveProperty("body")
  })

  test("has its body decoded when it is in base64", () => {
    expect(read({ body: "aMOpbGxv", isBase64Encoded: true })?.body).toBe("héllo")
    expect(read({ body: "aMOpbGxv", isBase64Encoded: false })?.body).toBe("aMOpbGxv")
    expect(read({ body: "aMOpbGxv", isBase64Encoded: "true" })?.body).toBe("aMOpbGxv")
  })

  test.each(["text", 7, true, null, [{ statusCode: 200 }]])("is malformed when the result is %j", (result) => {
    expect(read(result)).toBeUndefined()
  })

  test.each([99, 600, 200.5, "many", true, null, {}])("is malformed when the status is %j", (statusCode) => {
    expect(read({ statusCode })).toBeUndefined()
  })

  test.each([7, true, { a: 1 }, []])("is malformed when the body is %j", (body) => {
    expect(read({ statusCode: 200, body })).toBeUndefined()
  })

  test.each(["text", 7, null])("has no headers when they are %j", (headers) => {
    expect(Object.keys(read({ statusCode: 200, headers, multiValueHeaders: headers })?.headers ?? { a: "" })).toEqual(
      [],
    )
  })
})

test("a message of API Gateway has spaces after its first colon only, and its text is escaped", () => {
  expect(gatewayMessage('say "no"', "c=", "r=")).toBe(
    '{"message": "say \\"no\\"", "connectionId":"c=", "requestId":"r="}',
  )
})
