// The OpenAPI document of the console's API describes every route. tests/contract/console-api.test.ts compares responses.
import { Ajv2020 } from "ajv/dist/2020.js"
import { expect, test } from "vitest"
import { createConsoleApi } from "./console-api.ts"
import type { ConsolePorts } from "./console-ports.ts"
import { openApiDocument } from "./openapi-document.ts"

type Documented = {
  operationId: string
  security?: object[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { content: Record<string, { schema: object }> }>
}

const documented = Object.entries(openApiDocument.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): [string, Documented] => [
    `${method.toUpperCase()} ${path}`,
    operation as Documented,
  ]),
)

test("every route is described, and every route that is described exists", () => {
  // The routes are known before any port is used.
  const { routes } = createConsoleApi({} as ConsolePorts)
  expect(routes.length).toBeGreaterThan(15)
  expect(documented.map(([route]) => route).toSorted()).toEqual([...routes].toSorted())
})

test("every schema is valid, and every operation has an id of its own", () => {
  const ajv = new Ajv2020({ strict: true })
  expect(new Set(documented.map(([, { operationId }]) => operationId)).size).toBe(documented.length)
  for (const [route, { requestBody, responses }] of documented) {
    for (const { content } of [...(requestBody ? [requestBody] : []), ...Object.values(responses)]) {
      for (const { schema } of Object.values(content)) expect(() => ajv.compile(schema), route).not.toThrow()
    }
  }
})

test("every POST needs the token, and no GET does", () => {
  expect(openApiDocument.components.securitySchemes).toEqual({
    token: { type: "apiKey", in: "header", name: "X-Console-Token" },
  })
  for (const [route, { security, requestBody, responses }] of documented) {
    const isPost = route.startsWith("POST ")
    expect([security !== undefined, requestBody !== undefined, "403" in responses], route).toEqual([
      isPost,
      isPost,
      isPost,
    ])
  }
})

test("a fault has the effects and the limits that a gateway accepts", () => {
  const [, operation] = documented.find(([route]) => route === "POST /faults") ?? []
  const accepts = new Ajv2020({ strict: true }).compile(
    operation?.requestBody?.content["application/json"]?.schema ?? {},
  )
  const effects = ["drop", "close", "delay", "duplicate", "gone", "limit-exceeded", "function-error", "function-delay"]
  for (const effect of [...effects, "function-cold-start", "function-throttle", "skip-disconnect"]) {
    expect(accepts({ effect }), effect).toBe(true)
  }
  for (const on of ["message", "push", "now"]) expect(accepts({ effect: "drop", on }), on).toBe(true)
  const limits = [{ probability: 0 }, { probability: 1 }, { count: 1 }, { expiresAfterMs: 1 }]
  for (const limit of limits) expect(accepts({ effect: "drop", ...limit }), JSON.stringify(limit)).toBe(true)
  for (const wrong of [{}, { effect: "explode" }, { effect: "drop", on: "later" }]) {
    expect(accepts(wrong), JSON.stringify(wrong)).toBe(false)
  }
  for (const limit of [{ probability: -0.1 }, { probability: 1.1 }, { count: 0 }, { count: 1.5 }, { delayMs: "1" }]) {
    expect(accepts({ effect: "delay", ...limit }), JSON.stringify(limit)).toBe(false)
  }
})

test("every operation has a summary, and every description is a sentence or a phrase", () => {
  const descriptions: string[] = []
  JSON.stringify(openApiDocument, (key, value) => {
    // A field of a response can have this name too.
    if ((key === "description" || key === "summary") && typeof value === "string") descriptions.push(value)
    return value
  })
  expect(descriptions.length).toBeGreaterThan(100)
  for (const description of descriptions) expect(description).toMatch(/^\S.*\S$/)
  for (const [route, operation] of documented) expect(operation, route).toHaveProperty("summary")
})
