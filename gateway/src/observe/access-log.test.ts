import fc from "fast-check"
import { expect, test } from "vitest"
import { readAccessLogFormat } from "./access-log.ts"

test("variables are put in as they are; what is unknown or absent is a dash", () => {
  const render = readAccessLogFormat(
    '{"id":"$context.requestId","ip":"$context.identity.sourceIp","x":"$context.nothing"}',
  )
  expect(render({ requestId: "r=", "identity.sourceIp": "127.0.0.1" })).toBe('{"id":"r=","ip":"127.0.0.1","x":"-"}')
})

test("nothing is escaped, numbers are written plainly, and what follows a variable ends it", () => {
  const render = readAccessLogFormat("[$context.status] $context.error.message. $contextual $context")
  expect(render({ status: 403, "error.message": 'say "no"' })).toBe('[403] say "no". $contextual $context')
})

test("a format without variables renders as itself", () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes("$context.")),
      (format) => {
        expect(readAccessLogFormat(format)({})).toBe(format)
      },
    ),
  )
})
