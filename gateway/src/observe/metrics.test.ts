import { expect, test } from "vitest"
import { Metrics } from "./metrics.ts"

const none = { sum: 0, sampleCount: 0, maximum: 0, average: 0 }
const route = { apiId: "api", stageName: "dev", routeKey: "chat" }

test("a sample counts for its API, its stage and its route", () => {
  const metrics = new Metrics()
  metrics.record([["IntegrationLatency", 4]], route)
  metrics.record([["IntegrationLatency", 10]], route)
  metrics.record([["IntegrationLatency", 1]], { ...route, routeKey: "send" })
  expect(metrics.read("IntegrationLatency", route)).toEqual({ sum: 14, sampleCount: 2, maximum: 10, average: 7 })
  const all = { sum: 15, sampleCount: 3, maximum: 10, average: 5 }
  expect(metrics.read("IntegrationLatency", { apiId: "api", stageName: "dev" })).toEqual(all)
  expect(metrics.read("IntegrationLatency", { apiId: "api" })).toEqual(all)
})

test("a sample without a route counts for its API and its stage only", () => {
  const metrics = new Metrics()
  metrics.record([["MessageCount", 1]], { apiId: "api", stageName: "dev" })
  metrics.record([["MessageCount", 1]], { apiId: "api", stageName: "prod" })
  expect(metrics.read("MessageCount", { apiId: "api" }).sum).toBe(2)
  expect(metrics.read("MessageCount", { apiId: "api", stageName: "dev" }).sum).toBe(1)
  expect(metrics.read("MessageCount", route)).toEqual(none)
})

test("a series without samples is zero", () => {
  const metrics = new Metrics()
  metrics.record([["MessageCount", 1]], route)
  expect(metrics.read("ConnectCount", route)).toEqual(none)
  expect(metrics.read("MessageCount", { apiId: "other" })).toEqual(none)
  expect(metrics.read("MessageCount", { apiId: "other", stageName: "dev", routeKey: "chat" })).toEqual(none)
})
