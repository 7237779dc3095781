// The headers of a response that a mapping template sets.
import { expect, test } from "vitest"
import { ContextObject } from "../mapping-templates/context-object.ts"
import { mapResponse, readResponseMapping } from "./response-mapping.ts"

function responseOf(template: string) {
  const mapping = readResponseMapping([
    {
      logicalId: "Response",
      responseKey: "$default",
      statusCode: 200,
      responseParameters: {},
      responseTemplates: { "application/json": template },
    } as never,
  ])
  const record = { context: {} }
  const request = { body: "", querystring: new Map(), header: new Map() }
  const scope = { request, record, context: new ContextObject(record as never), stageVariables: {} } as never
  const backend = { status: 200, headers: {}, body: Buffer.from("{}"), selectionValue: "200" }
  return mapResponse(mapping, backend, { scope, isRequired: true })
}

const override = (name: string) => `#set($context.responseOverride.header['${name}'] = 'a')ok`

test("a template sets a header of the response", () => {
  expect(responseOf(override("X-Mine"))).toMatchObject({ response: { statusCode: 200, headers: { "x-mine": "a" } } })
})

test.each(["a b", "", "x:y", "größe"])("a template that sets the header %j fails, and the log names it", (name) => {
  const result = responseOf(override(name))
  expect(result).toMatchObject({ failure: { status: 500 } })
  const log = "failure" in result ? [result.failure.log].flat() : []
  expect(log.at(-1)).toBe(`The response template failed: The header name ${JSON.stringify(name)} is invalid`)
})
