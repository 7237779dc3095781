import { describe, expect, test } from "vitest"
import type { UsagePlanDefinition } from "../../definition/api.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas } from "../../foundation/quotas.ts"
import { origin } from "../testing/route-world.ts"
import { createUsagePlans } from "./usage-plans.ts"

const HOUR = 60 * 60_000
const stage = { apiId: "api", stageName: "dev" }
const plan: UsagePlanDefinition = {
  ...origin,
  stages: [stage],
  keys: [
    { ...origin, keyId: "id1", value: "k1", enabled: true },
    { ...origin, keyId: "id2", value: "k2", enabled: true },
    { ...origin, keyId: "id3", value: "k3", enabled: false },
  ],
}

function plans(changes: Partial<UsagePlanDefinition>, options: { now?: number; rate?: number } = {}) {
  const clock = new ManualClock(options.now)
  const quotas = {
    ...awsQuotas,
    ...(options.rate && { accountRateLimit: options.rate, accountBurstLimit: options.rate }),
  }
  const { use } = createUsagePlans([{ ...plan, ...changes }], { clock, quotas })
  return { clock, use, outcome: (value = "k1") => use(stage, value).outcome }
}

describe("an API key", () => {
  test("of the plan is accepted with its id", () => {
    expect(plans({}).use(stage, "k1")).toEqual({ outcome: "accepted", keyId: "id1" })
    expect(plans({}).use(stage, "k2")).toEqual({ outcome: "accepted", keyId: "id2" })
  })

  test.each(["k3", "k4", ""])("that is disabled or in no plan is unknown: %j", (value) => {
    expect(plans({}).use(stage, value)).toEqual({ outcome: "unknown" })
  })

  test.each([
    { apiId: "other", stageName: "dev" },
    { apiId: "api", stageName: "prod" },
  ])("is unknown on a stage that the plan does not cover: %j", (other) => {
    expect(plans({}).use(other, "k1")).toEqual({ outcome: "unknown" })
  })
})

describe("the throttle of a plan", () => {
  test("applies to each of its keys", () => {
    const { outcome, clock } = plans({ throttle: { rateLimit: 1, burstLimit: 2 } })
    expect([outcome(), outcome(), outcome(), outcome("k2")]).toEqual(["accepted", "accepted", "throttled", "accepted"])
    clock.advance(1000)
    expect([outcome(), outcome()]).toEqual(["accepted", "throttled"])
  })

  test.each([{}, { throttle: {} }])("is the account's when it has none: %j", (changes) => {
    const { outcome } = plans(changes, { rate: 1 })
    expect([outcome(), outcome()]).toEqual(["accepted", "throttled"])
  })

  test("keeps a throttled request from counting against the quota", () => {
    const quota = { limit: 2, offset: 0, period: "DAY" as const }
    const { outcome, clock } = plans({ quota, throttle: { rateLimit: 1, burstLimit: 1 } })
    expect([outcome(), outcome()]).toEqual(["accepted", "throttled"])
    clock.advance(1000)
    expect(outcome()).toBe("accepted")
    clock.advance(1000)
    expect(outcome()).toBe("quota-exceeded")
  })
})

describe("the quota of a plan", () => {
  test("counts the requests of each key, and its offset in the first period only", () => {
    const { outcome, clock } = plans({ quota: { limit: 3, offset: 1, period: "DAY" } }, { now: Date.UTC(2026, 0, 1) })
    expect([outcome(), outcome(), outcome(), outcome("k2")]).toEqual([
      "accepted",
      "accepted",
      "quota-exceeded",
      "accepted",
    ])
    clock.advance(24 * HOUR)
    expect([outcome(), outcome(), outcome(), outcome()]).toEqual(["accepted", "accepted", "accepted", "quota-exceeded"])
  })

  test.each([
    ["DAY" as const, Date.UTC(2026, 0, 1, 0), Date.UTC(2026, 0, 2, 0)],
    // The third of January 2026 is a Saturday.
    ["WEEK" as const, Date.UTC(2025, 11, 28), Date.UTC(2026, 0, 4)],
    ["MONTH" as const, Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)],
  ])("begins again with each %s, at midnight UTC", (period, start, next) => {
    const { outcome, clock } = plans({ quota: { limit: 1, offset: 0, period } }, { now: start })
    expect(outcome()).toBe("accepted")
    clock.advance(next - start - 1)
    expect(outcome()).toBe("quota-exceeded")
    clock.advance(1)
    expect(outcome()).toBe("accepted")
  })
})
