import fc from "fast-check"
import { expect, test } from "vitest"
import { readAccessLogFormat } from "./access-log.ts"

test("variables are inserted, and unknown or absent ones render as a dash", () => {
  const render = readAccessLogFormat(
    '{"id":"$context.requestId","ip":"$context.identity.sourceIp","x":"$context.nothing","m":"$context.messageId"}',
  )
  const context = { requestId: "r=", "identity.sourceIp": "127.0.0.1", messageId: undefined }
  expect(render({ context })).toBe('{"id":"r=","ip":"127.0.0.1","x":"-","m":"-"}')
})

test("values are not escaped, and a character that cannot be in a name ends the variable", () => {
  const render = readAccessLogFormat("[$context.status] $context.error.message. $contextual $context")
  const context = { status: 403, "error.message": 'say "no"' }
  expect(render({ context })).toBe('[403] say "no". $contextual $context')
})

test("the authorizer's context is available below $context.authorizer", () => {
  const render = readAccessLogFormat("$context.authorizer.tenant $context.authorizer.latency $context.authorizer.other")
  const authorizer = Object.assign(Object.create(null), { tenant: "7" })
  expect(render({ context: { "authorizer.latency": 12 }, authorizer })).toBe("7 12 -")
})

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("$context.%s renders as a dash", (name) => {
  const render = readAccessLogFormat(`$context.${name} $context.authorizer.${name}`)
  expect(render({ context: {}, authorizer: {} })).toBe("- -")
})

test("a format without variables renders as itself", () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes("$context.")),
      (format) => {
        expect(readAccessLogFormat(format)({ context: {} })).toBe(format)
      },
    ),
  )
})
