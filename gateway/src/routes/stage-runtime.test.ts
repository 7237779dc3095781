import { describe, expect, test } from "vitest"
import type { RouteSettings } from "../definition/api.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { createRoutes } from "./stage-runtime.ts"
import { origin } from "./testing/route-world.ts"

function routesOf(defaultRouteSettings: RouteSettings, routeSettings: Record<string, RouteSettings> = {}) {
  const clock = new ManualClock()
  const stage = { ...origin, stageName: "dev", variables: {}, defaultRouteSettings, routeSettings }
  const deployed = ["a", "b", "constructor"].map((routeKey) => ({
    definition: { routeKey },
    integration: undefined,
    resourcePath: `path of ${routeKey}`,
  }))
  const routes = createRoutes(stage, deployed, {
    clock,
    quotas: { ...awsQuotas, accountRateLimit: 2, accountBurstLimit: 3 },
  })
  /** How many of ten requests at the same time each route accepts. */
  const accepted = (...keys: string[]) =>
    keys.map(
      (key) => Array.from({ length: 10 }, () => routes.get(key)?.bucket.take(clock.now())).filter(Boolean).length,
    )
  return { routes, accepted, clock }
}

test("every route is found by its key, with its part of the ARN", () => {
  const { routes } = routesOf({})
  expect([...routes].map(([key, { definition, resourcePath }]) => [key, definition.routeKey, resourcePath])).toEqual([
    ["a", "a", "path of a"],
    ["b", "b", "path of b"],
    ["constructor", "constructor", "path of constructor"],
  ])
})

describe("the settings of a route", () => {
  test("replace the stage's one by one", () => {
    const { routes } = routesOf(
      { loggingLevel: "INFO", dataTraceEnabled: true },
      { a: { loggingLevel: "OFF", detailedMetricsEnabled: true } },
    )
    expect(routes.get("a")?.settings).toEqual({
      loggingLevel: "OFF",
      dataTraceEnabled: true,
      detailedMetricsEnabled: true,
    })
    expect(routes.get("constructor")?.settings).toEqual({ loggingLevel: "INFO", dataTraceEnabled: true })
  })

  test("cannot switch off the stage's detailed metrics", () => {
    const { routes } = routesOf({ detailedMetricsEnabled: true }, { a: { detailedMetricsEnabled: false } })
    expect(routes.get("a")?.settings).toEqual({ detailedMetricsEnabled: true })
  })
})

describe("the throttle of a route", () => {
  test("is the account's, shared by all routes, when the stage has none", () => {
    expect(routesOf({}).accepted("a", "b")).toEqual([3, 0])
  })

  test("is the stage's, shared by the routes without their own", () => {
    expect(routesOf({ throttlingRateLimit: 1, throttlingBurstLimit: 5 }).accepted("a", "b")).toEqual([5, 0])
  })

  test.each([
    [{ throttlingBurstLimit: 2 }, [2, 3]],
    [{ throttlingRateLimit: 0 }, [0, 3]],
    [{ loggingLevel: "INFO" as const }, [3, 0]],
  ])("is its own when its settings limit it: %j", (own, counts) => {
    expect(routesOf({}, { a: own }).accepted("a", "b")).toEqual(counts)
  })

  test("is filled at the rate of the settings, and of the account without one", () => {
    const { accepted, clock } = routesOf({}, { a: { throttlingBurstLimit: 4 } })
    accepted("a", "b")
    clock.advance(1000)
    expect(accepted("a", "b")).toEqual([2, 2])
  })
})
