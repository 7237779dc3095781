// The settings of the methods of a stage of a REST API: those of a method, of its path and of all methods.
import { expect, test } from "vitest"
import type { RouteSettings } from "../../definition/api.ts"
import type { RestMethodDefinition } from "../../definition/rest-api.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas } from "../../foundation/quotas.ts"
import { origin } from "../testing/route-world.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { createRestApi } from "./api-runtime.ts"

const methodOf = (routeKey: string): RestMethodDefinition => ({
  ...origin,
  routeKey,
  resourceId: "resource",
  authorizationType: "NONE",
  scopes: [],
  apiKeyRequired: false,
  requiredParameters: [],
})

/** The methods `GET /items`, `PUT /items` and `GET /other` of a stage with these settings. */
function methodsOf(defaultRouteSettings: RouteSettings, routeSettings: Record<string, RouteSettings>) {
  const { stages } = createRestApi(
    {
      ...origin,
      apiId: "api",
      environment: testEnvironment,
      methods: ["GET /items", "PUT /items", "GET /other"].map(methodOf),
      stages: [{ ...origin, stageName: "dev", variables: {}, defaultRouteSettings, routeSettings }],
      authorizers: {},
      gatewayResponses: [],
      binaryMediaTypes: [],
      apiKeySource: "HEADER",
    },
    { clock: new ManualClock(), quotas: awsQuotas },
  )
  const resources = stages.get("dev")?.resources ?? []
  const methods = resources.flatMap((resource) => [...resource.methods.values()])
  return (routeKey: string) => methods.find(({ definition }) => definition.routeKey === routeKey)
}

test("a setting of a method replaces that of its path, which replaces that of all methods", () => {
  const method = methodsOf(
    { loggingLevel: "INFO", throttlingRateLimit: 9, throttlingBurstLimit: 9 },
    {
      "ANY /items": { loggingLevel: "ERROR", throttlingRateLimit: 5 },
      "GET /items": { throttlingRateLimit: 2 },
    },
  )
  const expected = { loggingLevel: "ERROR", throttlingBurstLimit: 9 }
  expect(method("GET /items")?.settings).toEqual({ ...expected, throttlingRateLimit: 2 })
  expect(method("PUT /items")?.settings).toEqual({ ...expected, throttlingRateLimit: 5 })
  expect(method("GET /other")?.settings).toEqual({
    loggingLevel: "INFO",
    throttlingRateLimit: 9,
    throttlingBurstLimit: 9,
  })
})

test("a method whose path has a throttle has a bucket of its own, and all others share one", () => {
  const method = methodsOf({ throttlingBurstLimit: 1 }, { "ANY /items": { throttlingRateLimit: 5 } })
  const buckets = ["GET /items", "PUT /items", "GET /other"].map((routeKey) => method(routeKey)?.bucket)
  expect(new Set(buckets).size).toBe(3)
  const shared = methodsOf({ throttlingBurstLimit: 1 }, { "ANY /items": { loggingLevel: "OFF" } })
  expect(shared("GET /items")?.bucket).toBe(shared("GET /other")?.bucket)
})
